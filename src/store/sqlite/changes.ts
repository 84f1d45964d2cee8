import type { ChangesPlan } from '../../plan/plan.ts'
import { compileChangedEntities, compileHistory } from '../../sql/compile-changes.ts'
import { compileReadPage } from '../../sql/compile-read.ts'
import type { Table } from '../../sql/table.ts'
import { firstRound, firstRoundPoint, laterRound, livingPage, sinceOf } from '../history.ts'
import type { ChangesResult } from '../store.ts'
import type { Connection } from './connection.ts'

/** Reads a page of a delta query. The history is read before the first page: what happens after that is told in the next round. */
export function readChanges(plan: ChangesPlan, table: Table, connection: Connection): ChangesResult {
  const { from, access } = plan
  const { type } = table
  if (from.kind === 'changes') return laterRound(plan, from, connection.all(compileChangedEntities(plan, from, table)), type)
  const since = firstRoundPoint(from, connection.get(compileHistory(access, sinceOf(from))))
  const rows = since && from.kind !== 'latest' ? connection.all(compileReadPage(livingPage(plan, type), table)) : []
  return firstRound(plan, since, rows, type)
}
