import type { Frame, ReadPagePlan, ReadPlan } from '../../plan/plan.ts'
import { compileApplyPage, compileCount, compilePrintedPage, compileReadEntity, compileReadPage } from '../../sql/compile-read.ts'
import type { Table } from '../../sql/table.ts'
import { instanceOf, storedEntityOf } from '../rows.ts'
import type { ReadResult } from '../store.ts'
import { chooseCandidates } from './candidates.ts'
import { readChanges } from './changes.ts'
import type { Connection } from './connection.ts'

/** Carries out a read on one connection, at once. */
export function executeRead(plan: ReadPlan, table: Table, connection: Connection): ReadResult {
  switch (plan.kind) {
    case 'readEntity': {
      const statement = compileReadEntity(plan, table)
      // A key is one row's within a managing tenant.
      const [first, second] = plan.access.kind === 'managingTenant' ? [connection.get(statement)] : connection.all(statement)
      return {
        kind: 'entity',
        ...(first ? { entity: storedEntityOf(first, plan, table.type) } : {}),
        ambiguous: second !== undefined,
      }
    }
    case 'readPage':
    case 'apply': {
      // A page and its count are of one moment.
      if (plan.count)
        return connection.transaction('deferred', () => ({
          ...executeRead({ ...plan, count: false }, table, connection),
          count: count(plan),
        }))
      if (plan.kind === 'apply') {
        const rows = connection.all(compileApplyPage(plan, table, chooseCandidates(plan, table, connection)))
        return { kind: 'instances', instances: rows.slice(0, plan.size).map((row) => instanceOf(row, plan)), more: rows.length > plan.size }
      }
      if (plan.frame) return printedPage(plan, plan.frame, table, connection)
      const rows = connection.all(compileReadPage(plan, table, chooseCandidates(plan, table, connection)))
      const entities = rows.slice(0, plan.size).map((row) => storedEntityOf(row, plan, table.type, true))
      return { kind: 'page', entities, more: rows.length > plan.size }
    }
    case 'changes':
      return readChanges(plan, table, connection)
    case 'count':
      return { kind: 'count', count: count(plan) }
  }

  function count(counted: Parameters<typeof compileCount>[0]): number {
    return Number(connection.get(compileCount(counted, table, chooseCandidates(counted, table, connection)))?.[0])
  }
}

/** The page by one statement that writes it; whether more follows, by a second one that looks for a single row after it. */
function printedPage(plan: ReadPagePlan, frame: Frame, table: Table, connection: Connection): ReadResult {
  const candidates = chooseCandidates(plan, table, connection)
  const [count, last, text] = connection.get(compilePrintedPage(plan, frame, table, candidates)) ?? []
  if (Number(count) === 0) return { kind: 'printedPage', text: new Uint8Array(), more: false }
  const page = { kind: 'printedPage' as const, text: text as Uint8Array, last: last as string | number }
  if (plan.last || Number(count) < plan.size) return { ...page, more: false }
  const next: ReadPagePlan = { ...plan, select: [table.type.key], after: [page.last], skip: 0, size: 1, last: true }
  return { ...page, more: connection.get(compileReadPage(next, table, candidates)) !== undefined }
}
