import { declaredProperty } from '../edm/entity-type.ts'
import type { Access } from '../plan/access.ts'
import type { CountPlan, ReadEntityPlan, ReadPagePlan } from '../plan/plan.ts'
import { column, empty, identifier, join, type SqlFragment, type SqlStatement, sql } from './fragment.ts'
import { columnName, ownColumns, sqlValue, type Table } from './table.ts'

const managingTenant = column(ownColumns.managingTenant)

/** The row of a key. Two rows at the most: an operator may find the same id with several partners. */
export function compileReadEntity(plan: ReadEntityPlan, table: Table): SqlStatement {
  const key = column(columnName(table.type.key))
  return sql`select ${selected(plan.select, table)} from ${identifier(table.name)} where ${confined(plan.access)} and ${key} = ${plan.id} and ${live(table)} limit 2`
}

/** One page in the order of the key, by keyset: what comes after the last row of the page before. */
export function compileReadPage(plan: ReadPagePlan, table: Table): SqlStatement {
  const keys = orderKeys(plan.access, table)
  const after = plan.after
    ? sql` and (${join(keys, ', ')}) > (${join(
        plan.after.map((value) => sql`${sqlValue(value)}`),
        ', ',
      )})`
    : empty
  const offset = plan.skip > 0 ? sql` offset ${plan.skip}` : empty
  return sql`select ${selected(plan.select, table)} from ${identifier(table.name)} where ${confined(plan.access)} and ${live(table)}${after} order by ${join(keys, ', ')} limit ${plan.size + (plan.last ? 0 : 1)}${offset}`
}

export function compileCount(plan: CountPlan | ReadPagePlan, table: Table): SqlStatement {
  return sql`select count(*) from ${identifier(table.name)} where ${confined(plan.access)} and ${live(table)}`
}

/** The order in which rows are paged, unique. What a skip token holds. */
function orderKeys(access: Access, table: Table): readonly SqlFragment[] {
  const key = column(columnName(table.type.key))
  return access.kind === 'allPartners' ? [managingTenant, key] : [key]
}

/**
 * Partner isolation: every statement on rows goes through here.
 * The one exception, an operator's read, still names the managing tenants, so that it stays on the index that begins with them.
 */
export function confined(access: Access): SqlFragment {
  if (access.kind === 'managingTenant') return sql`${managingTenant} = ${access.tenantId}`
  return sql`${managingTenant} in (select ${managingTenant} from ${identifier('managing_tenants')})`
}

/** Rows that are not deleted, in the very words of the partial indexes. */
export function live(table: Table): SqlFragment {
  return sql`${column(columnName(table.type.softDelete.flag))} = 0`
}

/** The managing tenant, the key, the version, then the members or the selected columns. */
function selected(select: readonly string[] | undefined, table: Table): SqlFragment {
  const fixed = [managingTenant, column(columnName(table.type.key)), column(ownColumns.version)]
  const rest = select ? select.map((name) => column(columnName(declaredProperty(table.type, name).name))) : [column(ownColumns.members)]
  return join([...fixed, ...rest], ', ')
}
