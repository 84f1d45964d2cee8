import type { Entity, PrimitiveValue } from '../edm/entity-type.ts'
import type { PropertyFault } from '../plan/decide-write.ts'
import type { LinkedPosition, ReadPlan, TrimPlan, WritePlan } from '../plan/plan.ts'

/** An entity as a store gives it back. */
export interface StoredEntity {
  readonly managingTenantId: string
  readonly id: string
  readonly version: number
  /** All properties as JSON members, without braces: what an answer with every property is joined from. */
  readonly members?: string
  /** The values by which the page is ordered, the last of them one that no other row has: what the next page begins after. */
  readonly orderKey?: readonly PrimitiveValue[]
  /** The selected properties, where the plan selects some. */
  readonly values?: Entity
  /** The properties that the plan computes. */
  readonly computed?: Entity
}

/** One of what `$apply` makes: the properties that it has, and its key and version where it is still an entity. */
export interface Instance {
  readonly values: Entity
  readonly entity?: Pick<StoredEntity, 'managingTenantId' | 'id' | 'version'>
}

export type ReadResult =
  | {
      readonly kind: 'entity'
      readonly entity?: StoredEntity /** An operator's read found the id with several partners. */
      readonly ambiguous: boolean
    }
  | { readonly kind: 'page'; readonly entities: readonly StoredEntity[]; readonly more: boolean; readonly count?: number }
  /** The entities of a page as they are written, with commas between them (UTF-8), where the plan has a frame. `last` is the place of the last in the order. */
  | {
      readonly kind: 'printedPage'
      readonly text: Uint8Array
      readonly last?: string | number
      readonly more: boolean
      readonly count?: number
    }
  | { readonly kind: 'instances'; readonly instances: readonly Instance[]; readonly more: boolean; readonly count?: number }
  | { readonly kind: 'count'; readonly count: number }
  | ChangesResult

/** A page of a delta query, and where the next one goes on. */
export type ChangesResult =
  | {
      readonly kind: 'changes'
      readonly changed: readonly ChangedEntity[]
      /** With `more` where the next page of this round begins; otherwise where the next round does. */
      readonly next: LinkedPosition
      readonly more: boolean
    }
  /** What happened since is not kept any more, or the position is none of this database: the client starts again. */
  | { readonly kind: 'resyncRequired' }

/** An entity as it is after a change; or that it is gone: `changed` while it can be restored, `deleted` for good. */
export type ChangedEntity =
  | { readonly entity: StoredEntity; readonly removed?: undefined }
  | { readonly id: string; readonly removed: 'changed' | 'deleted' }

export type WriteResult =
  | { readonly outcome: 'created' | 'updated' | 'deleted' | 'restored'; readonly entity: StoredEntity }
  | { readonly outcome: 'purged' }
  | RefusedResult
  /** Nothing stood against it, but another write of its group failed: nothing happened. */
  | { readonly outcome: 'undone' }

/** Why a write did not happen. */
export type RefusedResult = {
  /** An upsert found the entity: it would have updated it. */
  readonly existing?: true
} & (
  | { readonly outcome: 'notFound' }
  | { readonly outcome: 'preconditionFailed' }
  | { readonly outcome: 'refused'; readonly faults: readonly PropertyFault[] }
  /** A key or an alternate key is taken within the managing tenant; `holder` is the id of the entity that has it, `deleted` if it could be restored. */
  | { readonly outcome: 'taken'; readonly property: string; readonly holder: string; readonly deleted?: true }
)

/** Writes of one managing tenant that are carried out in their order in one transaction. Atomic: one that fails undoes all. */
export interface WriteGroup {
  readonly plans: readonly WritePlan[]
  readonly atomic: boolean
}

/** A read-only key that stands in for a token, as it is told: what is kept of its text is a hash. Times are canonical DateTimeOffsets. */
export interface AccessKey {
  readonly managingTenantId: string
  readonly id: string
  readonly displayName: string
  readonly hint: string
  readonly createdDateTime: string
  readonly createdBy: string
  readonly endDateTime: string
  readonly lastUsedDateTime: string | null
}

/** The access keys of each managing tenant. */
export interface AccessKeyStore {
  find(tenantId: string, hash: string): Promise<AccessKey | undefined>
  list(tenantId: string): Promise<readonly AccessKey[]>
  add(key: AccessKey, hash: string): Promise<void>
  /** Whether there was such a key. */
  remove(tenantId: string, id: string): Promise<boolean>
  noteUse(tenantId: string, id: string, at: string): Promise<void>
}

/**
 * Where entities are kept. A write that is answered is durable; a write that is not answered has either happened whole or not at all.
 * Every method rejects with {@link StoreUnavailable} when the store cannot answer now.
 */
export interface Store {
  read(plan: ReadPlan): ReadResult | Promise<ReadResult>
  write(plan: WritePlan): Promise<WriteResult>
  /** One result for each write, in order. */
  writeGroup(group: WriteGroup): Promise<readonly WriteResult[]>
  /** Resolves when reads and writes work. */
  ready(): Promise<void>
  /** Answers what was accepted, then lets go of the database. */
  close(): Promise<void>
}

/** What a server has of its store besides what requests ask of entities. */
export interface MaintainedStore extends Store {
  readonly accessKeys: AccessKeyStore
  /** Managing tenants that have written, in order, after one of them: what maintenance goes through. */
  managingTenants(after: string, size: number): Promise<readonly string[]>
  /** Gives the number of changes that are gone. A delta link from before them is answered with `resyncRequired` from then on. */
  trim(plan: TrimPlan): Promise<number>
}

/** The store found while it worked that a query cannot be answered: a division by zero, a pattern that is none. The client gets 400. */
export class QueryRefused extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'QueryRefused'
  }
}

/** The store cannot answer now: the client gets 503 and may try again after so many seconds. */
export class StoreUnavailable extends Error {
  readonly retryAfter: number

  constructor(message: string, retryAfter: number, cause?: unknown) {
    super(message, { cause })
    this.name = 'StoreUnavailable'
    this.retryAfter = retryAfter
  }
}

/** Whose share of the database a read counts to; operators who look across partners have one together. */
export function askerOf({ access }: ReadPlan): string {
  return access.kind === 'managingTenant' ? `tenant ${access.tenantId}` : 'operators'
}
