import type { Entity, PrimitiveValue } from '../edm/entity-type.ts'
import type { IndividualRequest } from '../odata/batch/batch.ts'
import type { EntityAddress } from '../odata/bind/bound-request.ts'
import type { EntityTags } from '../odata/headers/etag.ts'
import type { DeltaPosition } from '../odata/tokens/delta-token.ts'
import type { Access, ManagingTenant } from './access.ts'
import type { BoundExpression, ComputedProperty, OrderKey, Transformation, ValueType } from './expression.ts'

export type { EntityAddress } from '../odata/bind/bound-request.ts'
export type { DeltaPosition, HistoryPoint, LinkedPosition } from '../odata/tokens/delta-token.ts'

/** What will be done: decided, authorised, in no dialect. Plain data that can be printed and sent to another thread. */
export type Plan = DocumentPlan | BatchPlan | ReadPlan | WritePlan | GroupPlan

/** Answered without a store. */
export interface DocumentPlan {
  readonly kind: 'serviceDocument' | 'metadata'
}

/** Several requests, each of which has a plan of its own once its turn has come. */
export interface BatchPlan {
  readonly kind: 'batch'
  readonly steps: readonly BatchStep[]
  /** One step after the other, as they stand. */
  readonly ordered: boolean
  /** Whether the steps after a failure are still done. */
  readonly continueOnError: boolean
}

/** One request of a batch, or the members of an atomicity group: they happen all or not at all. */
export interface BatchStep {
  readonly requests: readonly IndividualRequest[]
  /** Earlier steps that must have succeeded. */
  readonly after: readonly number[]
  /** Earlier steps that are over by then, so that their answers can be referred to. */
  readonly visible: readonly number[]
}

export type ReadPlan = ReadEntityPlan | ReadPagePlan | CountPlan | ApplyPlan | ChangesPlan

export interface ReadEntityPlan {
  readonly kind: 'readEntity'
  readonly entitySet: string
  readonly access: Access
  readonly address: EntityAddress
  /** A deleted entity is looked for, and no other: what `/directory/deletedItems` shows. */
  readonly deleted?: true
  /** Property names; absent: all. */
  readonly select?: readonly string[]
  /** Properties that are computed and shown. */
  readonly computed?: readonly ComputedProperty[]
  /** The canonical DateTimeOffset that `now()` is. */
  readonly now: string
}

/** Which rows of a set. */
export interface Selection {
  readonly filter?: BoundExpression
  /** Whether deleted rows are looked at, too: only a filter that names them asks for it (W3). `only`: none but those. */
  readonly deleted: boolean | 'only'
  /** The canonical DateTimeOffset that `now()` is. */
  readonly now: string
}

/** One page of server-driven paging (Protocol 4.01, 11.2.6.7). */
export interface Paging {
  /** Rows on this page at the most. */
  readonly size: number
  readonly skip: number
  /** Nothing follows this page by the caller's own wish, so that nobody need look. */
  readonly last: boolean
  /** What the link to the next page carries: the rest of `$top`, and the page size that was asked for. */
  readonly next: { readonly remaining?: number; readonly size?: number }
}

export interface ReadPagePlan extends Selection, Paging {
  readonly kind: 'readPage'
  readonly entitySet: string
  readonly access: Access
  /** The order of creation follows as the last term, or the key where rows of both kinds are looked at, so that every order is total. */
  readonly orderby: readonly OrderKey[]
  readonly select?: readonly string[]
  /** Properties that are computed and shown. */
  readonly computed?: readonly ComputedProperty[]
  /** The order key of the last row of the page before. */
  readonly after?: readonly PrimitiveValue[]
  /** Whether to count all rows that the collection has, too. */
  readonly count: boolean
  /** Whole entities in the order of their creation are all alike: a store may write them itself, and need not take them apart first. */
  readonly frame?: Frame
}

/** What stands around an entity's members where they are written: `open`, its version and `middle` if there is one, the members, `close`. */
export interface Frame {
  readonly open: string
  readonly middle?: string
  readonly close: string
}

