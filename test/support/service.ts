import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { type DevelopmentKeys, openDevelopmentKeys } from '../../src/auth/development/keys.ts'
import { mintDevelopmentToken } from '../../src/auth/development/token.ts'
import { readConfig, type SettingName } from '../../src/config.ts'
import { type RunningService, startService } from '../../src/index.ts'
import { customerBody } from './customer.ts'
import { makeDatabase } from './databases.ts'

/** An answer, read whole. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test asks of an answer what it should hold
  readonly json: any
}

export interface Sending {
  readonly headers?: Readonly<Record<string, string>>
  /** A string or bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown
  /** The managing tenant whose token is sent, a token as it is, or null for none. */
  readonly as?: string | null
  readonly token?: string
}

/** A service under test, with what a client of it needs. */
export interface TestService {
  readonly url: string
  readonly running: RunningService
  /** What the development issuer signs with. */
  readonly keys: DevelopmentKeys
  readonly send: (method: string, target: string, sending?: Sending) => Promise<Answer>
  /** Creates a customer and gives it as answered. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly create: (changes?: Readonly<Record<string, unknown>>, as?: string) => Promise<any>
  readonly token: (
    tenantId: string,
    options?: { readonly permissions?: readonly string[]; readonly delegated?: boolean },
  ) => Promise<string>
  readonly stop: () => Promise<void>
}

/** The managing tenant that a test is, when it does not say. */
export const partner = 'contoso-partners'

/** Starts a service on a free port and a database of its own. */
export async function startTestService(settings: Readonly<Partial<Record<SettingName, string>>> = {}): Promise<TestService> {
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-test-'))
  const database = process.env.TENANTRY_TEST_STORE === 'postgres' && !settings.databaseUrl ? await makeDatabase() : undefined
  const store = database ? { databaseUrl: database.url, databaseConnections: '6' } : {}
  // What a test has made stays, however old it says it is.
  const kept = { changeDays: '0', deletedDays: '0' }
  const running = await startService(
    readConfig({ data: folder, port: '0', httpsPort: '0', logLevel: 'silent', ...kept, ...store, ...settings }, {}),
  )
  const keys = await openDevelopmentKeys(join(folder, 'development'))
  const tokens = new Map<string, Promise<string>>()
  const token: TestService['token'] = (tenantId, { permissions = ['Customer.ReadWrite.All'], delegated = false } = {}) => {
    const name = `${tenantId} ${permissions} ${delegated}`
    const known =
      tokens.get(name) ??
      mintDevelopmentToken(keys, { origin: running.httpUrl, audience: 'api://tenantry', tenantId, permissions, delegated, now: Date.now })
    tokens.set(name, known)
    return known
  }
  const send: TestService['send'] = async (method, target, { headers = {}, body, as = partner, token: given } = {}) => {
    const bearer = given ?? (as === null ? undefined : await token(as))
    const bytes = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
    const response = await fetch(`${running.httpUrl}${target}`, {
      method,
      headers: {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(bytes === undefined ? {} : { body: bytes as string }),
      redirect: 'manual',
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parse(text) }
  }
  return {
    url: running.httpUrl,
    running,
    keys,
    send,
    token,
    async create(changes, as = partner) {
      const answer = await send('POST', '/beta/Customers', { body: customerBody(changes), as })
      if (answer.status !== 201) throw new Error(`create answered ${answer.status}: ${answer.text}`)
      return answer.json
    },
    async stop() {
      await running.stop()
      await database?.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The service of a test file, from before its tests to after them. */
export function useService(
  settings: Readonly<Partial<Record<SettingName, string>>> = {},
  arrange: (service: TestService) => Promise<unknown> = async () => undefined,
): TestService {
  let service: TestService | undefined
  before(async () => {
    service = await startTestService(settings)
    await arrange(service)
  })
  after(() => service?.stop())
  return new Proxy({} as TestService, {
    get(_target, name: keyof TestService) {
      if (!service) throw new Error('the service is not started yet')
      return service[name]
    },
  })
}

// biome-ignore lint/suspicious/noExplicitAny: see above
function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
