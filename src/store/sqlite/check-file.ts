import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { applicationId } from './connection.ts'
import { FileRefused } from './file-refused.ts'
import { migrations } from './migrations/migrations.ts'

/** What a database file holds. */
export interface Contents {
  /** How many migrations it has seen. */
  readonly schema: number
  readonly managingTenants: number
  /** Deleted ones that can be restored among them. */
  readonly customers: number
  readonly changes: number
}

/** Opens a file that must be a database. SQLite would make one where there is none, and would clear away the log beside another file. */
export function openExisting(file: string, options: { readonly readOnly?: boolean; readonly timeout?: number } = {}): DatabaseSync {
  if (!existsSync(file)) throw new FileRefused('missing', file)
  if (!isDatabase(file)) throw new FileRefused('foreign', file)
  return new DatabaseSync(file, options)
}

/** Whether a file begins as every database of SQLite does (https://www.sqlite.org/fileformat.html, 1.3.1). */
export function isDatabase(file: string): boolean {
  const head = Buffer.alloc(16)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, head)
  } finally {
    closeSync(descriptor)
  }
  return head.toString('latin1') === 'SQLite format 3\0'
}

/** Whose file it is, and of which version; nothing is read but its header. */
export function schemaOf(database: DatabaseSync): number {
  const [owner, schema] = readable(database, () => [pragma(database, 'application_id'), pragma(database, 'user_version')] as const)
  if (owner !== applicationId) throw new FileRefused('foreign', nameOf(database))
  if (schema > migrations.length)
    throw new FileRefused('newer', nameOf(database), `schema ${schema}, this program has ${migrations.length}`)
  return schema
}

export function contentsOf(database: DatabaseSync): Contents {
  const schema = schemaOf(database)
  const count = (table: string) => Number(database.prepare(`select count(*) as n from "${table}"`).get()?.n)
  return readable(database, () => ({
    schema,
    managingTenants: count('managing_tenants'),
    customers: count('customers'),
    changes: count('changes'),
  }))
}

/** Reads every page and every index, and gives what the file holds. */
export function checkWhole(database: DatabaseSync): Contents {
  const contents = contentsOf(database)
  const faults = readable(database, () => database.prepare('pragma integrity_check(3)').all()).map((row) => String(row.integrity_check))
  if (faults[0] !== 'ok') throw new FileRefused('damaged', nameOf(database), faults.join('; '))
  return contents
}

export function readable<T>(database: DatabaseSync, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const fault = faultOf(error)
    throw fault === undefined ? error : new FileRefused(fault, nameOf(database), '', error)
  }
}

/** What a failure of SQLite says of the file: SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_BUSY. Anything else says nothing of it. */
export function faultOf(error: unknown): 'damaged' | 'foreign' | 'inUse' | undefined {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
  return code === 11 ? 'damaged' : code === 26 ? 'foreign' : code === 5 ? 'inUse' : undefined
}

function nameOf(database: DatabaseSync): string {
  return database.location() ?? ''
}

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(database.prepare(`pragma ${name}`).get()?.[name])
}
