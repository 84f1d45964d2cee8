import type { TrimPlan } from '../../plan/plan.ts'
import { compileOldestChanges, compileTrim } from '../../sql/compile-retention.ts'
import { trimmable } from '../history.ts'
import type { Connection } from './connection.ts'

/** Carries out one step of retention, and gives the number of changes that are gone. The write lock is taken only if there are any. */
export function trimChanges({ access, before, size }: TrimPlan, connection: Connection): number {
  const found = trimmable(connection.all(compileOldestChanges(access, size)), before)
  if (!found) return 0
  connection.transaction('immediate', () => {
    for (const statement of compileTrim(access, found.upTo)) connection.run(statement)
  })
  return found.count
}
