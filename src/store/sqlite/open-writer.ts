import { sqlite } from '../../sql/dialects/sqlite.ts'
import { tablesOf } from '../../sql/table.ts'
import { StoreUnavailable } from '../store.ts'
import { Connection } from './connection.ts'
import { storeError } from './errors.ts'
import { SearchIndexer } from './search-indexer.ts'
import type { ThreadData, WriterAnswer, WriterQuestion } from './sqlite-store.ts'
import { trimChanges } from './trim.ts'
import { executeGroups } from './writer.ts'

/** The one who writes to a file: answers at once, and keeps the search index up. What fails with nobody to tell goes to `onError`. */
export function openWriter(
  { file, model }: ThreadData,
  onError: (error: unknown) => void,
): { readonly answer: (question: WriterQuestion) => WriterAnswer; readonly close: () => void } {
  const connection = new Connection(file, { readOnly: false })
  const tables = tablesOf(model, sqlite)
  const indexer = new SearchIndexer(connection, [...tables.values()], (error) => {
    // A full disk or a lock that another process holds will pass.
    if (!(storeError(error) instanceof StoreUnavailable)) onError(error)
  })
  return {
    answer(question) {
      if ('kind' in question) return trimChanges(question, connection)
      if ('text' in question) return { rows: connection.transaction('immediate', () => connection.all(question)) }
      const results = executeGroups(question, tables, connection)
      // Those who wrote are answered first.
      setImmediate(() => indexer.wrote(question.reduce((count, { plans }) => count + plans.length, 0)))
      return results
    },
    close() {
      indexer.stop()
      connection.close()
    },
  }
}
