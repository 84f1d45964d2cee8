import { workerData } from 'node:worker_threads'
import type { ReadPlan } from '../../plan/plan.ts'
import { sqlite } from '../../sql/dialects/sqlite.ts'
import { tablesOf } from '../../sql/table.ts'
import type { ReadResult } from '../store.ts'
import { answerCalls } from './answer-calls.ts'
import { Connection } from './connection.ts'
import { lowerPriority } from './lower-priority.ts'
import { executeRead } from './reader.ts'
import type { ThreadData } from './sqlite-store.ts'

/** Reads that can be long run here, so that they hold up nobody but each other. */
const { file, model, readTimeout, readMemory } = workerData as ThreadData
// Queries that look at many rows come back to the same pages.
const connection = new Connection(file, { readOnly: true, cacheKib: readMemory * 1_024 })
const tables = tablesOf(model, sqlite)

lowerPriority()

answerCalls<ReadPlan, ReadResult>((plan) => {
  const table = tables.get(plan.entitySet)
  if (!table) throw new Error(`No table keeps ${plan.entitySet}`)
  return connection.within(readTimeout, () => executeRead(plan, table, connection))
})
