import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadPlan } from '../../src/plan/plan.ts'
import { ReaderPool } from '../../src/store/sqlite/reader-pool.ts'
import type { Thread } from '../../src/store/sqlite/thread.ts'
import type { ReadResult } from '../../src/store/store.ts'

/** Threads whose reads end when the test says so. */
function makePool(size: number) {
  const running: { readonly tenant: string; readonly end: (error?: Error) => Promise<void> }[] = []
  const start = () =>
    ({
      ask: ({ access }: ReadPlan) =>
        new Promise((resolve, reject) => {
          const tenant = access.kind === 'managingTenant' ? access.tenantId : 'operators'
          const entry = {
            tenant,
            end: async (error?: Error) => {
              running.splice(running.indexOf(entry), 1)
              if (error) reject(error)
              else resolve({ kind: 'count', count: 1 })
              await new Promise(setImmediate)
            },
          }
          running.push(entry)
        }),
      close: async () => undefined,
    }) as unknown as Thread<ReadPlan, ReadResult>
  const pool = new ReaderPool(size, start)
  const ask = (tenantId: string) =>
    pool.ask({ kind: 'count', entitySet: 'Customers', access: { kind: 'managingTenant', tenantId }, deleted: false, now: '' })
  return { pool, ask, running, tenants: () => running.map(({ tenant }) => tenant).join('') }
}

test('one managing tenant leaves a thread to the others', async () => {
  const { ask, running, tenants } = makePool(3)
  const all = Promise.all(['a', 'a', 'a', 'a'].map(ask))
  assert.equal(tenants(), 'aa')
  const other = ask('b')
  assert.equal(tenants(), 'aab')
  await running[2]?.end()
  assert.equal((await other).kind, 'count')
  assert.equal(tenants(), 'aa')
  await running[0]?.end()
  assert.equal(tenants(), 'aa')
  while (running.length > 0) await running[0]?.end()
  assert.equal((await all).length, 4)
})

test('waiting reads go in the order in which they came, and a failed one frees its thread', async () => {
  const { ask, running, tenants } = makePool(1)
  const first = ask('a')
  const rest = [ask('b'), ask('c'), ask('a')]
  assert.equal(tenants(), 'a')
  await Promise.all([assert.rejects(first), running[0]?.end(new Error('no'))])
  assert.equal(tenants(), 'b')
  await running[0]?.end()
  assert.equal(tenants(), 'c')
  await running[0]?.end()
  assert.equal(tenants(), 'a')
  await running[0]?.end()
  assert.equal((await Promise.all(rest)).length, 3)
})

test('what waits when it closes is refused', async () => {
  const { pool, ask } = makePool(1)
  void ask('a')
  const waiting = ask('b')
  await Promise.all([assert.rejects(waiting, /stopping/), pool.close()])
})
