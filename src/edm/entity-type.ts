/** The meta-model: what an entity type declaration says. Everything else about a type (CSDL, tables, validation, OpenAPI) is derived from it. */

/** The primitive types that our properties have (OData CSDL 4.01, 3.3). */
export type PrimitiveTypeName = 'Edm.String' | 'Edm.Int32' | 'Edm.Boolean' | 'Edm.DateTimeOffset'

/** The primitive types that an expression can have, and so a computed property. */
export type EdmTypeName =
  | PrimitiveTypeName
  | 'Edm.Int64'
  | 'Edm.Decimal'
  | 'Edm.Double'
  | 'Edm.Date'
  | 'Edm.TimeOfDay'
  | 'Edm.Duration'
  | 'Edm.Guid'
  | 'Edm.Binary'

/** A value of a property: DateTimeOffset is the canonical string of `date-time-offset.ts`. */
export type PrimitiveValue = string | number | boolean | null

export interface Property {
  readonly name: string
  readonly type: PrimitiveTypeName
  readonly nullable: boolean
  /** What it means, for people: it stands in `$metadata` and in the reference. */
  readonly description: string
  /** A value as it might be, for people. */
  readonly example?: PrimitiveValue
  /** Characters (UTF-16 code units), Edm.String only. */
  readonly minLength?: number
  readonly maxLength?: number
  /** ECMAScript regular expression that the whole value matches (`Validation.Pattern`). */
  readonly pattern?: string
  /** How the value is normalised before it is stored. */
  readonly stored?: 'upperCase'
  /** `required`: present and not null in a create. `optional`: may be absent. */
  readonly create: 'required' | 'optional'
  /** `immutable`: a body may repeat the value, not change it. `computed`: the service's own; a body's value is ignored. */
  readonly update: 'allowed' | 'immutable' | 'computed'
  /** `exact`: compared by code point. `folded`: compared without regard to case, by Unicode simple folding. Edm.String only. */
  readonly comparison?: 'exact' | 'folded'
  /** Whether people filter and order by it: it has an index. */
  readonly indexed?: true
  /** Whether people count and group by it, and its values are few: living entities are counted by all such values together. */
  readonly counted?: true
  /** Whether `$search` looks into it. Edm.String only. */
  readonly searched?: true
  /** What well-known numbers mean (`Validation.AllowedValues` does not fit: any other number is valid too). */
  readonly labels?: Readonly<Record<number, string>>
}

export interface EntityType {
  readonly namespace: string
  readonly name: string
  /** Other qualified names that a body's `@odata.type` may use, without `#`. */
  readonly synonyms: readonly string[]
  readonly description: string
  readonly properties: readonly Property[]
  readonly key: string
  /** Each is unique within a managing tenant among entities that are not deleted. */
  readonly alternateKeys: readonly string[]
  /** The pair that tells soft deletion: a Boolean and the DateTimeOffset of it. */
  readonly softDelete: { readonly flag: string; readonly at: string }
  /** Set by the service on create and on each write (`Core.ComputedDefaultValue`, `Core.Computed`). */
  readonly stamps: { readonly created: string; readonly modified: string }
}

export interface EntitySet {
  readonly name: string
  readonly type: EntityType
  /** Least privileged first; `read` is also given by what `write` names. */
  readonly permissions: { readonly read: string; readonly write: string }
}

export interface Model {
  readonly entitySets: readonly EntitySet[]
}

/** A whole entity, by property name. */
export type Entity = Readonly<Record<string, PrimitiveValue>>

export function qualifiedName(type: EntityType): string {
  return `${type.namespace}.${type.name}`
}

const indexes = new WeakMap<EntityType, ReadonlyMap<string, Property>>()

/** The property of that exact name. */
export function propertyOf(type: EntityType, name: string): Property | undefined {
  let index = indexes.get(type)
  if (!index) {
    index = new Map(type.properties.map((property) => [property.name, property]))
    indexes.set(type, index)
  }
  return index.get(name)
}

/** The property of that name, for code that was given the name by the model itself. */
export function declaredProperty(type: EntityType, name: string): Property {
  const property = propertyOf(type, name)
  if (!property) throw new Error(`${qualifiedName(type)} declares no property ${name}`)
  return property
}
