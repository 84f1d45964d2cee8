import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Access } from '../../src/plan/access.ts'
import type { ReadPagePlan } from '../../src/plan/plan.ts'
import type { MaintainedStore, ReadResult, Store, WriteResult } from '../../src/store/store.ts'
import { all, by, create, other, own, page, remove, update } from './plans.ts'

/** A database that a store can be opened on, several times. */
export interface TestDatabase {
  readonly open: () => Promise<MaintainedStore>
  /** The rows of a query in the database's own words. */
  readonly query: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly drop: () => Promise<void>
}

/** What every store must do, whatever it is made of. */
export function storeContract(name: string, makeDatabase: () => Promise<TestDatabase>, missing?: string): void {
  describe(`the store contract on ${name}`, { skip: missing }, () => {
    let database: TestDatabase
    let store: Store
    const read = async (id: string, access: Access = own) => {
      const result = await store.read({ kind: 'readEntity', entitySet: 'Customers', access, address: { kind: 'key', id }, now: by.at })
      return result.kind === 'entity' ? result : assert.fail()
    }
    const readPage = async (plan: ReadPagePlan) => {
      const result = await store.read(plan)
      return result.kind === 'page' ? result : assert.fail()
    }
    const outcomes = (results: readonly WriteResult[]) => results.map(({ outcome }) => outcome)
    beforeEach(async () => {
      database = await makeDatabase()
      store = await database.open()
    })
    afterEach(async () => {
      await store.close()
      await database.drop()
    })

    test('gives back what was written: members as text, or the selected values', async () => {
      const written = await store.write(create('a', { lastDAPRefreshDateTimeUtc: '2026-05-06T07:08:09.123450Z', displayName: 'Ü "x"' }))
      assert.equal(written.outcome, 'created')
      const { entity: stored } = await read('a')
      const members = JSON.parse(`{${stored?.members}}`)
      assert.equal(members.displayName, 'Ü "x"')
      assert.equal(members.lastDAPRefreshDateTimeUtc, '2026-05-06T07:08:09.12345Z')
      assert.equal(members.isOnBoardedToMTM, true)
      const some = await store.read({
        kind: 'readEntity',
        now: by.at,
        entitySet: 'Customers',
        access: own,
        address: { kind: 'key', id: 'a' },
        select: ['isOnBoardedToMTM', 'lastDAPRefreshDateTimeUtc', 'contractType', 'deletedDateTime'],
      })
      assert.deepEqual(some.kind === 'entity' && some.entity?.values, {
        isOnBoardedToMTM: true,
        lastDAPRefreshDateTimeUtc: '2026-05-06T07:08:09.123450Z',
        contractType: 1,
        deletedDateTime: null,
      })
    })

    test('of writes that arrive together a bad one fails alone', async () => {
      const results = await Promise.all([
        store.write(create('a')),
        store.write(create('a')),
        store.write(create('b')),
        store.write(create('c', { azureTenantId: 'TENANT OF B' })),
        store.write(update('nobody', { displayName: 'x' })),
        store.write(create('d')),
        store.write(update('a', { displayName: 'changed' })),
        store.write(update('b', { azureTenantId: 'tenant of a' })),
        store.write(remove('d')),
        store.write(update('d', { displayName: 'late' })),
        store.write(update('a', { cosmosCreatedDateTimeUTC: '2020-01-01T00:00:00.000000Z' })),
      ])
      assert.deepEqual(outcomes(results), [
        'created',
        'taken',
        'created',
        'taken',
        'notFound',
        'created',
        'updated',
        'taken',
        'deleted',
        'notFound',
        'refused',
      ])
      assert.deepEqual(results[3], { outcome: 'taken', property: 'azureTenantId', holder: 'b' })
      assert.ok(results[1]?.outcome === 'taken' && results[1].holder === 'a')
      assert.deepEqual((await readPage(page())).entities.map(({ id }) => id).toSorted(), ['a', 'b'])
    })

    test('numbers each write of a managing tenant upwards, and leaves a change for it', async () => {
      const results = [
        await store.write(create('a')),
        await store.write(create('a', {}, other)),
        await store.write(update('a', { displayName: 'next' })),
        await store.write(create('b')),
        await store.write(remove('a')),
      ]
      const versions = results.map((result) => ('entity' in result ? result.entity.version : 0))
      const [first = 0, foreign, second = 0, third = 0, last = 0] = versions
      assert.ok(first < second && second < third && third < last, String(versions))
      assert.equal(foreign, first, 'each managing tenant counts for itself')
      const changes = await database.query(
        "select version, id, kind, changed_at, application_id, user_id, before, after from changes where managing_tenant_id = 'one' order by version",
      )
      assert.deepEqual(
        changes.map(({ kind, id }) => `${kind} ${id}`),
        ['created a', 'updated a', 'created b', 'deleted a'],
      )
      assert.deepEqual(
        changes.map(({ version }) => Number(version)),
        [first, second, third, last],
      )
      assert.match(String(changes[0]?.after), /"displayName":"Name of a"/)
      assert.equal(changes[1]?.before, '"displayName":"Name of a"')
      assert.match(String(changes[1]?.after), /"displayName":"next"/)
      assert.equal(changes[0]?.application_id, 'app')
      assert.equal(changes[0]?.user_id, 'user')
    })

    test('numbers a group and what comes after it without a number twice', async () => {
      const group = await Promise.all(Array.from({ length: 7 }, (_, i) => store.write(create(`g${i}`))))
      const after = [await store.write(create('h')), await store.write(create('i'))]
      const versions = [...group, ...after].map((result) => ('entity' in result ? result.entity.version : 0))
      assert.deepEqual(
        versions,
        [...new Set(versions)].sort((a, b) => a - b),
      )
    })

    test('a refused write leaves no change and no row', async () => {
      await store.write(create('a'))
      await store.write(create('a'))
      await store.write(update('a', {}, { ifMatch: ['999'] }))
      assert.equal((await database.query('select * from changes')).length, 1)
      assert.equal((await database.query('select * from customers')).length, 1)
    })

    test('conditions are checked against the row as it is in the transaction', async () => {
      await store.write(create('a'))
      const version = String((await read('a')).entity?.version)
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.write(update('a', { displayName: `writer ${i}` }, { ifMatch: [version] }))),
      )
      assert.equal(results.filter(({ outcome }) => outcome === 'updated').length, 1)
      assert.equal(results.filter(({ outcome }) => outcome === 'preconditionFailed').length, 19)
      assert.equal((await store.write(remove('a', { ifNoneMatch: '*' }))).outcome, 'preconditionFailed')
    })

    test('a deleted entity is hidden, keeps its key and gives up its alternate key', async () => {
      await store.write(create('a'))
      await store.write(remove('a'))
      assert.equal((await read('a')).entity, undefined)
      assert.equal((await readPage(page())).entities.length, 0)
      assert.equal((await store.write(create('a'))).outcome, 'taken')
      assert.equal((await store.write(create('b', { azureTenantId: 'tenant of a' }))).outcome, 'created')
    })

    test('managing tenants are apart; only an operator’s read sees several', async () => {
      await Promise.all([store.write(create('a')), store.write(create('a', {}, other)), store.write(create('b', {}, other))])
      assert.equal((await read('b')).entity, undefined)
      assert.equal((await store.write(update('b', { displayName: 'x' }))).outcome, 'notFound')
      assert.equal((await read('a', all)).ambiguous, true)
      assert.equal((await read('b', all)).entity?.managingTenantId, 'two')
      assert.deepEqual(
        (await readPage(page({ access: all }))).entities.map(({ managingTenantId, id }) => `${managingTenantId}/${id}`),
        ['one/a', 'two/a', 'two/b'],
      )
      const counts = await Promise.all(
        [own, other, all].map((access) => store.read({ kind: 'count', entitySet: 'Customers', access, deleted: false, now: by.at })),
      )
      assert.deepEqual(
        counts.map((result: ReadResult) => result.kind === 'count' && result.count),
        [1, 2, 3],
      )
    })

    test('a taken alternate key names the living holder among the own entities, and nobody else', async () => {
      const azureTenantId = 'shared'
      await store.write(create('foreign', { azureTenantId }, other))
      await store.write(create('deleted', { azureTenantId }))
      await store.write(remove('deleted'))
      await store.write(create('living', { azureTenantId }))
      await store.write(create('beside'))
      const expected: WriteResult = { outcome: 'taken', property: 'azureTenantId', holder: 'living' }
      assert.deepEqual(await store.write(create('next', { azureTenantId })), expected)
      assert.deepEqual(await store.write(update('beside', { azureTenantId: 'SHARED' })), { ...expected, existing: true })
      assert.deepEqual(await store.write(create('next', { azureTenantId }, other)), { ...expected, holder: 'foreign' })
      assert.deepEqual(await store.write(create('living')), { outcome: 'taken', property: 'id', holder: 'living' })
    })

    test('an update that deletes is a deletion in the log, too; one of a deleted entity is not found', async () => {
      await store.write(create('a'))
      assert.equal((await store.write(update('a', { isDeleted: true }))).outcome, 'updated')
      assert.equal((await store.write(update('a', { isDeleted: false }))).outcome, 'notFound')
      assert.equal((await store.write(remove('a'))).outcome, 'notFound')
      const kinds = await database.query('select kind from changes order by version')
      assert.deepEqual(
        kinds.map(({ kind }) => kind),
        ['created', 'deleted'],
      )
    })

    test('writes of one managing tenant never touch the other’s rows, whatever their ids', async () => {
      for (const access of [own, other]) for (const id of ['a', 'b']) await store.write(create(id, {}, access))
      const before = await database.query("select * from customers where managing_tenant_id = 'two' order by id")
      await store.write(update('a', { displayName: 'next', azureTenantId: 'moved' }))
      await store.write(remove('b'))
      await store.write(create('c'))
      assert.deepEqual(await database.query("select * from customers where managing_tenant_id = 'two' order by id"), before)
      assert.equal((await database.query("select * from changes where managing_tenant_id = 'two'")).length, 2)
    })

    test('a search finds what was created, changed and deleted as it is now', async () => {
      const found = async (text: string, deleted = false) => {
        const property = { kind: 'property', type: 'Edm.String', name: 'displayName', comparison: 'folded' } as const
        const part = { kind: 'constant', type: 'Edm.String', value: text } as const
        const filter = { kind: 'call', type: 'Edm.Boolean', name: 'contains', arguments: [property, part] } as const
        return (await readPage(page({ filter, deleted }))).entities.map(({ id }) => id).join('')
      }
      await store.write(create('a', { displayName: 'Contoso North' }))
      await store.write(create('b', { displayName: 'CONTOSO "South" 100%' }))
      await store.write(create('c', { displayName: 'Contoso foreign' }, other))
      assert.equal(await found('onTOso'), 'ab')
      assert.equal(await found('"south" 1'), 'b')
      await store.write(update('a', { displayName: 'Fabrikam' }))
      await store.write(update('b', { contractType: 7 }))
      assert.deepEqual([await found('contoso'), await found('fabrikam')], ['b', 'a'])
      await store.write(remove('b'))
      assert.deepEqual([await found('contoso'), await found('contoso', true)], ['', 'b'])
    })

    const ids = ['b', 'A', 'é', 'B', '漢', 'a', '😀', '\uffee']
    for (const [order, orderby, expected] of [
      ['of creation', [], ids],
      [
        'of code points of the key',
        [{ expression: { kind: 'property', type: 'Edm.String', name: 'id', comparison: 'exact' }, descending: false }],
        [...ids].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))),
      ],
    ] as const) {
      test(`pages in the order ${order} by keyset, and tells whether more follow`, async () => {
        await store.writeGroup({ plans: ids.map((id, i) => create(id, { azureTenantId: `t${i}` })), atomic: true })
        const seen: string[] = []
        for (let after: ReadPagePlan['after'], more = true; more; ) {
          const result: Awaited<ReturnType<typeof readPage>> = await readPage(page({ size: 3, orderby, ...(after ? { after } : {}) }))
          seen.push(...result.entities.map(({ id }) => id))
          after = result.entities.at(-1)?.orderKey
          more = result.more
        }
        assert.deepEqual(seen, expected)
        assert.equal((await readPage(page({ size: 8 }))).more, false)
        assert.equal((await readPage(page({ size: 2, skip: 6, count: true }))).count, 8)
        assert.deepEqual((await readPage(page({ size: 5, skip: 2000 }))).entities, [])
      })
    }

    test('what was acknowledged is there when the database is opened again', async () => {
      await Promise.all(Array.from({ length: 50 }, (_, i) => store.write(create(`n${i}`))))
      await store.close()
      store = await database.open()
      assert.equal((await readPage(page())).entities.length, 50)
      await store.ready()
    })

    test('two on one database write side by side: nothing is lost, no number is given twice', async () => {
      const second = await database.open()
      const results = await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 ? store : second).write(create(`n${i}`))))
      await second.close()
      assert.ok(results.every(({ outcome }) => outcome === 'created'))
      assert.equal(new Set(results.map((result) => 'entity' in result && result.entity.version)).size, 200)
      assert.equal((await readPage(page({ size: 300 }))).entities.length, 200)
    })

    test('after it is closed it takes no write', async () => {
      await store.close()
      await assert.rejects(store.write(create('a')), { name: 'StoreUnavailable' })
      store = await database.open()
    })
  })
}
