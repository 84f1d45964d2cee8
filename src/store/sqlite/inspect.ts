import { openExisting, readable, schemaOf } from './check-file.ts'
import { migrations } from './migrations/migrations.ts'

/** What a look at a database file shows. */
export interface FileFacts {
  readonly schema: number
  /** The schema that this program has. */
  readonly newest: number
}

/** Reads a database file and takes its write lock for a moment, changing nothing. Throws when either fails. */
export function inspectFile(file: string): FileFacts {
  const database = openExisting(file, { timeout: 5_000 })
  try {
    const schema = schemaOf(database)
    readable(database, () => database.prepare('select count(*) from sqlite_schema').get())
    readable(database, () => database.exec('begin immediate; rollback'))
    return { schema, newest: migrations.length }
  } finally {
    database.close()
  }
}
