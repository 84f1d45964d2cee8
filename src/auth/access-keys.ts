import { ODataError } from '../odata/error.ts'
import { type AccessKey, type AccessKeyStore, StoreUnavailable } from '../store/store.ts'
import { type MadeAccessKey, makeAccessKey, readAccessKey } from './access-key.ts'
import type { Principal } from './principal.ts'

/** How long what a store said of a key is believed (milliseconds): a key that was revoked on another server is good for so long at the most. */
const believed = 5_000

/** How far behind `lastUsedDateTime` may be (milliseconds): a key in constant use costs one small write in this time. */
const usedPrecision = 300_000

export interface AccessKeyOptions {
  readonly store: AccessKeyStore
  /** What a key permits. */
  readonly permissions: ReadonlySet<string>
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly newId: () => string
  readonly rememberedKeys?: number
}

/** What is remembered of a presented key: whose it is, or that it is nobody's. */
interface Remembered {
  readonly key: AccessKey | undefined
  readonly principal: Principal | undefined
  /** Milliseconds since 1970. */
  readonly until: number
}

export type NewAccessKey = Pick<AccessKey, 'managingTenantId' | 'displayName' | 'createdBy' | 'endDateTime'>

/** The access keys of all managing tenants: made, listed, revoked, and taken for a token. */
export class AccessKeys {
  readonly #options: AccessKeyOptions
  readonly #remembered = new Map<string, Remembered>()
  readonly #asked = new Map<string, Promise<Remembered>>()
  readonly #used = new Map<string, number>()

  constructor(options: AccessKeyOptions) {
    this.#options = options
  }

  /** The caller that a key stands for. At once while what is known of the key is fresh. Throws 401, or 503 when the store does not answer. */
  authenticate(text: string): Principal | Promise<Principal> {
    const presented = readAccessKey(text)
    if (!presented) throw refused('The access key is malformed.')
    const remembered = this.#remembered.get(presented.hash)
    if (remembered && remembered.until > this.#options.now()) return this.#admit(remembered)
    // A wrong key is remembered, too: whoever sends it over and over costs the store one look in five seconds.
    const asked = this.#asked.get(presented.hash) ?? this.#ask(presented.tenantId, presented.hash)
    return asked.then((answer) => this.#admit(answer))
  }

  async issue(key: NewAccessKey): Promise<{ readonly key: AccessKey; readonly text: string }> {
    const { now, newId, store } = this.#options
    const { text, hash, hint }: MadeAccessKey = makeAccessKey(key.managingTenantId)
    const made: AccessKey = { ...key, id: newId(), hint, createdDateTime: instant(now()), lastUsedDateTime: null }
    await store.add(made, hash)
    return { key: made, text }
  }

  list(tenantId: string): Promise<readonly AccessKey[]> {
    return this.#options.store.list(tenantId)
  }

  /** Whether there was such a key. From then on this server takes it no more. */
  async revoke(tenantId: string, id: string): Promise<boolean> {
    const removed = await this.#options.store.remove(tenantId, id)
    for (const [hash, { key }] of this.#remembered) if (key?.managingTenantId === tenantId && key.id === id) this.#remembered.delete(hash)
    return removed
  }

  #ask(tenantId: string, hash: string): Promise<Remembered> {
    const asked = this.#find(tenantId, hash).finally(() => this.#asked.delete(hash))
    this.#asked.set(hash, asked)
    return asked
  }

  async #find(tenantId: string, hash: string): Promise<Remembered> {
    const { store, now, permissions, rememberedKeys = 10_000 } = this.#options
    try {
      const key = await store.find(tenantId, hash)
      const principal: Principal | undefined = key && {
        tenantId,
        kind: 'accessKey',
        permissions,
        applicationId: key.id,
        operator: false,
      }
      const found = { key, principal, until: now() + believed }
      const [oldest] = this.#remembered.keys()
      if (this.#remembered.size >= rememberedKeys && oldest !== undefined) this.#remembered.delete(oldest)
      this.#remembered.delete(hash)
      this.#remembered.set(hash, found)
      return found
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      throw new ODataError('serviceNotAvailable', 'The access key cannot be checked now. Please retry.', {
        headers: { 'retry-after': String(error.retryAfter) },
        cause: error,
      })
    }
  }

  #admit({ key, principal }: Remembered): Principal {
    if (!key || !principal) throw refused('The access key is not known: it may have been revoked.')
    if (key.endDateTime <= instant(this.#options.now())) throw refused('The access key is expired.')
    this.#noteUse(key)
    return principal
  }

  /** Nobody waits for it, and nothing is lost with it but a time. */
  #noteUse({ managingTenantId, id, lastUsedDateTime }: AccessKey): void {
    const now = this.#options.now()
    const noted = this.#used.get(id) ?? (lastUsedDateTime === null ? 0 : Date.parse(lastUsedDateTime))
    if (now - noted < usedPrecision) return
    this.#used.set(id, now)
    this.#options.store.noteUse(managingTenantId, id, instant(now)).catch(() => undefined)
  }
}

/** Canonical DateTimeOffset. */
function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z')
}

/** Both kinds of credentials would do (RFC 9110, 11.6.1). */
function refused(message: string): ODataError {
  return new ODataError('InvalidAuthenticationToken', message, {
    headers: { 'www-authenticate': 'Bearer realm="tenantry", Basic realm="tenantry", charset="UTF-8"' },
  })
}
