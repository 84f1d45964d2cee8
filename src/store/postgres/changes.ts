import type { ChangesPlan } from '../../plan/plan.ts'
import { compileChangedEntities, compileHistory } from '../../sql/compile-changes.ts'
import { compileReadPage } from '../../sql/compile-read.ts'
import type { Table } from '../../sql/table.ts'
import { firstRound, firstRoundPoint, laterRound, livingPage, sinceOf } from '../history.ts'
import type { ChangesResult } from '../store.ts'
import type { Connection } from './database.ts'

/** Reads a page of a delta query. The history is read before the first page: what happens after that is told in the next round. */
export async function readChanges(plan: ChangesPlan, table: Table, connection: Connection): Promise<ChangesResult> {
  const { from, access } = plan
  const { type } = table
  if (from.kind === 'changes') return laterRound(plan, from, await connection.all(compileChangedEntities(plan, from, table)), type)
  const since = firstRoundPoint(from, await connection.get(compileHistory(access, sinceOf(from))))
  const rows = since && from.kind !== 'latest' ? await connection.all(compileReadPage(livingPage(plan, type), table)) : []
  return firstRound(plan, since, rows, type)
}
