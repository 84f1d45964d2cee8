import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { accessKeyProperties } from '../../src/model/access-key.ts'
import type { AccessKey, MaintainedStore } from '../../src/store/store.ts'
import type { TestDatabase } from './store-contract.ts'

const key = (id: string, changes: Partial<AccessKey> = {}): AccessKey => ({
  managingTenantId: 'partner-1',
  id,
  displayName: `Key ${id}`,
  hint: 'abcd',
  createdDateTime: '2026-01-02T03:04:05.000000Z',
  createdBy: 'someone',
  endDateTime: '2026-04-02T03:04:05.000000Z',
  lastUsedDateTime: null,
  ...changes,
})

/** What every store must do with access keys. */
export function accessKeyContract(name: string, makeDatabase: () => Promise<TestDatabase>, missing?: string): void {
  describe(`the contract of access keys on ${name}`, { skip: missing }, () => {
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

    test('a key is found by its hash, within its managing tenant alone, also after a restart', async () => {
      await store.accessKeys.add(key('a'), 'hash-a')
      assert.deepEqual(await store.accessKeys.find('partner-1', 'hash-a'), key('a'))
      assert.equal(await store.accessKeys.find('partner-2', 'hash-a'), undefined)
      assert.equal(await store.accessKeys.find('partner-1', 'hash-b'), undefined)
      await store.close()
      store = await database.open()
      assert.deepEqual(await store.accessKeys.find('partner-1', 'hash-a'), key('a'))
    })

    test('keys are listed, the oldest first, and are no other tenant’s', async () => {
      await store.accessKeys.add(key('b', { createdDateTime: '2026-03-01T00:00:00.000000Z' }), 'hash-b')
      await store.accessKeys.add(key('a'), 'hash-a')
      await store.accessKeys.add(key('a', { managingTenantId: 'partner-2' }), 'hash-c')
      assert.deepEqual(
        (await store.accessKeys.list('partner-1')).map(({ id }) => id),
        ['a', 'b'],
      )
      assert.deepEqual(await store.accessKeys.list('partner-3'), [])
    })

    test('a key is removed once, by its own tenant', async () => {
      await store.accessKeys.add(key('a'), 'hash-a')
      assert.equal(await store.accessKeys.remove('partner-2', 'a'), false)
      assert.equal(await store.accessKeys.remove('partner-1', 'a'), true)
      assert.equal(await store.accessKeys.remove('partner-1', 'a'), false)
      assert.equal(await store.accessKeys.find('partner-1', 'hash-a'), undefined)
    })

    test('the time of use goes forward only', async () => {
      await store.accessKeys.add(key('a'), 'hash-a')
      for (const at of ['2026-02-02T00:00:00.000000Z', '2026-02-01T00:00:00.000000Z']) await store.accessKeys.noteUse('partner-1', 'a', at)
      await store.accessKeys.noteUse('partner-2', 'a', '2026-03-01T00:00:00.000000Z')
      assert.equal((await store.accessKeys.find('partner-1', 'hash-a'))?.lastUsedDateTime, '2026-02-02T00:00:00.000000Z')
    })

    test('what is told of a key is what the model says', () => {
      const { managingTenantId: _, ...told } = key('a')
      assert.deepEqual(
        Object.keys(told),
        accessKeyProperties.map((property) => property.name),
      )
    })
  })
}
