import { declaredProperty } from '../edm/entity-type.ts'
import type { Access } from '../plan/access.ts'
import type { ApplyPlan, CountPlan, ReadEntityPlan, ReadPagePlan, ReadPlan } from '../plan/plan.ts'
import { compileApply, compileApplyCount } from './compile-apply.ts'
import { compileCondition, compileValue, readable } from './compile-expression.ts'
import { compileAfter, compileOrder, orderTerms } from './compile-order.ts'
import { column, empty, identifier, join, type SqlFragment, type SqlStatement, sql } from './fragment.ts'
import { columnName, ownColumns, type Table } from './table.ts'

const managingTenant = column(ownColumns.managingTenant)

/** The row of a key. Two rows at the most: an operator may find the same id with several partners. */
export function compileReadEntity(plan: ReadEntityPlan, table: Table): SqlStatement {
  const key = column(columnName(table.type.key))
  return sql`select ${selected(plan, table)} from ${identifier(table.name)} where ${confined(plan.access)} and ${key} = ${plan.id} and ${live(table)} limit 2`
}

/** One page in its order, by keyset: what comes after the last row of the page before. The order's values stand last in each row. */
export function compileReadPage(plan: ReadPagePlan, table: Table): SqlStatement {
  const terms = orderTerms(plan, table)
  const after = plan.after ? sql` and ${compileAfter(terms, plan.after)}` : empty
  const offset = plan.skip > 0 ? sql` offset ${plan.skip}` : empty
  const columns = join([selected(plan, table), ...terms.map(({ value }) => value)], ', ')
  return sql`select ${columns} from ${identifier(table.name)} where ${chosen(plan, table)}${after} order by ${compileOrder(terms)} limit ${plan.size + (plan.last ? 0 : 1)}${offset}`
}

/** A page of what `$apply` makes. */
export function compileApplyPage(plan: ApplyPlan, table: Table): SqlStatement {
  return compileApply(plan, table, chosen(plan, table))
}

export function compileCount(plan: CountPlan | ReadPagePlan | ApplyPlan, table: Table): SqlStatement {
  const { transformations } = plan.kind === 'readPage' ? {} : plan
  if (transformations) return compileApplyCount({ ...plan, transformations } as ApplyPlan, table, chosen(plan, table))
  return sql`select count(*) from ${identifier(table.name)} where ${chosen(plan, table)}`
}

/** Rows that a bounded read may pass over. */
const boundedSkip = 1_000

/** Whether the work of a read is bounded by what it returns, whatever the table holds. */
export function isBounded(plan: ReadPlan): boolean {
  if (plan.access.kind === 'allPartners') return false
  if (plan.kind === 'readEntity') return true
  return plan.kind === 'readPage' && !plan.count && plan.skip <= boundedSkip && !plan.filter && plan.orderby.length === 0
}

/** The rows that a plan is about: the caller's own, living unless it asks for others, and those that the filter leaves. */
function chosen(plan: CountPlan | ReadPagePlan | ApplyPlan, table: Table): SqlFragment {
  const conditions = [confined(plan.access)]
  if (!plan.deleted) conditions.push(live(table))
  // Asked of every row before the filter is, so that a statement that runs too long can be stopped.
  if (!isBounded(plan)) conditions.push(sql`odata_tick()`)
  if (plan.filter) conditions.push(compileCondition(plan.filter, { now: plan.now }))
  return join(conditions, ' and ')
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

/** The managing tenant, the key, the version, then the members or the selected columns, then what is computed. */
function selected({ select, computed, now }: Pick<ReadPagePlan, 'select' | 'computed' | 'now'>, table: Table): SqlFragment {
  const fixed = [managingTenant, column(columnName(table.type.key)), column(ownColumns.version)]
  const rest = select ? select.map((name) => column(columnName(declaredProperty(table.type, name).name))) : [column(ownColumns.members)]
  const made = (computed ?? []).map(({ expression }) => readable(compileValue(expression, { now }, 'exact'), expression.type))
  return join([...fixed, ...rest, ...made], ', ')
}