export interface CountPlan extends Selection {
  readonly kind: 'count'
  readonly entitySet: string
  readonly access: Access
  /** What `$apply` makes of the rows before they are counted. */
  readonly transformations?: readonly Transformation[]
}

/**
 * A page of what `$apply` makes of a set. What comes out has no key to go on from, so a page is found by the number of instances before it (`skip`),
 * in an order that ends with all of their values.
 */
export interface ApplyPlan extends Selection, Paging {
  readonly kind: 'apply'
  readonly entitySet: string
  readonly access: Access
  readonly transformations: readonly Transformation[]
  /** What is shown of an instance. */
  readonly columns: readonly { readonly name: string; readonly type: ValueType }[]
  /** The names that each kind of instance has. */
  readonly variants: readonly (readonly string[])[]
  /** Whether the instances are still entities, and told with their keys and versions. */
  readonly entity: boolean
  readonly count: boolean
}

/** A page of a delta query (Graph: delta; Protocol 4.01, 11.3). */
export interface ChangesPlan {
  readonly kind: 'changes'
  readonly entitySet: string
  readonly access: ManagingTenant
  readonly from: DeltaPosition
  /** Entities on this page at the most. */
  readonly size: number
  /** The size that was asked for: what the links of this round carry. */
  readonly asked?: number
  /** Property names, the key among them; absent: all. */
  readonly select?: readonly string[]
  /** The keys that are followed; absent: all. */
  readonly ids?: readonly string[]
  /** Canonical DateTimeOffset of the request. */
  readonly now: string
}

/** One step of retention: forgets changes from before a moment, the oldest first. The last of them stays, without its content: links know it again. */
export interface TrimPlan {
  readonly kind: 'trim'
  readonly access: ManagingTenant
  /** Canonical DateTimeOffset. */
  readonly before: string
  /** Changes that the step looks at, at the most. */
  readonly size: number
}

/** Who did it, when, and in which request: what `changes` keeps of a write. */
export interface Authorship {
  /** Canonical DateTimeOffset. */
  readonly at: string
  readonly requestId: string
  readonly applicationId: string
  readonly userId?: string
}

export type WritePlan = CreatePlan | UpdatePlan | DeletePlan | RestorePlan | PurgePlan

/** Writes that one request asks for, in order, in one transaction. */
export interface GroupPlan {
  readonly kind: 'group'
  readonly entitySet: string
  readonly access: ManagingTenant
  readonly plans: readonly WritePlan[]
  /** One that fails undoes all. */
  readonly atomic: boolean
}

interface Write {
  readonly entitySet: string
  readonly access: ManagingTenant
  readonly by: Authorship
}

interface ConditionalWrite extends Write {
  readonly ifMatch?: EntityTags
  readonly ifNoneMatch?: EntityTags
}

export interface CreatePlan extends Write {
  readonly kind: 'create'
  /** Whole and normalised. */
  readonly entity: Entity
}

export interface UpdatePlan extends ConditionalWrite {
  readonly kind: 'update'
  readonly address: EntityAddress
  /** The properties that change: those that the body names, or, where the entity is replaced, all that may change. */
  readonly changes: Entity
  /** The entity to create where there is none: an upsert. Absent: a missing entity is not found. */
  readonly otherwise?: Entity
  /** In place of `otherwise`: what an upsert would have to say to create an entity, and does not. */
  readonly lacking?: readonly string[]
}

export interface DeletePlan extends ConditionalWrite {
  readonly kind: 'delete'
  readonly address: EntityAddress
}

/** Brings a deleted entity back. */
export interface RestorePlan extends ConditionalWrite {
  readonly kind: 'restore'
  readonly id: string
}

/** Removes a deleted entity for good. */
export interface PurgePlan extends ConditionalWrite {
  readonly kind: 'purge'
  readonly id: string
  /** Only if it was deleted at this canonical DateTimeOffset or before: what retention asks. */
  readonly deletedBy?: string
}
