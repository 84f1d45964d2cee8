import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { ask, makeDatabase, postgresMissing } from '../support/databases.ts'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'
import { deltaStorm, type StormTally } from './delta-storm.ts'

const changes = 'select version, id from changes order by version'
const entriesOf = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  rows.map(({ version, id }) => ({ version: Number(version), id: String(id) }))

/** The storm on both stores: several servers on one PostgreSQL, and one on a SQLite file. */
export function deltaStorms(seconds: number): void {
  const timeout = (seconds + 60) * 1000

  test(`16 writers and 4 readers for ${seconds} s on two servers of one PostgreSQL: every replica equals the table, no change is seen late`, {
    skip: postgresMissing,
    timeout,
  }, async (t) => {
    const database = await makeDatabase()
    t.after(database.drop)
    await storm(t, ['--database-url', database.url, '--database-connections', '9'], 2, () => ask(database.url, changes))
  })

  test(`the same on one server of a SQLite file`, { timeout }, async (t) => {
    await storm(t, [], 1, async (data) => {
      const database = new DatabaseSync(join(data, 'tenantry.db'), { readOnly: true })
      const rows = database.prepare(changes).all()
      database.close()
      return rows
    })
  })

  async function storm(
    t: TestContext,
    args: readonly string[],
    count: number,
    log: (data: string) => Promise<readonly Readonly<Record<string, unknown>>[]>,
  ): Promise<void> {
    const data = temporaryFolder((clean) => t.after(clean))
    const servers = []
    for (let n = 0; n < count; n++) servers.push(await serveProcess(data, ['--https-port', '0', ...args]))
    const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
    const tally: StormTally = await deltaStorm(servers, token, seconds, async () => entriesOf(await log(data)))
    t.diagnostic(JSON.stringify(tally))
    assert.ok(tally.writes > 50 && tally.changesSeen > tally.writes && tally.rounds > 8, JSON.stringify(tally))
    for (const server of servers) assert.equal(await server.end('SIGTERM'), 0)
  }
}
