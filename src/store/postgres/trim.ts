import type { TrimPlan } from '../../plan/plan.ts'
import { compileOldestChanges, compileTrim } from '../../sql/compile-retention.ts'
import { trimmable } from '../history.ts'
import type { Connection } from './database.ts'

/** Carries out one step of retention, and gives the number of changes that are gone. The counter is held from its last statement to the commit only. */
export async function trimChanges({ access, before, size }: TrimPlan, connection: Connection): Promise<number> {
  const found = trimmable(await connection.all(compileOldestChanges(access, size)), before)
  if (!found) return 0
  await connection.transaction('', async () => {
    for (const statement of compileTrim(access, found.upTo)) await connection.all(statement)
  })
  return found.count
}
