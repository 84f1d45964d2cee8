import pg from 'pg'
import type { SqlStatement } from '../../sql/fragment.ts'
import { numberParameters } from './parameters.ts'

/** Numbers come as numbers: counts and versions are far below what one holds exactly, and computed ones are told as fractions. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === 20 || oid === 1700 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

/** Statements that each connection keeps prepared. Texts beyond these are parsed each time. */
const preparedLimit = 200

export interface PoolOptions {
  readonly url: string
  readonly connections: number
  /** How long a statement may run before the database stops it (milliseconds). */
  readonly statementTimeout: number
  readonly onError: (error: unknown) => void
}

/** Connections to one database. A connection that fails is thrown away, and the next one asked for is a new one. */
export class Database {
  readonly #pool: pg.Pool
  readonly #prepared = new Map<string, string>()

  constructor({ url, connections, statementTimeout, onError }: PoolOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: connections,
      types,
      application_name: 'tenantry',
      statement_timeout: statementTimeout,
      // The database does not answer at all: the caller is told, and the connection thrown away.
      query_timeout: statementTimeout + 5_000,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
    })
    this.#pool.on('error', onError)
    // A connection that is lost while it is lent fails the statement that runs on it: that is told enough.
    this.#pool.on('connect', (client) => client.on('error', () => undefined))
  }

  /** Rows as arrays in the order of the statement's columns. */
  async all(statement: SqlStatement): Promise<unknown[][]> {
    return this.using((connection) => connection.all(statement))
  }

  /** Lends a connection to a piece of work. */
  async using<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect()
    try {
      const result = await work(new Connection(client, this.#prepared))
      client.release()
      return result
    } catch (error) {
      client.release(isFatal(error))
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

/** Anything but an answer of the database to a statement leaves a connection in an unknown state. */
function isFatal(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || (error.code ?? '').startsWith('57P')
}

/** One connection, lent. */
export class Connection {
  readonly #client: pg.PoolClient
  readonly #prepared: Map<string, string>

  constructor(client: pg.PoolClient, prepared: Map<string, string>) {
    this.#client = client
    this.#prepared = prepared
  }

  async all(statement: SqlStatement): Promise<unknown[][]> {
    const { text, values } = numberParameters(statement)
    const name = this.#nameOf(text)
    const { rows } = await this.#client.query({ text, values: [...values], rowMode: 'array', ...(name === undefined ? {} : { name }) })
    return rows
  }

  async get(statement: SqlStatement): Promise<unknown[] | undefined> {
    return (await this.all(statement))[0]
  }

  /** Statements without parameters, one or several. */
  async run(text: string): Promise<void> {
    await this.#client.query(text)
  }

  /** Runs a piece of work in one transaction; anything thrown rolls it back. */
  async transaction<T>(mode: '' | 'isolation level repeatable read, read only', work: () => Promise<T>): Promise<T> {
    await this.run(`begin${mode === '' ? '' : ` ${mode}`}`)
    try {
      const result = await work()
      await this.run('commit')
      return result
    } catch (error) {
      await this.rollback()
      throw error
    }
  }

  /** Ends a transaction that failed. On a connection that is gone there is nothing left to end. */
  async rollback(): Promise<void> {
    await this.run('rollback').catch(() => undefined)
  }

  #nameOf(text: string): string | undefined {
    let name = this.#prepared.get(text)
    if (name === undefined && this.#prepared.size < preparedLimit) {
      name = `s${this.#prepared.size}`
      this.#prepared.set(text, name)
    }
    return name
  }
}
