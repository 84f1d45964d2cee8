import type { Entity } from '../edm/entity-type.ts'
import type { ManagingTenant } from '../plan/access.ts'
import type { Change } from './compile-write.ts'
import { confined, live } from './confine.ts'
import { addToKnown, countColumns, countedColumns, countsName } from './counts.ts'
import { column, identifier, join, type SqlFragment, type SqlList, type SqlStatement, type SqlValue, sql } from './fragment.ts'
import { columnName, foldedName, ownColumns, rowOf, type Table } from './table.ts'

// Many writes of one managing tenant as one statement each, for a database to which every statement is a journey.
// The rows come from lists, joined with the tenant's own row: so a distributed database runs the whole of it where the tenant is.

/** A row as it is to be. */
export interface WrittenRow {
  readonly version: number
  /** Members as JSON text without braces. */
  readonly members: string
  readonly entity: Entity
}

const managingTenant = column(ownColumns.managingTenant)

/** The rows of these keys, deleted or not, and the living ones that hold one of these values of an alternate key (folded). */
export function compileStandings(
  access: ManagingTenant,
  ids: readonly string[],
  alternates: ReadonlyMap<string, readonly string[]>,
  table: Table,
): SqlStatement {
  const columns = [ownColumns.version, ...table.type.properties.map(({ name }) => columnName(name))].map(column)
  const key = sql`${column(columnName(table.type.key))} = any(${texts(ids)})`
  const holders = [...alternates].map(
    ([property, values]) => sql`(${column(foldedName(property))} = any(${texts(values)}) and ${live(table)})`,
  )
  return sql`select ${join(columns, ', ')} from ${identifier(table.name)} where ${confined(access)} and (${join([key, ...holders], ' or ')})`
}

/** Writes rows over those that have their keys, or makes them; these are then numbered by the version. No key may stand twice. */
export function compileUpsertRows(access: ManagingTenant, rows: readonly WrittenRow[], table: Table): SqlStatement {
  const values = rows.map(({ version, members, entity }) => [version, members, ...rowOf(table, entity), version])
  const kept = [ownColumns.version, ownColumns.members, ...table.columns.map(({ name }) => name)]
  const types = [
    'bigint',
    'text',
    ...table.columns.map(({ property, folded }) => (folded ? 'text' : elementsOf(property.type))),
    'bigint',
  ] as const
  const lists = types.map((elements, i): SqlList => ({ elements, values: values.map((row) => row[i] as string | number | boolean | null) }))
  const key = columnName(table.type.key)
  const sets = kept.filter((name) => name !== key).map((name) => sql`${column(name)} = excluded.${column(name)}`)
  return sql`${insertFromLists(access, table.name, [...kept.map(column), table.dialect.creation], lists)} on conflict (${managingTenant}, ${column(key)}) do update set ${join(sets, ', ')}`
}

export function compilePurgeRows(access: ManagingTenant, ids: readonly string[], table: Table): SqlStatement {
  return sql`delete from ${identifier(table.name)} where ${confined(access)} and ${column(columnName(table.type.key))} = any(${texts(ids)})`
}

/** Changes the counts of combinations, each as {@link addUp} gives it. */
export function compileAddCounts(access: ManagingTenant, rows: readonly (readonly SqlValue[])[], table: Table): SqlStatement {
  const kept = countedColumns(table).map(({ property, folded }) => (folded ? 'text' : elementsOf(property.type)))
  const lists = [...kept, 'bigint' as const].map(
    (elements, i): SqlList => ({ elements, values: rows.map((row) => row[i] as string | number | boolean) }),
  )
  return sql`${insertFromLists(access, countsName(table), countColumns(table), lists)} ${addToKnown(table)}`
}

export function compileChanges(access: ManagingTenant, changes: readonly Change[]): SqlStatement {
  const columns: Readonly<Record<string, (change: Change) => string | number | null>> = {
    version: ({ version }) => version,
    id: ({ id }) => id,
    kind: ({ kind }) => kind,
    changed_at: ({ by }) => by.at,
    request_id: ({ by }) => by.requestId,
    application_id: ({ by }) => by.applicationId,
    user_id: ({ by }) => by.userId ?? null,
    before: ({ before }) => before,
    after: ({ after }) => after,
    previous_version: ({ previous }) => previous,
  }
  const lists = Object.entries(columns).map(
    ([name, of]): SqlList => ({ elements: name.endsWith('version') ? 'bigint' : 'text', values: changes.map(of) }),
  )
  return insertFromLists(access, 'changes', Object.keys(columns).map(column), lists)
}

/** Whether a change of this request stands at this version: what tells a commit that nobody heard of from one that never was. */
export function compileFindChange(access: ManagingTenant, version: number, requestId: string): SqlStatement {
  return sql`select 1 from ${identifier('changes')} where ${confined(access)} and ${column(ownColumns.version)} = ${version} and ${column('request_id')} = ${requestId}`
}

function insertFromLists(access: ManagingTenant, name: string, names: readonly SqlFragment[], lists: readonly SqlList[]): SqlStatement {
  const columns = join([managingTenant, ...names], ', ')
  const listed = (prefix: SqlFragment) =>
    join(
      names.map((each) => sql`${prefix}${each}`),
      ', ',
    )
  const tenant = sql`${identifier('t')}.${managingTenant}`
  const values = join(
    lists.map((list) => sql`${list}`),
    ', ',
  )
  return sql`insert into ${identifier(name)} (${columns}) select ${tenant}, ${listed(sql`${identifier('u')}.`)} from ${identifier('managing_tenants')} as ${identifier('t')}, unnest(${values}) as ${identifier('u')} (${listed(sql``)}) where ${tenant} = ${access.tenantId}`
}

function texts(values: readonly string[]): SqlList {
  return { elements: 'text', values }
}

function elementsOf(type: string): SqlList['elements'] {
  return type === 'Edm.Int32' ? 'integer' : type === 'Edm.Boolean' ? 'boolean' : 'text'
}
