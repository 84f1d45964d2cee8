import pg from 'pg'
import { versionOf } from './migrate.ts'
import { migrations } from './migrations/migrations.ts'

/** What a look at a database shows. */
export interface ServerFacts {
  /** The server's major version. */
  readonly version: number
  /** 0: nothing of ours is there. */
  readonly schema: number
  /** The schema that this program has. */
  readonly newest: number
  /** Why it takes no writes. */
  readonly unwritable: string | undefined
  readonly searchIndex: boolean
  readonly distributed: boolean
  /** Settings that are off although a write that was acknowledged can be lost then. */
  readonly unsafe: readonly string[]
  /** Connections that the server takes of ordinary users. */
  readonly connections: number
  /** How far the server's clock is ahead of ours (milliseconds). */
  readonly clockAhead: number
}

/** Asks a database for what matters to the service, changing nothing. Rejects when it cannot be reached. */
export async function inspectServer(url: string): Promise<ServerFacts> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tenantry doctor',
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const asked = Date.now()
    const { rows } = await client.query(`select extract(epoch from clock_timestamp()) * 1000 as now,
      current_setting('server_version_num')::integer / 10000 as version,
      current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer as connections,
      current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes, current_setting('synchronous_commit') as synchronous_commit,
      to_regclass('customers_search') is not null as search_index, to_regclass('pg_dist_partition') is not null as citus`)
    const clockAhead = Number(rows[0].now) - (asked + Date.now()) / 2
    const { version, connections, search_index: searchIndex, citus } = rows[0]
    const schema = await versionOf(client)
    const unsafe = ['fsync', 'full_page_writes', 'synchronous_commit'].filter((name) => rows[0][name] === 'off')
    const distributed = citus === true && (await isDistributed(client))
    const unwritable = await whyUnwritable(client, schema)
    return { version, schema, newest: migrations.length, unwritable, searchIndex, distributed, unsafe, connections, clockAhead }
  } finally {
    await client.end()
  }
}

async function isDistributed(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(`select 1 from pg_dist_partition where logicalrelid = to_regclass('managing_tenants')`)
  return (rowCount ?? 0) > 0
}

/** Tries what a write does, on a managing tenant that nobody is, and takes it back. Before there is a schema, whether one may be made is all that can be asked. */
async function whyUnwritable(client: pg.Client, schema: number): Promise<string | undefined> {
  try {
    await client.query('begin')
    if (schema === 0) await client.query('create table "tenantry_doctor" ("id" integer)')
    else await client.query(`update "managing_tenants" set "version" = "version" where "managing_tenant_id" = ''`)
    return undefined
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.message
    throw error
  } finally {
    await client.query('rollback').catch(() => undefined)
  }
}
