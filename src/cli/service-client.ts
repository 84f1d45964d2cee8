import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

/** A request to the service. */
export interface ServiceRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the service root (`Customers?$top=1`), or a link that the service wrote. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** Whether doing it twice is doing it once, so that it may be sent again when no answer came. Without it: all methods but POST. */
  readonly repeatable?: boolean
  readonly signal?: AbortSignal
}

/** A good answer. */
export interface ServiceAnswer {
  readonly status: number
  readonly headers: Headers
  /** The JSON of it; undefined without a body. */
  readonly body: unknown
}

export interface ServiceClient {
  /** The service root, with a version segment. */
  readonly root: string
  /** Sends, again where that may help. Throws {@link ServiceError} for an answer of 400 or more, and when no answer can be had. */
  readonly send: (request: ServiceRequest) => Promise<ServiceAnswer>
}

/** What the service refused, or that it could not be asked. */
export class ServiceError extends Error {
  /** 0: there was no answer. */
  readonly status: number
  /** Graph's code of the error, where it has one. */
  readonly code: string | undefined
  /** What of the request it is about. */
  readonly target: string | undefined
  readonly details: readonly { readonly target?: string; readonly message: string }[]

  constructor(message: string, status: number, told: Partial<Pick<ServiceError, 'code' | 'target' | 'details'>> = {}) {
    super(message)
    this.status = status
    this.code = told.code
    this.target = told.target
    this.details = told.details ?? []
  }
}

export interface ServiceClientOptions {
  readonly root: string
  /** Asked for each request. */
  readonly token: () => string | Promise<string>
  readonly timeoutSeconds: number
  /** How often a request is sent at the most. */
  readonly attempts?: number
  /** Told of each wait before another try, so that silence is no riddle. */
  readonly waiting?: (reason: string, seconds: number) => void
}

/** The longest wait between two tries, also when the service asks for more. Seconds. */
const longestWait = 60

/** A client of a running service, as any other is: by its address and a token. */
export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  const { root, token, timeoutSeconds, attempts = 8, waiting = () => undefined } = options
  const origin = new URL(root).origin
  let reached = false

  /** The token goes to the service that the user named and to no other, whatever a link says. */
  const addressOf = (target: string): string => {
    if (!/^https?:/.test(target)) return `${root}/${target}`
    const { pathname, search } = new URL(target)
    return `${origin}${pathname}${search}`
  }

  async function attempt(request: ServiceRequest): Promise<Response> {
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000)
    return fetch(addressOf(request.target), {
      method: request.method ?? 'GET',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${await token()}`,
        'client-request-id': randomUUID(),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      redirect: 'error',
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
    })
  }

  async function send(request: ServiceRequest): Promise<ServiceAnswer> {
    const repeatable = request.repeatable ?? request.method !== 'POST'
    for (let count = 1; ; count++) {
      let failure: ServiceError
      let asked = 0
      try {
        const response = await attempt(request)
        reached = true
        const text = await response.text()
        if (response.ok) return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
        failure = refusalOf(response, text)
        asked = retryAfter(response.headers.get('retry-after'))
        // 429 and 503 say that nothing was done (Graph: throttling guidance); what a gateway answers leaves that open.
        const again =
          response.status === 429 || response.status === 503 || (repeatable && (response.status === 502 || response.status === 504))
        if (!again) throw failure
      } catch (error) {
        if (error instanceof ServiceError) throw error
        if (request.signal?.aborted) throw error
        failure = silenceOf(error, root, timeoutSeconds)
        // A service that was never there is a wrong address rather than a restart.
        if (!repeatable || !reached) throw failure
      }
      if (count >= attempts) throw failure
      const seconds = Math.min(longestWait, Math.max(asked, 0.25 * 2 ** count * (0.75 + Math.random() / 2)))
      waiting(failure.message, seconds)
      await wait(seconds * 1000, undefined, request.signal ? { signal: request.signal } : {})
    }
  }
  return { root, send }
}

/** Seconds that a `Retry-After` asks for: a number, or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | null): number {
  if (header === null) return 0
  return /^\d+$/.test(header.trim()) ? Number(header) : Math.max(0, (Date.parse(header) - Date.now()) / 1000) || 0
}

/** An answer of 400 or more, in Graph's shape or any other. */
function refusalOf({ status, statusText }: Response, text: string): ServiceError {
  let error: Readonly<Record<string, unknown>> | undefined
  try {
    error = JSON.parse(text)?.error
  } catch {
    // A gateway's page, say: its status has to do.
  }
  const stringOf = (name: string) => (typeof error?.[name] === 'string' ? error[name] : undefined)
  const message = stringOf('message') ?? `The service answered ${status} ${statusText}.`.replace(' .', '.')
  return new ServiceError(message, status, {
    code: stringOf('code'),
    target: stringOf('target'),
    ...(Array.isArray(error?.details) ? { details: error.details } : {}),
  })
}

/** No answer, told so that the user knows what to look at. */
function silenceOf(error: unknown, root: string, timeoutSeconds: number): ServiceError {
  const { name, message, cause } = error as Error
  if (name === 'TimeoutError') return new ServiceError(`${root} gave no answer within ${timeoutSeconds} s.`, 0)
  const { code, message: reason } = (cause ?? {}) as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED')
    return new ServiceError(`Nothing listens at ${root}: is the service started (tenantry serve), and is its address right (--url)?`, 0)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new ServiceError(`The name of ${root} cannot be resolved.`, 0)
  if (code && /CERT|SELF_SIGNED|ISSUER/.test(code))
    return new ServiceError(`The certificate of ${root} is not trusted (${reason}): NODE_EXTRA_CA_CERTS names a file of those that are.`, 0)
  return new ServiceError(`${root} cannot be asked: ${reason || message}`, 0)
}
