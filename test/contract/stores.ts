import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { model } from '../../src/model/model.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { ask, makeDatabase } from '../support/databases.ts'
import type { TestDatabase } from './store-contract.ts'

/** A SQLite file. */
export async function sqliteFile(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-store-'))
  const file = join(folder, 'test.db')
  return {
    open: async () => new SqliteStore(file, model, () => undefined),
    async query(sql) {
      const database = new DatabaseSync(file, { readOnly: true })
      const rows = database.prepare(sql).all()
      database.close()
      return rows
    },
    drop: async () => rmSync(folder, { recursive: true }),
  }
}

/** A database of a PostgreSQL server. */
export async function postgresDatabase(): Promise<TestDatabase> {
  const { url, drop } = await makeDatabase()
  await migrate(url, () => undefined, { allowed: true })
  return { open: async () => new PostgresStore(url, model, () => undefined, { connections: 6 }), query: (sql) => ask(url, sql), drop }
}

/** A Citus cluster that the tester has: the URL of a database on its coordinator with the extension, whose tables may be emptied. */
export const citusUrl = process.env.TENANTRY_TEST_CITUS

/** That database, its tables distributed and emptied. */
export async function citusDatabase(): Promise<TestDatabase> {
  const url = citusUrl ?? ''
  await migrate(url, () => undefined, { allowed: true, distribute: true })
  await ask(url, 'truncate managing_tenants, customers, customers_counts, changes, access_keys')
  return {
    open: async () => new PostgresStore(url, model, () => undefined, { connections: 6 }),
    query: (sql) => ask(url, sql),
    drop: async () => undefined,
  }
}
