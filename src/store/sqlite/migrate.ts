import { applicationId, type Connection } from './connection.ts'
import { migrations } from './migrations/migrations.ts'

/**
 * Brings the schema up to date, in one transaction that holds the write lock: a second server waits, and finds nothing left to do.
 * Throws when the file belongs to another program or to a newer version of this one.
 */
export function migrate(connection: Connection): { readonly from: number; readonly to: number } {
  return connection.transaction('immediate', () => {
    const owner = pragma(connection, 'application_id')
    const from = pragma(connection, 'user_version')
    const tables = Number(connection.get({ text: 'select count(*) from sqlite_schema', parameters: [] })?.[0])
    if (owner !== applicationId && (owner !== 0 || tables > 0)) throw new Error('The database file belongs to another program.')
    if (from > migrations.length)
      throw new Error(`The database is of a newer version (schema ${from}) than this program (schema ${migrations.length}).`)
    for (const statements of migrations.slice(from)) for (const statement of statements) connection.database.exec(statement)
    connection.database.exec(`pragma application_id = ${applicationId}; pragma user_version = ${migrations.length}`)
    return { from, to: migrations.length }
  })
}

function pragma(connection: Connection, name: 'application_id' | 'user_version'): number {
  return Number(connection.get({ text: `pragma ${name}`, parameters: [] })?.[0])
}
