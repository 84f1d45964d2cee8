import type { EntitySet, PrimitiveValue, Property } from '../../edm/entity-type.ts'
import type { Batch } from '../batch/batch.ts'
import type { ErrorDetail } from '../error.ts'
import type { Format } from '../headers/accept.ts'
import type { Conditions } from '../headers/etag.ts'
import type { ODataVersion } from '../headers/odata-version.ts'
import type { Preferences } from '../headers/prefer.ts'
import type { EntityBody } from '../payload/read-entity.ts'
import type { DeltaPosition } from '../tokens/delta-token.ts'
import type { SkipToken } from '../tokens/skip-token.ts'
import type { ServiceVersion } from '../uri/uri.ts'
import type { BoundExpression, BoundOrderby, ComputedProperty, ValueType } from './expression/bound-expression.ts'
import type { Transformation } from './expression/transformation.ts'

/** What every bound request knows of how it wants to be answered. */
export interface RequestHead {
  readonly serviceVersion: ServiceVersion
  readonly odataVersion: ODataVersion
  readonly format: Format
  readonly preferences: Preferences
  readonly conditions: Conditions
  /** An operator's choice of the partner for whom it acts (header `Tenantry-Managing-Tenant`). */
  readonly managingTenant?: string
}

/** A property of an answer: declared, or made by the query. */
export interface SelectedProperty {
  readonly name: string
  readonly type: ValueType
  readonly dynamic: boolean
}

/** What of an entity is shown. */
export interface Projection {
  /** Absent: all declared properties. */
  readonly select?: readonly Property[]
  /** Properties that `$compute` makes, as far as they are shown. */
  readonly computed: readonly ComputedProperty[]
}

/** `$top`, `$skip` and so on, read and typed. */
export interface CollectionOptions extends Projection {
  readonly filter?: BoundExpression
  readonly orderby: readonly BoundOrderby[]
  /** Where `$apply` stands: all that it and the options after it make of the set, in place of `filter` and `orderby`. */
  readonly apply?: AppliedOptions
  readonly top?: number
  readonly skip: number
  readonly count: boolean
  readonly skipToken?: SkipToken
  /** The system query options as one text: what a skip token is bound to. */
  readonly binding: string
  /** The options as they were given, without those that a next link replaces. */
  readonly carried: ReadonlyMap<string, string>
}

/** What the function `delta` was called with, or what its link holds. */
export interface DeltaOptions {
  readonly from: DeltaPosition
  /** Whose link it is; absent in a first request. */
  readonly holder?: string
  /** The key is always among them. Absent: all declared properties. */
  readonly select?: readonly Property[]
  /** The keys that are followed; absent: all. */
  readonly ids?: readonly string[]
  /** The page size that was asked for by `$top`, or by the round's first request. */
  readonly size?: number
  /** `$format` as it was given. */
  readonly format?: string
}

/** What `$apply` comes to. */
export interface AppliedOptions {
  readonly transformations: readonly Transformation[]
  /** What is shown of an instance, in order. */
  readonly columns: readonly SelectedProperty[]
  /** The names that each kind of instance has. */
  readonly variants: readonly (readonly string[])[]
  /** The names that all instances have: what the context URL tells. */
  readonly common: readonly string[]
  /** Whether the instances are still entities. */
  readonly entity: boolean
  /** Whether they are the whole entities, with nothing taken away or added. */
  readonly whole: boolean
}

/** Which entity: by its key, or by the value of an alternate key, which only the living are found by. */
export type EntityAddress =
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'alternateKey'; readonly property: string; readonly value: string }

/** What the request asks for, in the names and types of the model. Whether the caller may have it is the plan's to decide. */
export type Operation =
  | { readonly kind: 'readServiceDocument' }
  | { readonly kind: 'readMetadata' }
  | { readonly kind: 'batch'; readonly batch: Batch }
  | ({ readonly kind: 'readCollection'; readonly options: CollectionOptions } & OnCollection)
  | ({ readonly kind: 'countCollection'; readonly filter?: BoundExpression; readonly apply?: readonly Transformation[] } & OnCollection)
  | { readonly kind: 'readChanges'; readonly entitySet: EntitySet; readonly options: DeltaOptions }
  | ({ readonly kind: 'readEntity'; readonly projection: Projection } & OnEntity)
  | ({ readonly kind: 'readProperty'; readonly property: Property; readonly raw: boolean } & OnEntity)
  | { readonly kind: 'createEntity'; readonly entitySet: EntitySet; readonly body: EntityBody; readonly select?: readonly Property[] }
  | UpdateEntity
  | UpdateCollection
  | {
      readonly kind: 'updateProperty'
      readonly entitySet: EntitySet
      readonly address: EntityAddress
      readonly property: Property
      readonly raw: boolean
      /** The property alone. */
      readonly values: Readonly<Record<string, PrimitiveValue>>
    }
  | { readonly kind: 'deleteEntity'; readonly entitySet: EntitySet; readonly address: EntityAddress }
  /** A deleted entity comes back, or goes for good. */
  | { readonly kind: 'restoreEntity' | 'purgeEntity'; readonly entitySet: EntitySet; readonly id: string }

interface OnCollection {
  readonly entitySet: EntitySet
  /** Deleted entities are meant, and no others. */
  readonly deleted?: true
}

interface OnEntity extends OnCollection {
  readonly address: EntityAddress
}

export interface UpdateEntity {
  readonly kind: 'updateEntity'
  readonly entitySet: EntitySet
  readonly address: EntityAddress
  readonly body: EntityBody
  /** PUT: what the body leaves out takes its default. */
  readonly replaces: boolean
  /** An entity that is missing is created. */
  readonly upserts: boolean
  readonly select?: readonly Property[]
}

/** A bulk: what a delta payload asks for, item by item. */
export interface UpdateCollection {
  readonly kind: 'updateCollection'
  readonly entitySet: EntitySet
  readonly changes: readonly Change[]
  /** What can be done is done, whatever fails beside it. Otherwise all or nothing is. */
  readonly continues: boolean
}

/** One item of a delta payload. */
export type Change = (
  | { readonly kind: 'upsert'; readonly address: EntityAddress; readonly body: EntityBody }
  | { readonly kind: 'delete'; readonly address: EntityAddress }
  | {
      readonly kind: 'malformed'
      readonly operation: 'upsert' | 'delete'
      readonly address?: EntityAddress
      readonly faults: readonly ErrorDetail[]
    }
) & {
  readonly conditions: Conditions
  /** What the client calls it (`Core.ContentID`). */
  readonly contentId?: string
}

export interface BoundRequest {
  readonly head: RequestHead
  readonly operation: Operation
}
