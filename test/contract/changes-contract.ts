import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { ChangesPlan, WritePlan } from '../../src/plan/plan.ts'
import type { ChangedEntity, ChangesResult, Store } from '../../src/store/store.ts'
import { by, create, other, own, page, remove, update } from './plans.ts'
import type { TestDatabase } from './store-contract.ts'

type Page = Extract<ChangesResult, { kind: 'changes' }>

const restore = (id: string): WritePlan => ({ kind: 'restore', entitySet: 'Customers', access: own, by, id })
const purge = (id: string): WritePlan => ({ kind: 'purge', entitySet: 'Customers', access: own, by, id })
const ask = (rest: Partial<ChangesPlan> = {}): ChangesPlan => ({
  kind: 'changes',
  entitySet: 'Customers',
  access: own,
  from: { kind: 'start' },
  size: 100,
  now: by.at,
  ...rest,
})
const told = (change: ChangedEntity) => (change.removed === undefined ? change.entity.id : `${change.id}:${change.removed}`)

/** What every store must tell of changes. */
export function changesContract(name: string, makeDatabase: () => Promise<TestDatabase>, missing?: string): void {
  describe(`changes on ${name}`, { skip: missing }, () => {
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
    const read = async (rest: Partial<ChangesPlan> = {}): Promise<Page> => {
      const result = await store.read(ask(rest))
      return result.kind === 'changes' ? result : assert.fail(result.kind)
    }
    /** A round to its end: what each page told, and the page that ends it. */
    const round = async (rest: Partial<ChangesPlan> = {}, between: (pages: number) => Promise<unknown> = async () => undefined) => {
      const pages: string[] = []
      for (let from = rest.from ?? ask().from; ; ) {
        const result = await read({ ...rest, from })
        pages.push(result.changed.map(told).join(' '))
        if (!result.more) return { pages, next: result.next }
        from = result.next
        await between(pages.length)
      }
    }
    const write = async (...plans: readonly WritePlan[]) => {
      for (const plan of plans) assert.match((await store.write(plan)).outcome, /^(created|updated|deleted|restored|purged)$/)
    }

    test('a first round tells the living entities by key, a later one what was changed since', async () => {
      await write(create('c'), create('a'), create('b'), create('d'), remove('d'), create('x', {}, other))
      const first = await round({ size: 2 })
      assert.deepEqual(first.pages, ['a b', 'c'])
      assert.deepEqual((await round({ from: first.next })).pages, [''])
      await write(update('b', { displayName: 'next' }), create('e'), remove('a'), create('y', {}, other))
      const second = await read({ from: first.next })
      assert.deepEqual(second.changed.map(told), ['b', 'e', 'a:changed'])
      assert.ok(second.changed[0]?.removed === undefined)
      assert.match(String(second.changed[0]?.entity.members), /"displayName":"next"/)
      assert.deepEqual((await round({ from: second.next })).pages, [''])
      await write(restore('a'), purge('d'), remove('c'), purge('c'))
      assert.deepEqual((await round({ from: second.next })).pages, ['a d:deleted c:deleted'])
      assert.deepEqual((await round({ from: first.next, size: 1 })).pages, ['b', 'e', 'a', 'd:deleted', 'c:deleted'])
    })

    test('who asks for the latest hears of later changes only', async () => {
      const empty = await read({ from: { kind: 'latest' } })
      await write(create('a'))
      const latest = await read({ from: { kind: 'latest' } })
      assert.deepEqual([latest.changed, latest.more], [[], false])
      await write(create('b'))
      assert.deepEqual((await round({ from: latest.next })).pages, ['b'])
      assert.deepEqual((await round({ from: empty.next })).pages, ['a b'])
    })

    test('what changes during a first round is told in the next, whether it was passed or not', async () => {
      await write(...['b', 'd', 'f', 'h'].map((id) => create(id)))
      const first = await round({ size: 1 }, (pages) =>
        pages === 2 ? write(create('a'), create('e'), update('b', { domain: 'x' }), remove('h'), remove('d')) : Promise.resolve(),
      )
      assert.deepEqual(first.pages, ['b', 'd', 'e', 'f'])
      assert.deepEqual((await round({ from: first.next })).pages, ['a e b h:changed d:changed'])
    })

    test('an entity that is changed again and again is told once in a round, as it is now, also when that happens meanwhile', async () => {
      await write(create('a'), create('b'), create('c'))
      const { next } = await round()
      for (let i = 0; i < 5; i++) await write(update('a', { contractType: i }), update('b', { contractType: i }))
      await write(update('c', { contractType: 1 }))
      const seen = await round({ from: next, size: 1 }, (pages) => write(update(pages === 1 ? 'a' : 'c', { contractType: 10 + pages })))
      assert.deepEqual(seen.pages, ['a', 'b', 'c'])
      assert.deepEqual((await round({ from: seen.next })).pages, ['a c'])
    })

    test('an entity that never rests holds up nobody: pages go past what they have told', async () => {
      await write(create('a'), create('z'))
      const { next } = await round()
      const plans = Array.from({ length: 2_500 }, (_, i) => update('a', { contractType: i }))
      await store.writeGroup({ plans, atomic: true })
      await write(update('z', { contractType: 1 }))
      const seen = await round({ from: next, size: 1 })
      assert.deepEqual(
        seen.pages.filter((text) => text !== ''),
        ['a', 'z'],
      )
      assert.ok(seen.pages.length < 8, String(seen.pages.length))
    })

    test('an entity that is purged and made anew is told once, as it is', async () => {
      await write(create('a'))
      const { next } = await round()
      await write(remove('a'), purge('a'), create('a', { displayName: 'new' }), create('b'))
      assert.deepEqual((await round({ from: next, size: 1 })).pages, ['a', 'b'])
      const between = await round()
      await write(remove('a'), purge('a'), create('a'), remove('b'), purge('b'), create('a2'), remove('a'), purge('a'), create('a'))
      assert.deepEqual((await round({ from: between.next, size: 1 })).pages, ['a', 'b:deleted', 'a2'])
      assert.deepEqual((await round({ from: next, size: 2 })).pages, ['a b:deleted', 'a2'])
      await write(remove('a'), purge('a'))
      assert.deepEqual((await round({ from: next })).pages, ['a:deleted b:deleted a2'])
    })

    test('some keys are followed, and no others', async () => {
      await write(create('a'), create('b'), create('c'))
      const first = await round({ ids: ['a', 'c', 'n'], size: 1 })
      assert.deepEqual(first.pages, ['a', 'c'])
      await write(update('b', { domain: 'x' }), remove('c'), create('n'), update('a', { domain: 'y' }))
      assert.deepEqual((await round({ from: first.next, ids: ['a', 'c', 'n'], size: 1 })).pages, ['c:changed', 'n', 'a'])
    })

    test('selected properties come as values', async () => {
      await write(create('a', { domain: 'one.example' }))
      const select = ['id', 'domain', 'isOnBoardedToMTM']
      const first = await read({ select })
      assert.ok(first.changed[0]?.removed === undefined)
      assert.deepEqual(first.changed[0]?.entity.values, { id: 'a', domain: 'one.example', isOnBoardedToMTM: true })
      await write(update('a', { domain: 'two.example' }), create('b'), remove('b'))
      const [changed, gone] = (await read({ from: first.next, select })).changed
      assert.ok(changed?.removed === undefined)
      assert.deepEqual(changed?.entity.values, { id: 'a', domain: 'two.example', isOnBoardedToMTM: true })
      assert.deepEqual(gone, { id: 'b', removed: 'changed' })
    })

    test('a refused write tells nothing, and what follows its number is not lost', async () => {
      await write(create('a'))
      const { next } = await round()
      await store.write(create('a'))
      const between = await read({ from: next })
      assert.deepEqual(between.changed, [])
      await store.write(update('nobody', {}))
      await write(update('a', { domain: 'x' }))
      for (const from of [next, between.next]) assert.deepEqual((await round({ from })).pages, ['a'])
    })

    test('a point of another database, of another time, or of a managing tenant that has none is known as such', async (t) => {
      await write(create('a'), create('b'))
      const { next } = await round()
      assert.ok(next.kind === 'changes')
      const { version, mark } = next.since
      const foreign = await makeDatabase()
      const second = await foreign.open()
      t.after(async () => {
        await second.close()
        await foreign.drop()
      })
      for (const id of ['x', 'y', 'z']) await second.write({ ...create(id), by: { ...by, requestId: 'another request' } })
      for (const [asked, since] of [
        [second, { version, mark }],
        [store, { version: version + 1, mark }],
        [store, { version, mark: 'another mark' }],
        [store, { version: 0.5, mark }],
      ] as const) {
        for (const from of [
          { kind: 'changes', since },
          { kind: 'entities', since, after: 'a' },
          { kind: 'changes', since: next.since, within: { after: 0, upTo: since } },
        ] as const)
          assert.deepEqual(await asked.read(ask({ from })), { kind: 'resyncRequired' }, JSON.stringify(from))
      }
      assert.deepEqual(await store.read(ask({ from: next, access: { kind: 'managingTenant', tenantId: 'three' } })), {
        kind: 'resyncRequired',
      })
    })

    test('16 writers, and readers that follow all the while: each replica comes to equal the table', async (t) => {
      const second = await database.open()
      t.after(() => second.close())
      let writing = true
      const writers = Array.from({ length: 16 }, async (_, w) => {
        for (let i = 0; i < 20; i++) {
          const id = `${w}-${i % 7}`
          const on = (w + i) % 2 ? store : second
          await on.write(create(id, { contractType: i }))
          await on.write(i % 4 === 3 ? remove(id) : i % 4 === 0 ? restore(id) : update(id, { contractType: i, displayName: `${w} ${i}` }))
        }
      })
      const readers = [1, 3, 50].map(async (size, r) => {
        const replica = new Map<string, string | undefined>()
        let from: ChangesPlan['from'] = ask().from
        for (let last = false; ; last = !writing) {
          for (let more = true; more; ) {
            const result = await (r % 2 ? store : second).read(ask({ from, size }))
            assert.ok(result.kind === 'changes')
            for (const change of result.changed) {
              if (change.removed === undefined) replica.set(change.entity.id, change.entity.members)
              else replica.delete(change.id)
            }
            from = result.next
            more = result.more
          }
          if (last) return replica
          await new Promise(setImmediate)
        }
      })
      await Promise.all(writers)
      writing = false
      const result = await store.read(page({ size: 999 }))
      assert.ok(result.kind === 'page')
      const table = result.entities.map(({ id, members }) => [id, members] as const).toSorted(([a], [b]) => (a < b ? -1 : 1))
      assert.ok(table.length > 20, String(table.length))
      for (const replica of await Promise.all(readers))
        assert.deepEqual(
          [...replica].sort(([a], [b]) => (a < b ? -1 : 1)),
          table,
        )
    })
  })
}
