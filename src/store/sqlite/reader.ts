import type { ReadPlan } from '../../plan/plan.ts'
import { compileApplyPage, compileCount, compileReadEntity, compileReadPage } from '../../sql/compile-read.ts'
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
      const [first, second] = connection.all(compileReadEntity(plan, table))
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
