import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { findServer } from '../support/cluster.ts'
import { customerBody } from '../support/customer.ts'
import { ask, makeDatabase, postgresMissing } from '../support/databases.ts'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'

const run = promisify(execFile)

/** What the tests' server brings besides itself. */
const environment = { ...process.env, PATH: [findServer() ?? '', process.env.PATH].join(delimiter) }

async function prepare(t: TestContext) {
  const { url, drop } = await makeDatabase()
  t.after(drop)
  const data = temporaryFolder((clean) => t.after(clean))
  const settings = ['--data', data, '--database-url', url]
  return { url, data, settings, tenantry: (...args: readonly string[]) => runCommand([...args, ...settings]) }
}

test("backup and restore print PostgreSQL's own lines, which work, and migrate --restored gives no version out twice", {
  skip: postgresMissing ?? false,
}, async (t) => {
  const { url, data, tenantry } = await prepare(t)
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const use = async <T>(work: (create: () => Promise<{ id: string; version: number }>, origin: string) => Promise<T>) => {
    const service = await serveProcess(data, ['--https-port', '0', '--database-url', url])
    t.after(() => service.end('SIGKILL'))
    const result = await work(async () => {
      const answer = await fetch(`${service.url}/beta/Customers`, { method: 'POST', headers, body: JSON.stringify(customerBody()) })
      assert.equal(answer.status, 201)
      return { id: ((await answer.json()) as { id: string }).id, version: Number(/\d+/.exec(answer.headers.get('etag') ?? '')?.[0]) }
    }, service.url)
    await service.end('SIGTERM')
    return result
  }
  const kept = await use((create) => create())

  const backup = await tenantry('backup')
  assert.deepEqual([backup.code, backup.stdout], [2, ''])
  const dump = backup.stderr.split('\n')[1]?.trim() ?? ''
  assert.equal(dump, `pg_dump --format=custom --file=tenantry.dump '${url}'`)
  await run('bash', ['-c', dump], { cwd: data, env: environment })

  const lost = await use((create) => create())
  const restore = await tenantry('restore', join(data, 'tenantry.dump'))
  assert.equal(restore.code, 2)
  const [, line = '', then = ''] = restore.stderr.split('\n')
  assert.match(line, /^ {2}pg_restore /)
  await run('bash', ['-c', line], { cwd: data, env: environment })
  assert.deepEqual(await ask(url, 'select id from customers'), [{ id: kept.id }])

  assert.equal(then.trim(), 'tenantry migrate --restored')
  const migrated = await tenantry('migrate', '--restored', '--json')
  assert.equal(migrated.code, 0, migrated.stderr)
  assert.deepEqual({ ...JSON.parse(migrated.stdout), from: 0, to: 0 }, { from: 0, to: 0, distributed: false, restored: true })
  const next = await use((create) => create())
  assert.ok(next.version > 1_000_000_000 && next.version > lost.version)
})

test('the lines tell no password', async () => {
  const { code, stderr } = await runCommand(['backup', '--database-url', 'postgres://tenantry:geheim@db.example/tenantry'])
  assert.equal(code, 2)
  assert.match(stderr, /'postgres:\/\/tenantry@db\.example\/tenantry'/)
  assert.doesNotMatch(stderr, /geheim/)
})

test('a database that was copied by other means than restore is taken care of by migrate --restored too', async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const { code, stdout } = await runCommand(['migrate', '--restored', '--data', data])
  assert.equal(code, 0)
  assert.match(stdout, /^The schema was brought from 0 to \d+\. Versions go on far ahead of those that were lost\.\n$/)
})
