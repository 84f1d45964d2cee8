import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { model } from '../../src/model/model.ts'
import type { ChangesPlan, DeltaPosition, WritePlan } from '../../src/plan/plan.ts'
import { retain } from '../../src/service/retention.ts'
import type { MaintainedStore } from '../../src/store/store.ts'
import { by, create, entity, other, own, page, remove, update } from './plans.ts'
import type { TestDatabase } from './store-contract.ts'

const day = 86_400_000
const today = Date.parse('2026-06-30T12:00:00Z')
const on = (daysAgo: number) => ({ ...by, at: new Date(today - daysAgo * day).toISOString().replace('Z', '000Z'), requestId: `${daysAgo}` })
const at = <P extends WritePlan>(daysAgo: number, plan: P): P => ({ ...plan, by: on(daysAgo) })
const follow = (from: DeltaPosition, access = own): ChangesPlan => ({
  kind: 'changes',
  entitySet: 'Customers',
  access,
  from,
  size: 100,
  now: by.at,
})

/** What every store must forget, and what it must not. */
export function retentionContract(name: string, makeDatabase: () => Promise<TestDatabase>, missing?: string): void {
  describe(`retention on ${name}`, { skip: missing }, () => {
    let database: TestDatabase
    let store: MaintainedStore
    beforeEach(async () => {
      database = await makeDatabase()
      store = await database.open()
    })
    afterEach(async () => {
      await store.close()
      await database.drop()
    })
    const context = (now = today) => ({ model, store, now: () => now, newId: () => 'retention', observe: () => undefined })
    const run = (changeDays: number, deletedDays: number, now = today) => retain({ changeDays, deletedDays }, context(now))
    const latest = async (access = own) => {
      const result = await store.read(follow({ kind: 'latest' }, access))
      return result.kind === 'changes' ? result.next : assert.fail()
    }
    const told = async (from: DeltaPosition, access = own) => {
      const result = await store.read(follow(from, access))
      if (result.kind !== 'changes') return result.kind
      return result.changed.map((change) => (change.removed === undefined ? change.entity.id : `${change.id}:${change.removed}`)).join(' ')
    }
    const kept = async (tenant = 'one') =>
      (await database.query(`select id, kind, before, after from changes where managing_tenant_id = '${tenant}' order by version`)).map(
        ({ id, kind, before, after }) => `${kind} ${id}${before === null && after === null ? ' without content' : ''}`,
      )

    test('changes are forgotten when they are old, and links from before them are known as such', async () => {
      const beginning = await latest()
      await store.write(at(40, create('a')))
      await store.write(at(35, create('b')))
      const before = await latest()
      await store.write(at(31, update('a', { domain: 'x' })))
      const last = await latest()
      await store.write(at(29, update('b', { domain: 'x' })))
      await store.write(at(1, remove('a')))
      assert.deepEqual(await run(30, 0), { changes: 2, purged: 0 })
      assert.deepEqual(await kept(), ['updated a without content', 'updated b', 'deleted a'])
      assert.equal(await told(beginning), 'resyncRequired')
      assert.equal(await told(before), 'resyncRequired')
      assert.ok(before.kind === 'changes')
      assert.equal(await told({ kind: 'entities', since: before.since, after: 'a' }), 'resyncRequired')
      assert.equal(await told(last), 'b a:changed')
      assert.equal(await told({ kind: 'start' }), 'b')
      assert.deepEqual(await run(30, 0), { changes: 0, purged: 0 })
    })

    test('of a managing tenant that rests, the last change stays: its links are good for ever', async () => {
      for (let i = 0; i < 1_200; i++) await store.writeGroup({ plans: [at(50, create(`n${i}`))], atomic: true })
      const link = await latest()
      assert.deepEqual(await run(30, 0), { changes: 1_199, purged: 0 })
      assert.deepEqual(await kept(), ['created n1199 without content'])
      assert.equal(await told(link), '')
      await store.write(at(0, create('a')))
      assert.equal(await told(link), 'a')
      assert.deepEqual(await run(30, 0, today + 100 * day), { changes: 1, purged: 0 })
      assert.equal(await told(link), 'resyncRequired')
    })

    test('a change that is younger by its own time keeps all after it', async () => {
      await store.write(at(40, create('a')))
      await store.write(at(10, create('b')))
      await store.write(at(40, create('c')))
      const link = await latest()
      await run(30, 0)
      assert.deepEqual(await kept(), ['created a without content', 'created b', 'created c'])
      assert.equal(await told(link), '')
    })

    test('deleted customers are removed for good when they were deleted long ago; delta tells it, and who did it', async () => {
      const write = async (plan: WritePlan) => assert.match((await store.write(plan)).outcome, /created|deleted|restored/)
      for (const id of ['a', 'b', 'c', 'd']) await write(at(60, create(id)))
      await write(at(60, create('x', {}, other)))
      await write(at(60, { ...create('old'), entity: entity('old', { isDeleted: true, deletedDateTime: '2020-01-01T00:00:00.000000Z' }) }))
      await write(at(40, remove('a')))
      await write(at(40, remove('c')))
      await write(at(40, remove('x', { access: other })))
      await write(at(10, remove('b')))
      await write(at(20, { kind: 'restore', entitySet: 'Customers', access: own, by, id: 'c' }))
      const [link, others] = [await latest(), await latest(other)]
      assert.deepEqual(await run(0, 30), { changes: 0, purged: 3 })
      assert.equal(await told(link), 'old:deleted a:deleted')
      assert.equal(await told(others, other), 'x:deleted')
      const rows = await database.query("select id from customers where managing_tenant_id = 'one' order by id")
      assert.deepEqual(
        rows.map(({ id }) => id),
        ['b', 'c', 'd'],
      )
      const [who] = await database.query("select application_id, user_id, request_id from changes where kind = 'purged' and id = 'a'")
      assert.deepEqual({ ...who }, { application_id: 'tenantry', user_id: null, request_id: 'retention' })
      assert.deepEqual(await run(0, 30), { changes: 0, purged: 0 })
    })

    test('several servers may do it at once, while others write', async (t) => {
      const second = await database.open()
      t.after(() => second.close())
      const plans = Array.from({ length: 700 }, (_, i) => at(50, create(`n${String(i).padStart(3, '0')}`)))
      await store.writeGroup({ plans, atomic: true })
      await store.writeGroup({ plans: plans.slice(0, 350).map(({ entity: { id } }) => at(45, remove(String(id)))), atomic: true })
      const link = await latest()
      const writing = Promise.all(Array.from({ length: 60 }, (_, i) => second.write(at(0, create(`w${i}`)))))
      const results = await Promise.all([run(30, 30), retain({ changeDays: 30, deletedDays: 30 }, { ...context(), store: second })])
      assert.ok((await writing).every(({ outcome }) => outcome === 'created'))
      assert.equal(results[0].purged + results[1].purged, 350)
      await run(30, 30)
      assert.equal((await store.read(page({ deleted: true, size: 999 }))).kind, 'page')
      const answer = await store.read({ ...follow(link), size: 999 })
      assert.ok(answer.kind === 'changes' && answer.changed.length === 410, String(answer.kind))
      assert.equal((await kept()).length, 411)
    })

    test('0 days mean for ever', async () => {
      await store.write(at(4_000, create('a')))
      await store.write(at(3_000, remove('a')))
      assert.deepEqual(await run(0, 0), { changes: 0, purged: 0 })
      assert.deepEqual(await kept(), ['created a', 'deleted a'])
    })

    test('it goes through however many managing tenants there are', async () => {
      const tenants = Array.from(
        { length: 205 },
        (_, i) => ({ kind: 'managingTenant', tenantId: `t${String(i).padStart(3, '0')}` }) as const,
      )
      await Promise.all(
        tenants.map((access) =>
          store.writeGroup({ plans: [at(50, create('a', {}, access)), at(50, create('b', {}, access))], atomic: true }),
        ),
      )
      assert.deepEqual(await store.managingTenants('t199', 3), ['t200', 't201', 't202'])
      assert.deepEqual(await run(30, 30), { changes: 205, purged: 0 })
    })
  })
}
