import type { ApplyPlan, CountPlan, ReadPagePlan } from '../../plan/plan.ts'
import { leadingCondition } from '../../sql/compile-read.ts'
import { candidatesOf, compileCandidateCount } from '../../sql/search-index.ts'
import type { Table } from '../../sql/table.ts'
import type { Connection } from './connection.ts'

/** Up to so many proposed rows a page is quicker found among them than by reading on in its order until it is full. */
const fewForPage = 5_000

/** The same where all rows must be looked at, for a count or what `$apply` makes. */
const fewForAll = 100_000

/** What to ask the search index for a read; undefined where it knows nothing, or proposes too much to be of use. */
export function chooseCandidates(plan: ReadPagePlan | CountPlan | ApplyPlan, table: Table, connection: Connection): string | undefined {
  const condition = leadingCondition(plan)
  const candidates = condition && candidatesOf(condition, table)
  if (candidates === undefined) return undefined
  const limit = plan.kind === 'readPage' && !plan.count ? fewForPage : fewForAll
  const count = Number(connection.get(compileCandidateCount(candidates, limit + 1, table))?.[0])
  return count <= limit ? candidates : undefined
}
