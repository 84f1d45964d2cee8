import type { Entity, EntitySet, EntityType, PrimitiveValue, Property } from '../edm/entity-type.ts'
import { fold } from '../edm/fold.ts'
import type { ValueType } from '../plan/expression.ts'
import type { SqlValue } from './fragment.ts'

/** The table that keeps an entity set, derived from its declaration. */
export interface Table {
  readonly name: string
  readonly type: EntityType
  /** One column a property, then one folded twin for each string that compares without regard to case. */
  readonly columns: readonly Column[]
}

export interface Column {
  readonly name: string
  readonly property: Property
  readonly folded: boolean
}

/** Columns that every table has besides the properties' own. */
export const ownColumns = { managingTenant: 'managing_tenant_id', version: 'version', members: 'members' } as const

export function tableOf(entitySet: EntitySet): Table {
  const { type } = entitySet
  const plain = type.properties.map((property) => ({ name: columnName(property.name), property, folded: false }))
  const twins = type.properties
    .filter((property) => property.comparison === 'folded')
    .map((property) => ({ name: foldedName(property.name), property, folded: true }))
  return { name: columnName(entitySet.name), type, columns: [...plain, ...twins] }
}

/** `lastDAPRefreshDateTimeUtc` → `last_dap_refresh_date_time_utc`. */
export function columnName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
}

/** The column that holds a string folded (A4: computed by the service, never by the database). */
export function foldedName(name: string): string {
  return `${columnName(name)}_folded`
}

/** An entity's values in the order of the table's columns. Booleans are 0 and 1. */
export function rowOf(table: Table, entity: Entity): SqlValue[] {
  return table.columns.map(({ property, folded }) => {
    const value = entity[property.name] ?? null
    return folded && typeof value === 'string' ? fold(value) : sqlValue(value)
  })
}

export function sqlValue(value: PrimitiveValue): SqlValue {
  return typeof value === 'boolean' ? Number(value) : value
}

/** A column's value as one of the type. */
export function primitiveOf(type: ValueType, value: unknown): PrimitiveValue {
  if (value === null || value === undefined) return null
  if (type === 'Edm.Boolean') return value === 1 || value === true
  return typeof value === 'number' ? value : String(value)
}
