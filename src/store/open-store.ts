import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseConfig } from '../config.ts'
import type { Model } from '../edm/entity-type.ts'
import type { Observer } from '../observe/observation.ts'
import type { SqliteWriter } from './sqlite/sqlite-store.ts'
import type { MaintainedStore } from './store.ts'

export interface StoreOptions {
  readonly database: DatabaseConfig
  readonly databaseConnections: number
  readonly groupLimit: number
  /** Whether the schema of a PostgreSQL may be brought up to date. */
  readonly migrate: boolean
  readonly querySeconds: number
  readonly queryThreads: number
  /** Megabytes. */
  readonly queryMemory: number
  /** Another process writes to the SQLite file for this one. */
  readonly writer?: SqliteWriter | undefined
}

/** Opens the database that is configured, its schema up to date. The adapter of any other is not even loaded. */
export async function openStore(options: StoreOptions, model: Model, observe: Observer): Promise<MaintainedStore> {
  const { database, groupLimit, writer } = options
  const readTimeout = options.querySeconds * 1000
  if (database.kind === 'sqlite') {
    mkdirSync(dirname(database.file), { recursive: true })
    const { SqliteStore } = await import('./sqlite/sqlite-store.ts')
    return new SqliteStore(database.file, model, observe, {
      readTimeout,
      readThreads: options.queryThreads,
      readMemory: options.queryMemory,
      groupLimit,
      writer,
    })
  }
  const [{ migrate }, { PostgresStore }] = await Promise.all([import('./postgres/migrate.ts'), import('./postgres/postgres-store.ts')])
  await migrate(database.url, observe, { allowed: options.migrate })
  return new PostgresStore(database.url, model, observe, { connections: options.databaseConnections, readTimeout, groupLimit })
}
