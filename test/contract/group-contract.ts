import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Entity } from '../../src/edm/entity-type.ts'
import type { UpdatePlan, WritePlan } from '../../src/plan/plan.ts'
import type { Store } from '../../src/store/store.ts'
import { by, create, entity, other, own, page, remove, update } from './plans.ts'
import type { TestDatabase } from './store-contract.ts'

const base = { entitySet: 'Customers', access: own, by } as const
const restore = (id: string): WritePlan => ({ kind: 'restore', ...base, id })
const purge = (id: string, deletedBy?: string): WritePlan => ({
  kind: 'purge',
  ...base,
  id,
  ...(deletedBy === undefined ? {} : { deletedBy }),
})
const upsert = (id: string, azureTenantId: string): WritePlan => ({
  ...update('', { azureTenantId }),
  address: { kind: 'alternateKey', property: 'azureTenantId', value: azureTenantId },
  otherwise: entity(id, { azureTenantId }),
})

/** What every store must do with upserts, restores, purges and groups of writes. */
export function groupContract(name: string, makeDatabase: () => Promise<TestDatabase>, missing?: string): void {
  describe(`groups of writes on ${name}`, { skip: missing }, () => {
    let database: TestDatabase
    let store: Store
    beforeEach(async () => {
      database = await makeDatabase()
      store = await database.open()
    })
    afterEach(async () => {
      await store.close()
      await database.drop()
    })
    const write = async (atomic: boolean, ...plans: readonly WritePlan[]) =>
      (await store.writeGroup({ plans, atomic })).map(({ outcome }) => outcome)
    const tenants = async () => {
      const result = await store.read(page({ select: ['id', 'azureTenantId'] }))
      if (result.kind !== 'page') throw assert.fail()
      return result.entities
        .map(({ values }) => `${values?.id}=${values?.azureTenantId}`)
        .toSorted()
        .join(' ')
    }
    const changes = async () =>
      (await database.query("select kind, id from changes where managing_tenant_id = 'one' order by version"))
        .map(({ kind, id }) => `${kind} ${id}`)
        .join(', ')

    test('a group that is not atomic goes on after a write that fails', async () => {
      assert.deepEqual(await write(false, create('a'), create('a'), remove('x'), create('b')), ['created', 'taken', 'notFound', 'created'])
      assert.equal(await changes(), 'created a, created b')
    })

    test('an atomic group happens whole or not at all, and the next sees nothing of it', async () => {
      await store.write(create('z'))
      const failed = await write(true, create('a'), update('a', { domain: 'x' }), remove('z'), create('z'), create('b'))
      assert.deepEqual(failed, ['undone', 'undone', 'undone', 'taken', 'undone'])
      assert.equal(await changes(), 'created z')
      assert.equal(await tenants(), 'z=tenant of z')
      assert.deepEqual(await write(true, create('a'), update('a', { domain: 'x' }), remove('z')), ['created', 'updated', 'deleted'])
      assert.equal(await changes(), 'created z, created a, updated a, deleted z')
    })

    test('groups that arrive together do not undo each other', async () => {
      await store.write(create('z'))
      const [first, second, third] = await Promise.all([
        write(true, create('a'), create('b')),
        write(true, create('c'), remove('z'), create('a')),
        write(true, create('c')),
      ])
      assert.deepEqual(first, ['created', 'created'])
      assert.deepEqual(second, ['undone', 'undone', 'taken'])
      assert.deepEqual(third, ['created'])
      assert.equal(await tenants(), 'a=tenant of a b=tenant of b c=tenant of c z=tenant of z')
    })

    test('each write of a group sees those before it: alternate keys go from hand to hand', async () => {
      await write(true, create('a', { azureTenantId: 'x' }), create('b', { azureTenantId: 'y' }))
      const swap = [update('a', { azureTenantId: 'z' }), update('b', { azureTenantId: 'x' }), update('a', { azureTenantId: 'y' })]
      assert.deepEqual(await write(true, ...swap), ['updated', 'updated', 'updated'])
      assert.equal(await tenants(), 'a=y b=x')
      assert.deepEqual(
        await write(true, remove('a'), create('c', { azureTenantId: 'Y' }), purge('a'), create('a', { azureTenantId: 'w' })),
        ['deleted', 'created', 'purged', 'created'],
      )
      assert.equal(await tenants(), 'a=w b=x c=Y')
    })

    test('an upsert by alternate key makes one entity, however many come at once', async () => {
      const results = await Promise.all(Array.from({ length: 50 }, (_, i) => store.write(upsert(`u${i}`, i % 2 === 0 ? 'SAME' : 'same'))))
      assert.equal(results.filter(({ outcome }) => outcome === 'created').length, 1)
      assert.equal(results.filter(({ outcome }) => outcome === 'updated').length, 49)
    })

    test('a refused upsert tells whether it would have created or updated, and whether a deleted entity is in its way', async () => {
      await write(true, create('a', { azureTenantId: 'x' }), create('b'), create('gone'), remove('gone'))
      const byKey = (id: string, changes: Entity = {}): UpdatePlan => ({ ...update(id, changes), otherwise: entity(id, changes) })
      const taken = { outcome: 'taken', property: 'azureTenantId', holder: 'a' }
      assert.deepEqual(await store.write(byKey('new', { azureTenantId: 'X' })), taken)
      assert.deepEqual(await store.write(byKey('b', { azureTenantId: 'X' })), { ...taken, existing: true })
      assert.deepEqual(await store.write(byKey('gone')), { outcome: 'taken', property: 'id', holder: 'gone', deleted: true })
      const lacking = await store.write({ ...update('new', {}), lacking: ['domain'] })
      assert.ok(lacking.outcome === 'refused' && lacking.faults[0]?.property === 'domain' && !lacking.existing)
      const none = { ...byKey('new'), ifMatch: '*' } as const
      assert.deepEqual(await store.write(none), { outcome: 'preconditionFailed' })
      assert.deepEqual(await store.write({ ...byKey('b'), ifNoneMatch: '*' }), { outcome: 'preconditionFailed', existing: true })
    })

    test('of conditional updates of one version exactly one wins', async () => {
      await store.write(create('a'))
      const [row] = await database.query("select version from customers where managing_tenant_id = 'one' and id = 'a'")
      const plans = Array.from({ length: 50 }, (_, i) => update('a', { displayName: `n${i}` }, { ifMatch: [String(row?.version)] }))
      const results = await Promise.all(plans.map((plan) => store.write(plan)))
      assert.equal(results.filter(({ outcome }) => outcome === 'updated').length, 1)
      assert.equal(results.filter(({ outcome }) => outcome === 'preconditionFailed').length, 49)
    })

    test('a deleted entity comes back, unless another has its alternate key by then', async () => {
      await write(true, create('a', { azureTenantId: 'x' }), remove('a'))
      assert.deepEqual(await write(false, restore('a'), restore('a'), restore('nobody')), ['restored', 'notFound', 'notFound'])
      await write(true, remove('a'), create('b', { azureTenantId: 'X' }))
      const result = await store.write(restore('a'))
      assert.deepEqual(result, { outcome: 'taken', property: 'azureTenantId', holder: 'b' })
      const races = await Promise.all([
        store.write(remove('b')),
        store.write(restore('a')),
        store.write(create('c', { azureTenantId: 'x' })),
      ])
      assert.deepEqual(
        races.map(({ outcome }) => outcome),
        ['deleted', 'restored', 'taken'],
      )
    })

    test('a purge removes a deleted entity for good, of its own managing tenant alone', async () => {
      await write(true, create('a'), create('b'), remove('a'))
      await store.writeGroup({ plans: [create('a', {}, other)], atomic: true })
      assert.deepEqual(await write(false, purge('b'), purge('a', '2000-01-01T00:00:00.000000Z'), purge('a', by.at), purge('a')), [
        'notFound',
        'notFound',
        'purged',
        'notFound',
      ])
      assert.equal(await changes(), 'created a, created b, deleted a, purged a')
      assert.equal((await database.query("select id from customers where managing_tenant_id = 'two'")).length, 1)
      assert.deepEqual(await write(true, create('a')), ['created'])
    })

    test('a thousand writes are one group', async () => {
      const plans = Array.from({ length: 1_000 }, (_, i) => upsert(`k${i}`, `t${i}`))
      assert.ok((await store.writeGroup({ plans, atomic: true })).every(({ outcome }) => outcome === 'created'))
      assert.ok((await store.writeGroup({ plans, atomic: true })).every(({ outcome }) => outcome === 'updated'))
    })
  })
}
