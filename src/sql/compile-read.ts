import { declaredProperty } from '../edm/entity-type.ts'
import { fold } from '../edm/fold.ts'
import type { BoundExpression } from '../plan/expression.ts'
import type { ApplyPlan, CountPlan, Frame, ReadEntityPlan, ReadPagePlan, ReadPlan } from '../plan/plan.ts'
import { compileApply, compileApplyCount, countOf, type Rows } from './compile-apply.ts'
import { compileCondition, compileValue, readable } from './compile-expression.ts'
import { compileAfter, compileOrder, orderTerms } from './compile-order.ts'
import { confined, dead, live } from './confine.ts'
import { count, countedColumns, countsName, isCounted } from './counts.ts'
import { column, empty, identifier, join, type SqlFragment, type SqlStatement, sql } from './fragment.ts'
import { fromCandidates } from './search-index.ts'
import { columnName, foldedName, ownColumns, type Table } from './table.ts'

/** The row of a key or an alternate key. Two rows at the most: an operator may find the same id with several partners. */
export function compileReadEntity(plan: ReadEntityPlan, table: Table): SqlStatement {
  const { address } = plan
  const which =
    address.kind === 'key'
      ? sql`${column(columnName(table.type.key))} = ${address.id}`
      : sql`${column(foldedName(address.property))} = ${fold(address.value)}`
  return sql`select ${selected(plan, table)} from ${identifier(table.name)} where ${confined(plan.access)} and ${which} and ${plan.deleted ? dead(table) : live(table)} limit 2`
}

/** One page in its order, by keyset: what comes after the last row of the page before. The order's values stand last in each row. */
export function compileReadPage(plan: ReadPagePlan, table: Table, candidates?: string): SqlStatement {
  const terms = orderTerms(plan, table)
  const after = plan.after ? sql` and ${compileAfter(terms, plan.after)}` : empty
  const offset = plan.skip > 0 ? sql` offset ${plan.skip}` : empty
  const columns = join([selected(plan, table), ...terms.map(({ value }) => value)], ', ')
  return sql`select ${columns} from ${rowsOf(table, candidates)} where ${chosen(plan, table)}${after} order by ${compileOrder(terms, table.dialect)} limit ${plan.size + (plan.last ? 0 : 1)}${offset}`
}

/** The same page as one row: how many entities it has, the place of the last in the order, and all of them as they are written (UTF-8). */
export function compilePrintedPage(plan: ReadPagePlan, frame: Frame, table: Table, candidates?: string): SqlStatement {
  const [version, members] = [column(ownColumns.version), column(ownColumns.members)]
  const terms = orderTerms(plan, table)
  const [{ value: place } = { value: table.dialect.creation }] = terms
  const after = plan.after ? sql` and ${compileAfter(terms, plan.after)}` : empty
  const offset = plan.skip > 0 ? sql` offset ${plan.skip}` : empty
  const rows = sql`select ${place}, ${version}, ${members} from ${rowsOf(table, candidates)} where ${chosen(plan, table)}${after} order by ${place} limit ${plan.size}${offset}`
  const tag = frame.middle === undefined ? empty : sql`${version} || ${frame.middle} || `
  return sql`select count(*), max(${place}), cast(group_concat(${frame.open} || ${tag}${members} || ${frame.close}) as blob) from (${rows})`
}

/** A page of what `$apply` makes. */
export function compileApplyPage(plan: ApplyPlan, table: Table, candidates?: string): SqlStatement {
  return compileApply(plan, table, baseOf(plan, table, candidates))
}

export function compileCount(plan: CountPlan | ReadPagePlan | ApplyPlan, table: Table, candidates?: string): SqlStatement {
  const base = baseOf(plan, table, candidates)
  const { transformations } = plan.kind === 'readPage' ? {} : plan
  if (transformations) return compileApplyCount({ now: plan.now, transformations }, table, base)
  return sql`select ${countOf(base)} from ${base.from} where ${base.where}`
}

/** What is counted or transformed: the rows of the table, or the counts that tell all that is asked of them. */
function baseOf(plan: CountPlan | ReadPagePlan | ApplyPlan, table: Table, candidates: string | undefined): Rows {
  if (!isCounted(plan, table)) return { from: rowsOf(table, candidates), where: chosen(plan, table) }
  const filter = plan.filter ? sql` and ${compileCondition(plan.filter, { now: plan.now, dialect: table.dialect })}` : empty
  const where = sql`${confined(plan.access)} and ${count} > 0 and ${table.dialect.tick}${filter}`
  return { from: sql`${identifier(countsName(table))}`, where, counted: countedColumns(table) }
}

/** What a statement looks at: all rows, or those that the search index proposes for its filter. */
function rowsOf(table: Table, candidates: string | undefined): SqlFragment {
  return candidates === undefined ? sql`${identifier(table.name)}` : fromCandidates(candidates, table)
}

/** The condition that a statement's filter begins with: what the search index is asked about. */
export function leadingCondition(plan: CountPlan | ReadPagePlan | ApplyPlan): BoundExpression | undefined {
  if (plan.kind === 'readPage' || !plan.transformations) return plan.filter
  const [first] = plan.transformations
  return first?.kind === 'filter' ? first.condition : undefined
}

/** Rows that a bounded read may pass over. */
const boundedSkip = 1_000

/** Whether the work of a read is bounded by what it returns, whatever the table holds. */
export function isBounded(plan: ReadPlan): boolean {
  if (plan.access.kind === 'allPartners') return false
  if (plan.kind === 'readEntity') return true
  // A first round passes over deleted rows, of which there may be many.
  if (plan.kind === 'changes') return plan.from.kind === 'changes' || plan.from.kind === 'latest'
  return plan.kind === 'readPage' && !plan.count && plan.skip <= boundedSkip && !plan.filter && plan.orderby.length === 0
}

/** The rows that a plan is about: the caller's own, living unless it asks for others, and those that the filter leaves. */
function chosen(plan: CountPlan | ReadPagePlan | ApplyPlan, table: Table): SqlFragment {
  const conditions = [confined(plan.access)]
  if (plan.deleted !== true) conditions.push(plan.deleted === 'only' ? dead(table) : live(table))
  // Asked of every row before the filter is, so that a statement that runs too long can be stopped.
  if (!isBounded(plan)) conditions.push(table.dialect.rowTick)
  if (plan.filter) conditions.push(compileCondition(plan.filter, { now: plan.now, dialect: table.dialect }))
  return join(conditions, ' and ')
}

/** The managing tenant, the key, the version, then the members or the selected columns, then what is computed. */
export function selected({ select, computed, now }: Pick<ReadPagePlan, 'select' | 'computed' | 'now'>, table: Table): SqlFragment {
  const fixed = [column(ownColumns.managingTenant), column(columnName(table.type.key)), column(ownColumns.version)]
  const rest = select ? select.map((name) => column(columnName(declaredProperty(table.type, name).name))) : [column(ownColumns.members)]
  const made = (computed ?? []).map(({ expression }) =>
    readable(compileValue(expression, { now, dialect: table.dialect }, 'exact'), expression.type),
  )
  return join([...fixed, ...rest, ...made], ', ')
}
