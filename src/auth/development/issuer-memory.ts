import type { Adapter } from 'oidc-provider'
import { MemoryAdapter } from './memory-adapter.ts'

/** Where a tenant's provider keeps its codes, sessions and tokens, by the kind of them. */
export type IssuerMemory = (tenantId: string, kind: string) => Adapter

/** One use of a memory that another process has. */
export interface Recollection {
  readonly tenantId: string
  readonly kind: string
  readonly method: keyof Adapter
  readonly parameters: readonly unknown[]
}

/** Kinds of tenants kept at once: each of fifty tenants has about ten. */
const limit = 500

/** A memory for several processes, so that each can redeem what another gave out. Answers what {@link distantMemory} asks. */
export function createSharedMemory(): (recollection: Recollection) => Promise<unknown> {
  const kept = new Map<string, MemoryAdapter>()
  return ({ tenantId, kind, method, parameters }) => {
    const name = `${tenantId} ${kind}`
    const [oldest] = kept.keys()
    if (!kept.has(name) && kept.size >= limit && oldest !== undefined) kept.delete(oldest)
    const adapter = kept.get(name) ?? new MemoryAdapter(kind)
    kept.set(name, adapter)
    const use = adapter[method] as (...parameters: readonly unknown[]) => Promise<unknown>
    return use.apply(adapter, [...parameters])
  }
}

export function distantMemory(recall: (recollection: Recollection) => Promise<unknown>): IssuerMemory {
  return (tenantId, kind) => {
    const ask = (method: keyof Adapter, ...parameters: readonly unknown[]) => recall({ tenantId, kind, method, parameters })
    return {
      upsert: async (id, payload, expiresIn) => void (await ask('upsert', id, payload, expiresIn)),
      find: (id) => ask('find', id) as ReturnType<Adapter['find']>,
      findByUid: (uid) => ask('findByUid', uid) as ReturnType<Adapter['findByUid']>,
      findByUserCode: (code) => ask('findByUserCode', code) as ReturnType<Adapter['findByUserCode']>,
      consume: async (id) => void (await ask('consume', id)),
      destroy: async (id) => void (await ask('destroy', id)),
      revokeByGrantId: async (grantId) => void (await ask('revokeByGrantId', grantId)),
    }
  }
}
