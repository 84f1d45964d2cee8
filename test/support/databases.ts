import { after } from 'node:test'
import pg from 'pg'
import { type Cluster, findServer, startCluster } from './cluster.ts'

/** Why PostgreSQL cannot be tested here; undefined where it can. */
export const postgresMissing: string | undefined =
  process.env.TENANTRY_TEST_POSTGRES || findServer() !== undefined ? undefined : 'no PostgreSQL server is installed'

/** The server of this run (`npm test` starts one), or one of this file's own. */
let server: Promise<string> | undefined
let own: Cluster | undefined

function serverUrl(): Promise<string> {
  const given = process.env.TENANTRY_TEST_POSTGRES
  server ??= given
    ? Promise.resolve(given)
    : startCluster().then((cluster) => {
        own = cluster
        return cluster.url
      })
  return server
}

after(() => own?.remove())

export interface Database {
  readonly url: string
  readonly drop: () => Promise<void>
}

let made = 0

/** An empty database. */
export async function makeDatabase(): Promise<Database> {
  const url = new URL(await serverUrl())
  const name = `test_${process.pid}_${++made}`
  await ask(url.href, `create database ${name}`)
  const database = new URL(url)
  database.pathname = `/${name}`
  return { url: database.href, drop: async () => void (await ask(url.href, `drop database if exists ${name} with (force)`)) }
}

/** Rows of a query, on a connection of its own. */
export async function ask(url: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
