import type { ManagingTenant } from '../plan/access.ts'
import type { ChangesPlan, DeltaPosition } from '../plan/plan.ts'
import { selected } from './compile-read.ts'
import { confined } from './confine.ts'
import { column, empty, identifier, join, type SqlStatement, sql } from './fragment.ts'
import { columnName, ownColumns, type Table } from './table.ts'

// Changes become visible in the order of their numbers, for each transaction holds its managing tenant's counter until it is committed (A4).
// So whoever sees the change of a number sees all that are lower, and the highest number in sight is a point that nothing slips in before.

const version = column(ownColumns.version)
const changes = identifier('changes')

/** Changes that one page looks at beyond those that it tells: it may pass over so many further changes of entities that the round has told already. */
export const scanAhead = 1_000

type ChangesPosition = Extract<DeltaPosition, { kind: 'changes' }>

/**
 * What is kept of a history: the number up to which it is trimmed, the last change's number and request, and the request of the change at `since`.
 * No row: the managing tenant has never written. `upTo` stands in for the last change; `more` are columns that follow.
 */
export function compileHistory(access: ManagingTenant, since: number, upTo?: number, more = empty): SqlStatement {
  const tenant = confined(access)
  const bound = upTo === undefined ? empty : sql` and ${version} <= ${upTo}`
  const last = sql`select max(${version}) from ${changes} where ${tenant}${bound}`
  const lastRequest = sql`select ${column('request_id')} from ${changes} where ${tenant}${bound} order by ${version} desc limit 1`
  const sinceRequest = sql`select ${column('request_id')} from ${changes} where ${tenant} and ${version} = ${since}`
  return sql`select ${column('trimmed_version')} as "trimmed", (${last}) as "last", (${lastRequest}) as "last_request", (${sinceRequest}) as "since_request"${more} from ${identifier('managing_tenants')} where ${tenant}`
}

/**
 * The entities that were changed after a point, each as it is now, in the order of their first change since: one statement, so that what is kept,
 * what is changed and how the entities stand are of one moment. A change is the first one when its entity's version before it is not past that point;
 * an entity that is made anew has no version before, and is told by the changes before it was purged if the point is before these.
 * Each row begins with what {@link compileHistory} gives, the last number looked at and how many were; then number, key, whether the entity is deleted,
 * and what a read of it gives. A row without a number tells no entity; none at all is a managing tenant that has never written.
 */
export function compileChangedEntities(plan: ChangesPlan, { since, within }: ChangesPosition, table: Table): SqlStatement {
  const tenant = confined(plan.access)
  const upTo = within ? sql` and ${version} <= ${within.upTo.version}` : empty
  const after = within?.after ?? since.version
  const ids = plan.ids
    ? sql` and "changed" in (${join(
        plan.ids.map((id) => sql`${id}`),
        ', ',
      )})`
    : empty
  const scanned = sql`select ${version} as "at", ${column('id')} as "changed", ${column('previous_version')} as "previous" from ${changes} where ${tenant} and ${version} > ${after}${upTo} order by ${version} limit ${plan.size + 1 + scanAhead}`
  const purged = sql`select 1 from ${changes} where ${tenant} and ${column('id')} = "changed" and ${column('kind')} = 'purged' and ${version} > ${since.version} and ${version} < "at"`
  const first = sql`"previous" <= ${since.version} and ("previous" > 0 or not exists (${purged}))`
  const told = sql`select "at", "changed" from "scanned" where ${first}${ids} order by "at" limit ${plan.size + 1}`
  const seen = sql`, (select max("at") from "scanned") as "seen", (select count(*) from "scanned") as "looked"`
  const entity = sql`${identifier(table.name)} on (${tenant} and ${column(columnName(table.type.key))} = "changed")`
  return sql`with "scanned" as (${scanned}), "told" as (${told}), "history" as (${compileHistory(plan.access, since.version, within?.upTo.version, seen)}) select "trimmed", "last", "last_request", "since_request", "seen", "looked", "at", "changed", ${column(columnName(table.type.softDelete.flag))}, ${selected(plan, table)} from "history" left join "told" on true left join ${entity} order by "at"`
}
