import pg from 'pg'
import type { Observer } from '../../observe/observation.ts'
import { storeError } from './errors.ts'
import { migrations, searchIndex, tables } from './migrations/migrations.ts'

/** Held while the schema changes: a second server waits, and finds nothing left to do. */
const lock = 0x546e7479

export interface MigrateOptions {
  /** `false`: an outdated schema is an error, for whoever runs `tenantry migrate` to mend. */
  readonly allowed: boolean
  /** Makes every table distributed by managing tenant (Citus). */
  readonly distribute?: boolean
}

/**
 * Brings the schema up to date, in one transaction. Which version a database has stands in the comment of its first table.
 * Throws when the database cannot be reached, is of a newer version, or may not be changed.
 */
export async function migrate(
  url: string,
  observe: Observer,
  { allowed, distribute = false }: MigrateOptions,
): Promise<{ readonly from: number; readonly to: number }> {
  const client = new pg.Client({ connectionString: url, application_name: 'tenantry migrate', connectionTimeoutMillis: 10_000 })
  client.on('error', (error) => observe({ kind: 'storeFailed', store: 'postgres', error }))
  try {
    await client.connect()
    await client.query(`select pg_advisory_lock(${lock})`)
    const from = await versionOf(client)
    if (from > migrations.length)
      throw new Error(`The database is of a newer version (schema ${from}) than this program (schema ${migrations.length}).`)
    if (from < migrations.length) {
      if (!allowed)
        throw new Error(`The database has schema ${from}, this program needs schema ${migrations.length}: run 'tenantry migrate' first.`)
      await inTransaction(client, [
        ...migrations.slice(from).flat(),
        `comment on table "managing_tenants" is '${commentOf(migrations.length)}'`,
      ])
    }
    if (distribute || (allowed && (await isDistributed(client)))) await distributeTables(client)
    if (allowed) await makeSearchIndex(client, observe)
    observe({ kind: 'migrated', store: 'postgres', from, to: migrations.length })
    return { from, to: migrations.length }
  } catch (error) {
    throw storeError(error)
  } finally {
    await client.end()
  }
}

function commentOf(version: number): string {
  return `tenantry schema ${version}`
}

export async function versionOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query(
    `select to_regclass('managing_tenants') as found, obj_description(to_regclass('managing_tenants')) as comment`,
  )
  const { found, comment } = rows[0]
  if (found === null) return 0
  const version = /^tenantry schema (\d+)$/.exec(String(comment))?.[1]
  if (version === undefined) throw new Error("The database holds a table 'managing_tenants' that is another program's.")
  return Number(version)
}

async function inTransaction(client: pg.Client, statements: readonly string[]): Promise<void> {
  await client.query('begin')
  try {
    for (const statement of statements) await client.query(statement)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/** Not everyone may create extensions, and not every server has them: then queries go without. */
async function makeSearchIndex(client: pg.Client, observe: Observer): Promise<void> {
  const { rows } = await client.query(`select to_regclass('customers_search') as found`)
  if (rows[0].found !== null) return
  try {
    await inTransaction(client, searchIndex)
  } catch (error) {
    observe({ kind: 'searchIndexMissing', error })
  }
}

/** A database that was distributed stays so: what a migration adds is placed beside the rest, by the next start where the one that migrated did not come to it. */
async function isDistributed(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(`select to_regclass('pg_dist_partition') as found`)
  if (rows[0].found === null) return false
  const { rowCount } = await client.query('select 1 from pg_dist_partition where logicalrelid = to_regclass($1)', [tables[0]])
  return (rowCount ?? 0) > 0
}

/** What stands in the tables already is moved to where it belongs. A table that is distributed stays as it is. */
async function distributeTables(client: pg.Client): Promise<void> {
  const { rows } = await client.query(`select 1 from pg_extension where extname = 'citus'`)
  if (rows.length === 0) throw new Error("The database has no extension 'citus': create it first, on every node.")
  const [first] = tables
  for (const table of tables) {
    const { rowCount } = await client.query('select 1 from pg_dist_partition where logicalrelid = to_regclass($1)', [table])
    if ((rowCount ?? 0) > 0) continue
    await client.query('select create_distributed_table($1, $2, colocate_with => $3)', [
      table,
      'managing_tenant_id',
      table === first ? 'none' : first,
    ])
    await client.query('select truncate_local_data_after_distributing_table(to_regclass($1))', [table])
  }
}
