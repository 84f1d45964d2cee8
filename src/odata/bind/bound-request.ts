import type { EntitySet, Property } from '../../edm/entity-type.ts'
import type { Format } from '../headers/accept.ts'
import type { Conditions } from '../headers/etag.ts'
import type { ODataVersion } from '../headers/odata-version.ts'
import type { Preferences } from '../headers/prefer.ts'
import type { EntityBody } from '../payload/read-entity.ts'
import type { SkipToken } from '../tokens/skip-token.ts'
import type { ServiceVersion } from '../uri/uri.ts'
import type { BoundOrderby } from './expression/bind-query.ts'
import type { BoundExpression } from './expression/bound-expression.ts'

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

/** `$top`, `$skip` and so on, read and typed. */
export interface CollectionOptions {
  readonly filter?: BoundExpression
  readonly orderby: readonly BoundOrderby[]
  readonly select?: readonly Property[]
  readonly top?: number
  readonly skip: number
  readonly count: boolean
  readonly skipToken?: SkipToken
  /** The system query options as one text: what a skip token is bound to. */
  readonly binding: string
  /** The options as they were given, without those that a next link replaces. */
  readonly carried: ReadonlyMap<string, string>
}

/** What the request asks for, in the names and types of the model. Whether the caller may have it is the plan's to decide. */
export type Operation =
  | { readonly kind: 'readServiceDocument' }
  | { readonly kind: 'readMetadata' }
  | { readonly kind: 'readCollection'; readonly entitySet: EntitySet; readonly options: CollectionOptions }
  | { readonly kind: 'countCollection'; readonly entitySet: EntitySet; readonly filter?: BoundExpression }
  | { readonly kind: 'readEntity'; readonly entitySet: EntitySet; readonly id: string; readonly select?: readonly Property[] }
  | {
      readonly kind: 'readProperty'
      readonly entitySet: EntitySet
      readonly id: string
      readonly property: Property
      readonly raw: boolean
    }
  | { readonly kind: 'createEntity'; readonly entitySet: EntitySet; readonly body: EntityBody; readonly select?: readonly Property[] }
  | {
      readonly kind: 'updateEntity'
      readonly entitySet: EntitySet
      readonly id: string
      readonly body: EntityBody
      readonly select?: readonly Property[]
    }
  | { readonly kind: 'deleteEntity'; readonly entitySet: EntitySet; readonly id: string }

export interface BoundRequest {
  readonly head: RequestHead
  readonly operation: Operation
}
