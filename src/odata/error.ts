/** The closed table of error codes: what each one means, and its HTTP status. `docs/errors.md` is made from it. */
export const errorCodes = {
  Request_BadRequest: {
    status: 400,
    meaning: 'The request is malformed, or a value in it is not valid. `target` and `details` say where.',
  },
  Request_UnsupportedQuery: { status: 400, meaning: 'A query option is unknown, not valid here, or past a limit.' },
  InvalidAuthenticationToken: {
    status: 401,
    meaning: 'The access token is missing, malformed, expired, not for this service, or not from an issuer that it trusts.',
  },
  Authorization_RequestDenied: {
    status: 403,
    meaning: 'The token is valid, but grants none of the permissions that this takes. The message names them.',
  },
  Request_ResourceNotFound: { status: 404, meaning: "There is no such address, or no such entity among the caller's own." },
  MethodNotAllowed: { status: 405, meaning: 'The address exists but does not take this method. `Allow` lists those that it takes.' },
  NotAcceptable: { status: 406, meaning: 'No format that `Accept` or `$format` allows can be written.' },
  RequestTimeout: { status: 408, meaning: 'The request did not arrive in time.' },
  Request_MultipleObjectsWithSameKeyValue: { status: 409, meaning: 'The key or an alternate key is taken. The message names the holder.' },
  resyncRequired: { status: 410, meaning: 'The delta link is older than what is kept, or of another database. Start again at `Location`.' },
  PreconditionFailed: { status: 412, meaning: '`If-Match` or `If-None-Match` does not hold for the entity as it is now.' },
  RequestEntityTooLarge: { status: 413, meaning: 'The body is larger than the service takes.' },
  UriTooLong: { status: 414, meaning: 'The request target is longer than the service takes.' },
  UnsupportedMediaType: { status: 415, meaning: 'The body is not in a format that the service reads: JSON in UTF-8.' },
  ExpectationFailed: { status: 417, meaning: 'The `Expect` header asks for something other than `100-continue`.' },
  FailedDependency: { status: 424, meaning: 'A request of the batch that this one depends on failed.' },
  TooManyRequests: { status: 429, meaning: 'The caller sent too many requests. Try again after `Retry-After` seconds.' },
  RequestHeaderFieldsTooLarge: { status: 431, meaning: 'The request headers are larger than the service takes.' },
  internalServerError: { status: 500, meaning: 'The service failed. The operator finds the cause in the log by the request-id.' },
  NotImplemented: { status: 501, meaning: 'OData has this, the service does not.' },
  serviceNotAvailable: { status: 503, meaning: 'The service cannot answer now. Try again after `Retry-After` seconds.' },
} as const satisfies Record<string, { readonly status: number; readonly meaning: string }>

export type ErrorCode = keyof typeof errorCodes

/** One of several faults of a request (OData JSON 4.01, 21.1). */
export interface ErrorDetail {
  readonly code: ErrorCode
  readonly message: string
  /** A property name, or a query option. */
  readonly target?: string
}

export interface ErrorParticulars {
  readonly target?: string
  readonly details?: readonly ErrorDetail[]
  /** Headers that this answer needs: `Allow`, `Retry-After`, `WWW-Authenticate`, `Location`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** The one error that a client sees as it is: anything else becomes `internalServerError` without its text. */
export class ODataError extends Error {
  readonly code: ErrorCode
  readonly target: string | undefined
  readonly details: readonly ErrorDetail[]
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, message: string, particulars: ErrorParticulars = {}) {
    super(message, particulars.cause === undefined ? undefined : { cause: particulars.cause })
    this.name = 'ODataError'
    this.code = code
    this.target = particulars.target
    this.details = particulars.details ?? []
    this.headers = particulars.headers ?? {}
  }

  get status(): number {
    return errorCodes[this.code].status
  }
}
