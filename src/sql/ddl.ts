import type { EntitySet, Model, Property } from '../edm/entity-type.ts'
import { countColumn, countedColumns, countsName } from './counts.ts'
import type { Dialect } from './dialect.ts'
import { columnName, foldedName, ownColumns, type Table, tableOf } from './table.ts'

/** What differs between databases in a table's definition. */
export interface DdlDialect {
  /** The column type of a property; text columns compare bytewise. */
  readonly columnType: (property: Property) => string
  readonly text: string
  readonly version: string
  /** The column that numbers the rows as they are made, with its comma, where it comes first and is the end of every index by itself. */
  readonly rowId: string
  /** The column that does so where rows have no such number of their own. */
  readonly creation?: string
  /** How a table says its key: a unique constraint where a row id is the primary one. */
  readonly key: 'primary key' | 'unique'
  /** The condition of an index on living rows alone. */
  readonly whereLive: (flag: string) => string
  /** The same of deleted rows. */
  readonly whereDead: (flag: string) => string
  /** A column of an index in ascending order, null lowest. */
  readonly ordered: (column: string, nullable: boolean) => string
  /** The full-text index of the searched properties, where the database has one that finds parts of words. */
  readonly searchIndex?: (table: Table) => readonly string[]
  /** What follows the closing parenthesis of a table. */
  readonly tableOptions: string
  /** The same for a table that is read in the order of its key, and only so. */
  readonly clusteredTableOptions: string
}

/** The schema that the model asks for: what all migrations together must come to (A3; a drift test compares them). */
export function ddl(model: Model, whole: Dialect): string[] {
  const dialect = whole.ddl
  return [
    `create table "managing_tenants" ("managing_tenant_id" ${dialect.text} not null, "version" ${dialect.version} not null, "trimmed_version" ${dialect.version} not null default 0, primary key ("managing_tenant_id"))${dialect.clusteredTableOptions}`,
    ...model.entitySets.flatMap((entitySet) => entityTable(entitySet, whole)),
    `create table "changes" ("managing_tenant_id" ${dialect.text} not null, "version" ${dialect.version} not null, "id" ${dialect.text} not null, "kind" ${dialect.text} not null, "changed_at" ${dialect.text} not null, "request_id" ${dialect.text} not null, "application_id" ${dialect.text} not null, "user_id" ${dialect.text}, "before" ${dialect.text}, "after" ${dialect.text}, "previous_version" ${dialect.version} not null default 0, primary key ("managing_tenant_id", "version"))${dialect.clusteredTableOptions}`,
    `create index "changes_purged" on "changes" ("managing_tenant_id", "id", "version") where "kind" = 'purged'`,
    ...accessKeyTable(dialect),
  ]
}

function accessKeyTable(dialect: DdlDialect): string[] {
  const { text } = dialect
  return [
    `create table "access_keys" ("managing_tenant_id" ${text} not null, "id" ${text} not null, "hash" ${text} not null, "display_name" ${text} not null, "hint" ${text} not null, "created_date_time" ${text} not null, "created_by" ${text} not null, "end_date_time" ${text} not null, "last_used_date_time" ${text}, primary key ("managing_tenant_id", "id"))${dialect.clusteredTableOptions}`,
    'create unique index "access_keys_hash" on "access_keys" ("managing_tenant_id", "hash")',
  ]
}

function countsTable(table: Table, dialect: DdlDialect): string {
  const kept = countedColumns(table)
  const columns = kept.map(({ name, property, folded }) => `"${name}" ${folded ? dialect.text : dialect.columnType(property)} not null`)
  const key = kept.map(({ name }) => `, "${name}"`).join('')
  return `create table "${countsName(table)}" ("${ownColumns.managingTenant}" ${dialect.text} not null, ${columns.join(', ')}, "${countColumn}" ${dialect.version} not null, primary key ("${ownColumns.managingTenant}"${key}))${dialect.clusteredTableOptions}`
}

function entityTable(entitySet: EntitySet, whole: Dialect): string[] {
  const table = tableOf(entitySet, whole)
  const dialect = whole.ddl
  const { type } = entitySet
  const columns = table.columns.map(
    ({ name, property, folded }) =>
      `"${name}" ${folded ? dialect.text : dialect.columnType(property)}${property.nullable ? '' : ' not null'}`,
  )
  const key = `"${ownColumns.managingTenant}", "${columnName(type.key)}"`
  // The order of creation comes last, so that a page in the order of an index needs no sorting.
  const creation = dialect.creation === undefined ? '' : `, "${dialect.creation}"`
  const whereLive = `where ${dialect.whereLive(columnName(type.softDelete.flag))}`
  return [
    `create table "${table.name}" (${dialect.rowId}"${ownColumns.managingTenant}" ${dialect.text} not null, "${ownColumns.version}" ${dialect.version} not null, "${ownColumns.members}" ${dialect.text} not null, ${columns.join(', ')}${creation === '' ? '' : `${creation} ${dialect.version} not null`}, ${dialect.key} (${key}))${dialect.tableOptions}`,
    `create index "${table.name}_live" on "${table.name}" ("${ownColumns.managingTenant}"${creation}) ${whereLive}`,
    // What deleted items are listed by, and retention finds them by.
    `create index "${table.name}_deleted" on "${table.name}" ("${ownColumns.managingTenant}", ${dialect.ordered(columnName(type.softDelete.at), true)}${creation}) where ${dialect.whereDead(columnName(type.softDelete.flag))}`,
    countsTable(table, dialect),
    ...(dialect.searchIndex?.(table) ?? []),
    ...type.alternateKeys.map(
      (name) =>
        `create unique index "${table.name}_${columnName(name)}" on "${table.name}" ("${ownColumns.managingTenant}", "${foldedName(name)}") ${whereLive}`,
    ),
    ...type.properties
      .filter((property) => property.indexed)
      .map((property) => {
        const name = property.comparison === 'folded' ? foldedName(property.name) : columnName(property.name)
        return `create index "${table.name}_${columnName(property.name)}" on "${table.name}" ("${ownColumns.managingTenant}", ${dialect.ordered(name, property.nullable)}${creation}) ${whereLive}`
      }),
  ]
}
