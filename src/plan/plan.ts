import type { Entity, PrimitiveValue } from '../edm/entity-type.ts'
import type { EntityTags } from '../odata/headers/etag.ts'
import type { Access, ManagingTenant } from './access.ts'
import type { BoundExpression, OrderKey } from './expression.ts'

/** What will be done: decided, authorised, in no dialect. Plain data that can be printed and sent to another thread. */
export type Plan = DocumentPlan | ReadPlan | WritePlan

/** Answered without a store. */
export interface DocumentPlan {
  readonly kind: 'serviceDocument' | 'metadata'
}

export type ReadPlan = ReadEntityPlan | ReadPagePlan | CountPlan

export interface ReadEntityPlan {
  readonly kind: 'readEntity'
  readonly entitySet: string
  readonly access: Access
  readonly id: string
  /** Property names; absent: all. */
  readonly select?: readonly string[]
}

/** Which rows of a set. */
export interface Selection {
  readonly filter?: BoundExpression
  /** Whether deleted rows are looked at, too: only a filter that names them asks for it (W3). */
  readonly deleted: boolean
  /** The canonical DateTimeOffset that `now()` is. */
  readonly now: string
}

export interface ReadPagePlan extends Selection {
  readonly kind: 'readPage'
  readonly entitySet: string
  readonly access: Access
  /** The key follows as the last term, so that every order is total. */
  readonly orderby: readonly OrderKey[]
  readonly select?: readonly string[]
  /** Rows on this page at the most. */
  readonly size: number
  readonly skip: number
  /** The order key of the last row of the page before. */
  readonly after?: readonly PrimitiveValue[]
  /** Whether to count all rows that the collection has, too. */
  readonly count: boolean
  /** Nothing follows this page by the caller's own wish, so that nobody need look. */
  readonly last: boolean
  /** What the link to the next page carries: the rest of `$top`, and the page size that was asked for. */
  readonly next: { readonly remaining?: number; readonly size?: number }
}

export interface CountPlan extends Selection {
  readonly kind: 'count'
  readonly entitySet: string
  readonly access: Access
}

/** Who did it and when: what `changes` keeps of a write. */
export interface Authorship {
  /** Canonical DateTimeOffset. */
  readonly at: string
  readonly applicationId: string
  readonly userId?: string
}

export type WritePlan = CreatePlan | UpdatePlan | DeletePlan

export interface CreatePlan {
  readonly kind: 'create'
  readonly entitySet: string
  readonly access: ManagingTenant
  readonly by: Authorship
  /** Whole and normalised. */
  readonly entity: Entity
}

export interface UpdatePlan {
  readonly kind: 'update'
  readonly entitySet: string
  readonly access: ManagingTenant
  readonly by: Authorship
  readonly id: string
  /** The properties that the body names. */
  readonly changes: Entity
  readonly ifMatch?: EntityTags
  readonly ifNoneMatch?: EntityTags
}

export interface DeletePlan {
  readonly kind: 'delete'
  readonly entitySet: string
  readonly access: ManagingTenant
  readonly by: Authorship
  readonly id: string
  readonly ifMatch?: EntityTags
  readonly ifNoneMatch?: EntityTags
}
