import type { ReadPlan } from '../../plan/plan.ts'
import { compileApplyPage, compileCount, compileReadEntity, compileReadPage } from '../../sql/compile-read.ts'
import type { SqlStatement } from '../../sql/fragment.ts'
import type { Table } from '../../sql/table.ts'
import { instanceOf, storedEntityOf } from '../rows.ts'
import type { ReadResult } from '../store.ts'
import { readChanges } from './changes.ts'
import type { Connection } from './database.ts'

/** Carries out a read. */
export async function executeRead(plan: ReadPlan, table: Table, connection: Connection): Promise<ReadResult> {
  switch (plan.kind) {
    case 'readEntity': {
      const [first, second] = await connection.all(compileReadEntity(plan, table))
      return { kind: 'entity', ...(first ? { entity: storedEntityOf(first, plan, table.type) } : {}), ambiguous: second !== undefined }
    }
    case 'readPage':
    case 'apply': {
      // A page and its count are of one moment.
      if (plan.count)
        return connection.transaction('isolation level repeatable read, read only', async () => {
          const page = await executeRead({ ...plan, count: false }, table, connection)
          const count = await countOf(compileCount(plan, table))
          return page.kind === 'page' || page.kind === 'instances' ? { ...page, count } : page
        })
      if (plan.kind === 'apply') {
        const rows = await connection.all(compileApplyPage(plan, table))
        return { kind: 'instances', instances: rows.slice(0, plan.size).map((row) => instanceOf(row, plan)), more: rows.length > plan.size }
      }
      const rows = await connection.all(compileReadPage(plan, table))
      const entities = rows.slice(0, plan.size).map((row) => storedEntityOf(row, plan, table.type, true))
      return { kind: 'page', entities, more: rows.length > plan.size }
    }
    case 'changes':
      return readChanges(plan, table, connection)
    case 'count':
      return { kind: 'count', count: await countOf(compileCount(plan, table)) }
  }

  async function countOf(statement: SqlStatement): Promise<number> {
    return Number((await connection.get(statement))?.[0])
  }
}
