import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import pg from 'pg'
import { model } from '../../src/model/model.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { startCluster } from '../support/cluster.ts'
import { type CommitProxy, startCommitProxy } from '../support/commit-proxy.ts'
import { ask, type Database, makeDatabase, postgresMissing } from '../support/databases.ts'
import { create, own, page, update } from './plans.ts'

const unavailable = { name: 'StoreUnavailable' }

describe('a PostgreSQL that fails', { skip: postgresMissing }, () => {
  let database: Database
  let proxy: CommitProxy
  let store: PostgresStore
  beforeEach(async () => {
    database = await makeDatabase()
    await migrate(database.url, () => undefined, { allowed: true })
    proxy = await startCommitProxy(database.url)
    store = new PostgresStore(proxy.url, model, () => undefined, { connections: 6, readTimeout: 300 })
  })
  afterEach(async () => {
    await store.close()
    proxy.close()
    await database.drop()
  })
  const kept = async () => (await ask(database.url, 'select id, version from customers order by id')).map(({ id }) => id).join('')

  test('a commit whose answer is lost is found by its request, and acknowledged once', async () => {
    await store.write(create('a'))
    proxy.nextCommit = 'answer lost'
    const results = await Promise.all([store.write(create('b')), store.write(create('c')), store.write(create('a'))])
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['created', 'created', 'taken'],
    )
    assert.equal(await kept(), 'abc')
  })

  test('a commit that never arrives is refused, and leaves nothing', async () => {
    await store.write(create('a'))
    proxy.nextCommit = 'never arrives'
    await assert.rejects(store.write(create('b')), unavailable)
    assert.equal(await kept(), 'a')
    assert.equal((await store.write(create('b'))).outcome, 'created')
  })

  test('a write that is chosen as the victim of a deadlock is tried again', async () => {
    await store.write(create('a'))
    const stranger = new pg.Client({ connectionString: database.url })
    await stranger.connect()
    await stranger.query("set deadlock_timeout = '60s'")
    await stranger.query('begin')
    await stranger.query("update customers set version = version where id = 'a'")
    const written = store.write(update('a', { displayName: 'mine' }))
    await new Promise((resolve) => setTimeout(resolve, 300))
    const theirs = stranger.query('update managing_tenants set version = version').then(() => stranger.query('commit'))
    assert.equal((await written).outcome, 'updated')
    await theirs
    await stranger.end()
  })

  test('a statement that takes too long is stopped, answers «not now», and the connection goes on', async () => {
    const rows = Array.from({ length: 1_000 }, (_, i) => create(`r${i}`, { displayName: `${'ab '.repeat(80)}${i}` }))
    await store.writeGroup({ plans: rows, atomic: true })
    const slow = page({
      filter: {
        kind: 'call',
        type: 'Edm.Boolean',
        name: 'matchespattern',
        arguments: [
          { kind: 'property', type: 'Edm.String', name: 'displayName', comparison: 'folded' },
          { kind: 'constant', type: 'Edm.String', value: '^(a|b|[a-z ]{0,60}){1,60}(x|y){2,60}$' },
        ],
      },
    })
    await assert.rejects(store.read(slow), { ...unavailable, message: /took too long|too complex/ })
    assert.equal(
      (await ask(database.url, "select 1 from pg_stat_activity where state = 'active' and query like '%~%' and pid <> pg_backend_pid()"))
        .length,
      0,
    )
    assert.equal((await store.read(page({ size: 1 }))).kind, 'page')
  })

  test('connections that the database ends are replaced', async () => {
    await store.write(create('a'))
    await ask(
      database.url,
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal((await store.write(create('b'))).outcome, 'created')
    await store.ready()
  })

  test('a database that only reads is not ready, and refuses writes for now', async () => {
    await ask(database.url, `alter database ${new URL(database.url).pathname.slice(1)} set default_transaction_read_only = on`)
    const readOnly = new PostgresStore(database.url, model, () => undefined, { connections: 3 })
    await assert.rejects(readOnly.write(create('a')), { ...unavailable, message: /read-only/ })
    await readOnly.close()
  })
})

describe('a PostgreSQL server that goes away', { skip: postgresMissing }, () => {
  test('out of connections, frozen and stopped it is «not now»; afterwards all goes on', { timeout: 120_000 }, async (t) => {
    const cluster = await startCluster(['max_connections=12', 'superuser_reserved_connections=0'])
    t.after(() => cluster.remove())
    await migrate(cluster.url, () => undefined, { allowed: true })
    const store = new PostgresStore(cluster.url, model, () => undefined, { connections: 6 })
    t.after(() => store.close())

    const crowd = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const client = new pg.Client({ connectionString: cluster.url })
        client.on('error', () => undefined)
        await client.connect()
        return client
      }),
    )
    await assert.rejects(store.ready(), { ...unavailable, message: /no more connections/ })
    await assert.rejects(store.write(create('a')), unavailable)
    await Promise.all(crowd.map((client) => client.end()))
    assert.equal((await store.write(create('a'))).outcome, 'created')

    cluster.process().kill('SIGSTOP')
    const frozen = store.ready()
    const late = new Promise((resolve) => setTimeout(resolve, 1_500, 'late'))
    cluster.process().kill('SIGCONT')
    assert.notEqual(await Promise.race([frozen.then(() => 'ready'), late]), 'late')

    await cluster.crash('immediate')
    await assert.rejects(store.ready(), unavailable)
    await assert.rejects(store.write(create('b')), unavailable)
    await assert.rejects(
      store.read({ kind: 'readEntity', entitySet: 'Customers', access: own, address: { kind: 'key', id: 'a' }, now: '' }),
      unavailable,
    )
    await cluster.start()
    await store.ready()
    assert.equal((await store.write(create('b'))).outcome, 'created')
    const read = await store.read(page())
    assert.equal(read.kind === 'page' && read.entities.length, 2)
  })
})

describe('a schema', { skip: postgresMissing }, () => {
  test('that is outdated, newer, or another program’s is refused with a word', async (t) => {
    const { url, drop } = await makeDatabase()
    t.after(drop)
    await assert.rejects(
      migrate(url, () => undefined, { allowed: false }),
      /run 'tenantry migrate' first/,
    )
    await Promise.all([1, 2, 3].map(() => migrate(url, () => undefined, { allowed: true })))
    await migrate(url, () => undefined, { allowed: false })
    await assert.rejects(
      migrate(url, () => undefined, { allowed: true, distribute: true }),
      /no extension 'citus'/,
    )
    await ask(url, "comment on table managing_tenants is 'tenantry schema 99'")
    await assert.rejects(
      migrate(url, () => undefined, { allowed: true }),
      /newer version/,
    )
    await ask(url, "comment on table managing_tenants is 'mine'")
    await assert.rejects(
      migrate(url, () => undefined, { allowed: true }),
      /another program/,
    )
  })
})
