import type { ApplyPlan, CountPlan, ReadPagePlan } from '../../plan/plan.ts'
import { leadingCondition } from '../../sql/compile-read.ts'
import { candidatesOf, compileCandidateCount, compileLastRow } from '../../sql/search-index.ts'
import type { Table } from '../../sql/table.ts'
import type { Connection } from './connection.ts'

/** What it costs to fetch a proposed row and sort it in, in rows read in the order of an index. */
const fetchCost = 5

/** What to ask the search index for a read; undefined where it knows nothing, or proposes too much to be of use. */
export function chooseCandidates(plan: ReadPagePlan | CountPlan | ApplyPlan, table: Table, connection: Connection): string | undefined {
  const condition = leadingCondition(plan)
  const candidates = condition && candidatesOf(condition, table)
  if (candidates === undefined) return undefined
  const limit = fewerThan(plan, Number(connection.get(compileLastRow(table))?.[0] ?? 0))
  const count = Number(connection.get(compileCandidateCount(candidates, limit + 1, table))?.[0])
  return count <= limit ? candidates : undefined
}

/**
 * How many proposed rows are quicker looked at than the table is read. One in its own order is read until the page is full: of `rows` rows of which `n` match that takes
 * `rows * size / n`, against `n * fetchCost`. For anything else all rows must be read.
 */
function fewerThan(plan: ReadPagePlan | CountPlan | ApplyPlan, rows: number): number {
  const inOrder = plan.kind === 'readPage' && !plan.count && plan.orderby.length === 0
  return Math.ceil(inOrder ? Math.sqrt((rows * (plan.size + plan.skip + 1)) / fetchCost) : rows / fetchCost)
}
