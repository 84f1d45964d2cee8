import type { Entity, EntitySet, EntityType, Model, PrimitiveValue, Property } from '../edm/entity-type.ts'
import { fold } from '../edm/fold.ts'
import type { ValueType } from '../plan/expression.ts'
import type { Dialect } from './dialect.ts'
import { remembering, type SqlFragment, type SqlValue } from './fragment.ts'

/** The table that keeps an entity set, derived from its declaration. */
export interface Table {
  readonly name: string
  readonly type: EntityType
  /** One column a property, then one folded twin for each string that compares without regard to case. */
  readonly columns: readonly Column[]
  /** The database that it is in. */
  readonly dialect: Dialect
}

export interface Column {
  readonly name: string
  readonly property: Property
  readonly folded: boolean
}

/** Columns that every table has besides the properties' own. */
export const ownColumns = { managingTenant: 'managing_tenant_id', version: 'version', members: 'members' } as const

export function tableOf(entitySet: EntitySet, dialect: Dialect): Table {
  const { type } = entitySet
  const plain = type.properties.map((property) => ({ name: columnName(property.name), property, folded: false }))
  const twins = type.properties
    .filter((property) => property.comparison === 'folded')
    .map((property) => ({ name: foldedName(property.name), property, folded: true }))
  return { name: columnName(entitySet.name), type, columns: [...plain, ...twins], dialect }
}

/** `lastDAPRefreshDateTimeUtc` → `last_dap_refresh_date_time_utc`. */
export const columnName = remembering((name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase(),
)

/** The column that holds a string folded (A4: computed by the service, never by the database). */
export const foldedName = remembering((name: string) => `${columnName(name)}_folded`)

/** An entity's values in the order of the table's columns. */
export function rowOf(table: Table, entity: Entity): SqlValue[] {
  return table.columns.map((column) => keptValue(column, entity, table))
}

/** What a column keeps of an entity. */
export function keptValue({ property, folded }: Column, entity: Entity, { dialect }: Table): SqlValue {
  const value = entity[property.name] ?? null
  return folded && typeof value === 'string' ? fold(value) : dialect.stored(value)
}

export function tablesOf(model: Model, dialect: Dialect): ReadonlyMap<string, Table> {
  return new Map(model.entitySets.map((entitySet) => [entitySet.name, tableOf(entitySet, dialect)]))
}

/** A column's value as one of the type. */
export function primitiveOf(type: ValueType, value: unknown): PrimitiveValue {
  if (value === null || value === undefined) return null
  if (type === 'Edm.Boolean') return value === 1 || value === true
  return typeof value === 'number' ? value : String(value)
}

/** What depends on a table alone is made once. */
export function ofTable<T extends object>(make: (table: Table) => T): (table: Table) => T {
  const made = new WeakMap<Table, T>()
  return (table) => {
    const known = made.get(table)
    if (known) return known
    const first = make(table)
    made.set(table, first)
    return first
  }
}

/** The text of a statement that depends on its table alone: put together once, and filled with its parameters each time. */
export function textOf(make: (table: Table) => SqlFragment): (table: Table) => string {
  const statement = ofTable(make)
  return (table) => statement(table).text
}
