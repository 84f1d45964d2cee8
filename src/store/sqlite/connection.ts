import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { SqlStatement } from '../../sql/fragment.ts'
import { registerFunctions } from './functions.ts'

/** Marks the file as ours in its header (`PRAGMA application_id`): "Tnty". */
export const applicationId = 0x546e7479

/** How long a connection waits for another process's write (milliseconds). */
const busyTimeout = 5_000

/**
 * Pages in the log before they are copied into the file. A page that many commits touch is copied once: at SQLite's own 1,000 a create cost a quarter more.
 * 64 MB are read again in a fifth of a second when a server starts after a crash.
 */
const checkpointPages = 16_000

/** Prepared statements that one connection keeps. Their texts come from a closed set of plans, so this is seldom reached. */
const statementLimit = 256

/** A connection with its prepared statements. Rows come as arrays in the order of the statement's columns. */
export class Connection {
  readonly database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  /** By `performance.now()`: when the statement that runs must be done. */
  #deadline = Number.POSITIVE_INFINITY

  constructor(file: string, options: { readonly readOnly: boolean; readonly cacheKib?: number }) {
    this.database = new DatabaseSync(file, { readOnly: options.readOnly, timeout: busyTimeout })
    if (!options.readOnly) writeAhead(this.database)
    registerFunctions(this.database, () => this.#deadline)
    // What a query sorts or keeps aside past the cache goes to a temporary file: no query can take all memory. Nothing is mapped into memory:
    // pages of the file would count as ours once for each connection, and with a cache a read by its mapping is hardly cheaper (docs/performance.md).
    this.database.exec(`pragma cache_size = -${options.cacheKib ?? 4_096}; pragma temp_store = file`)
  }

  all(statement: SqlStatement): unknown[][] {
    return this.#prepare(statement.text).all(...inputs(statement)) as unknown as unknown[][]
  }

  get(statement: SqlStatement): unknown[] | undefined {
    return this.#prepare(statement.text).get(...inputs(statement)) as unknown as unknown[] | undefined
  }

  run(statement: SqlStatement): void {
    // Not by `run`, which tells the last row id: the search index sets it to numbers past what a program holds.
    this.#prepare(statement.text).all(...inputs(statement))
  }

  /** Runs a piece of work in one transaction; anything thrown rolls it back. `immediate` takes the write lock at once. */
  transaction<T>(kind: 'deferred' | 'immediate', work: () => T): T {
    this.database.exec(`begin ${kind}`)
    try {
      const result = work()
      this.database.exec('commit')
      return result
    } catch (error) {
      // SQLite has already rolled back after a full disk or an I/O error.
      if (this.database.isTransaction) this.database.exec('rollback')
      throw error
    }
  }

  /** Runs a piece of work within a transaction, and undoes it where it says so. */
  savepoint<T extends 'keep' | 'undo'>(work: () => T): T {
    this.database.exec('savepoint work')
    const result = work()
    this.database.exec(result === 'undo' ? 'rollback to work; release work' : 'release work')
    return result
  }

  /** Does a piece of work that is stopped when it takes longer (milliseconds): it throws StoreUnavailable then. */
  within<T>(timeout: number, work: () => T): T {
    this.#deadline = performance.now() + timeout
    try {
      return work()
    } finally {
      this.#deadline = Number.POSITIVE_INFINITY
    }
  }

  close(): void {
    this.#statements.clear()
    this.database.close()
  }

  #prepare(text: string): StatementSync {
    let statement = this.#statements.get(text)
    if (!statement) {
      if (this.#statements.size >= statementLimit) this.#statements.clear()
      statement = this.database.prepare(text)
      statement.setReturnArrays(true)
      this.#statements.set(text, statement)
    }
    return statement
  }
}

/** The dialect keeps booleans as numbers, and has no lists. */
function inputs({ parameters }: SqlStatement): SQLInputValue[] {
  return parameters as SQLInputValue[]
}

/** Turns on the write-ahead log. SQLite does not wait for the lock that the first time takes, so of two servers that start at once one asks again. */
function writeAhead(database: DatabaseSync): void {
  const deadline = performance.now() + busyTimeout
  for (;;) {
    try {
      database.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = ${checkpointPages}`)
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

/** SQLITE_BUSY, its extended codes among them. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
}
