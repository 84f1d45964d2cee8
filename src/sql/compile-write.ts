import type { Entity } from '../edm/entity-type.ts'
import type { ManagingTenant } from '../plan/access.ts'
import type { Authorship } from '../plan/plan.ts'
import { confined, live } from './confine.ts'
import { column, identifier, join, remembering, type SqlFragment, type SqlStatement, type SqlValue, sql } from './fragment.ts'
import { columnName, foldedName, keptValue, ofTable, ownColumns, rowOf, type Table, textOf } from './table.ts'

const managingTenant = column(ownColumns.managingTenant)
const version = column(ownColumns.version)
const members = column(ownColumns.members)
/** Stands for the one whose id is filled in. */
const anyTenant: ManagingTenant = { kind: 'managingTenant', tenantId: '' }

/** One row of `changes`: what a write did (A4). */
export interface Change {
  readonly id: string
  readonly version: number
  /** The entity's version before; 0 where it had none. What tells an entity's first change after a point. */
  readonly previous: number
  readonly kind: 'created' | 'updated' | 'deleted' | 'restored' | 'purged'
  readonly by: Authorship
  /** Members as JSON text without braces: the whole entity, but before an update only what is another after it. */
  readonly before: string | null
  readonly after: string | null
}

/** The row of a key, deleted or not, with everything that a write must know of it: version, then one column a property. */
export function compileStanding(access: ManagingTenant, id: string, table: Table): SqlStatement {
  return { text: standingText(table), parameters: [access.tenantId, id] }
}

const standingText = textOf(
  (table) => sql`${standing(table)} where ${confined(anyTenant)} and ${column(columnName(table.type.key))} = ${null}`,
)

/** The same of the living entity that holds this value of an alternate key. `folded` is the folded value. */
export function compileAlternateStanding(access: ManagingTenant, property: string, folded: string, table: Table): SqlStatement {
  return sql`${standing(table)} where ${confined(access)} and ${column(foldedName(property))} = ${folded} and ${live(table)}`
}

function standing(table: Table): SqlFragment {
  const columns = table.type.properties.map((property) => column(columnName(property.name)))
  return sql`select ${join([version, ...columns], ', ')} from ${identifier(table.name)}`
}

export function compileInsert(access: ManagingTenant, entity: Entity, text: string, at: number, table: Table): SqlStatement {
  return { text: insertText(table), parameters: [access.tenantId, at, text, ...rowOf(table, entity)] }
}

const insertText = textOf((table) => {
  const columns = [managingTenant, version, members, ...table.columns.map(({ name }) => column(name))]
  const values = columns.map(() => sql`${null}`)
  return sql`insert into ${identifier(table.name)} (${join(columns, ', ')}) values (${join(values, ', ')})`
})

/** Sets what differs from `standing`, so that only the indexes of those columns are touched. */
export function compileUpdate(
  access: ManagingTenant,
  id: string,
  standing: Entity,
  entity: Entity,
  text: string,
  at: number,
  table: Table,
): SqlStatement {
  const parameters: SqlValue[] = [at, text]
  let names = ''
  for (const each of table.columns) {
    if (standing[each.property.name] === entity[each.property.name]) continue
    names += names === '' ? each.name : `,${each.name}`
    parameters.push(keptValue(each, entity, table))
  }
  parameters.push(access.tenantId, id)
  return { text: updateTexts(table)(names), parameters }
}

/** By the columns that are set: a client changes the same ones again and again. */
const updateTexts = ofTable((table) =>
  remembering((names: string) => {
    const changed = names === '' ? [] : names.split(',').map((name) => sql`${column(name)} = ${null}`)
    const sets = join([sql`${version} = ${null}`, sql`${members} = ${null}`, ...changed], ', ')
    return sql`update ${identifier(table.name)} set ${sets} where ${confined(anyTenant)} and ${column(columnName(table.type.key))} = ${null}`
      .text
  }),
)

export function compilePurge(access: ManagingTenant, id: string, table: Table): SqlStatement {
  return sql`delete from ${identifier(table.name)} where ${confined(access)} and ${column(columnName(table.type.key))} = ${id}`
}

export function compileChange(access: ManagingTenant, change: Change): SqlStatement {
  const { id, by, kind, before, after } = change
  return {
    text: changeText,
    parameters: [
      access.tenantId,
      change.version,
      id,
      kind,
      by.at,
      by.requestId,
      by.applicationId,
      by.userId ?? null,
      before,
      after,
      change.previous,
    ],
  }
}

const changeColumns = ['id', 'kind', 'changed_at', 'request_id', 'application_id', 'user_id', 'before', 'after', 'previous_version'].map(
  column,
)
const { text: changeText } =
  sql`insert into ${identifier('changes')} (${join([managingTenant, version, ...changeColumns], ', ')}) values (${join(
    [null, null, ...changeColumns].map(() => sql`${null}`),
    ', ',
  )})`

/** Takes `count` numbers of the managing tenant's counter and gives the last of them. The row is held until the commit (A4). */
export function compileTakeVersions(access: ManagingTenant, count: number): SqlStatement {
  return sql`insert into ${identifier('managing_tenants')} (${managingTenant}, ${version}) values (${access.tenantId}, ${count}) on conflict (${managingTenant}) do update set ${version} = ${identifier('managing_tenants')}.${version} + excluded.${version} returning ${version}`
}
