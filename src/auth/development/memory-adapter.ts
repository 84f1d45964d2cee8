import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Kept {
  readonly payload: AdapterPayload
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** Sessions, codes and refresh tokens of one kind at the most; the oldest go first. */
const limit = 1_000

/** Keeps what the provider must remember, in memory: a restart signs everyone out. */
export class MemoryAdapter implements Adapter {
  readonly #kept = new Map<string, Kept>()
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const [oldest] = this.#kept.keys()
    if (this.#kept.size >= limit && oldest !== undefined) this.#kept.delete(oldest)
    this.#kept.set(id, { payload, expires: Date.now() + (expiresIn || 86_400) * 1000 })
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const kept = this.#kept.get(id)
    if (kept && kept.expires > Date.now()) return kept.payload
    this.#kept.delete(id)
    return undefined
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#first((payload) => payload.uid === uid)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#first((payload) => payload.userCode === userCode)
  }

  async consume(id: string): Promise<void> {
    const kept = this.#kept.get(id)
    if (kept) this.#kept.set(id, { ...kept, payload: { ...kept.payload, consumed: Math.floor(Date.now() / 1000) } })
  }

  async destroy(id: string): Promise<void> {
    this.#kept.delete(id)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.#kept) if (payload.grantId === grantId) this.#kept.delete(id)
  }

  #first(wanted: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const { payload, expires } of this.#kept.values()) if (expires > Date.now() && wanted(payload)) return payload
    return undefined
  }
}
