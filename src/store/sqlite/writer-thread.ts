import { workerData } from 'node:worker_threads'
import { sqlite } from '../../sql/dialects/sqlite.ts'
import { tablesOf } from '../../sql/table.ts'
import { StoreUnavailable, type WriteGroup } from '../store.ts'
import { answerCalls } from './answer-calls.ts'
import { Connection } from './connection.ts'
import { storeError } from './errors.ts'
import { SearchIndexer } from './search-indexer.ts'
import type { ThreadData, WriterAnswer, WriterQuestion } from './sqlite-store.ts'
import { trimChanges } from './trim.ts'
import { executeGroups } from './writer.ts'

/** The one thread that writes: a commit waits for the disk, and nobody should wait with it. */
const { file, model } = workerData as ThreadData
// The inner pages of all indexes of a million rows are as many.
const connection = new Connection(file, { readOnly: false, cacheKib: 16_384 })
const tables = tablesOf(model, sqlite)
const indexer = new SearchIndexer(connection, [...tables.values()], (error) => {
  // A full disk or a lock that another process holds will pass.
  if (!(storeError(error) instanceof StoreUnavailable)) throw error
})

answerCalls<WriterQuestion, WriterAnswer>((question) => {
  if (typeof question !== 'string')
    return 'kind' in question
      ? trimChanges(question, connection)
      : { rows: connection.transaction('immediate', () => connection.all(question)) }
  const groups: readonly WriteGroup[] = JSON.parse(question)
  const results = executeGroups(groups, tables, connection)
  // Those who wrote are answered first.
  setImmediate(() => indexer.wrote(groups.reduce((count, { plans }) => count + plans.length, 0)))
  return JSON.stringify(results)
})
