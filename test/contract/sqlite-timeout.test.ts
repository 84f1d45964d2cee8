import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { model } from '../../src/model/model.ts'
import type { CountPlan } from '../../src/plan/plan.ts'
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts'

test('a query that runs too long is stopped, refused with a word, and holds nobody up afterwards', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-timeout-'))
  const file = join(folder, 'test.db')
  const store = new SqliteStore(file, model, () => undefined, { readTimeout: 50 })
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const database = new DatabaseSync(file)
  const columns = database
    .prepare("select name, type from pragma_table_info('customers')")
    .all()
    .map(({ name, type }) =>
      name === 'managing_tenant_id' ? "'one'" : name === 'is_deleted' ? '0' : type === 'INTEGER' ? 'n' : `'value ' || n`,
    )
  database.exec("insert into managing_tenants values ('one', 100000, 0)")
  database.exec(
    `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 100000) insert into customers select ${columns.join(', ')} from numbers`,
  )
  database.close()

  const filter = (pattern: string): CountPlan => ({
    kind: 'count',
    entitySet: 'Customers',
    access: { kind: 'managingTenant', tenantId: 'one' },
    deleted: false,
    now: '2026-01-01T00:00:00.000000Z',
    filter: {
      kind: 'call',
      type: 'Edm.Boolean',
      name: 'matchespattern',
      arguments: [
        { kind: 'property', type: 'Edm.String', name: 'displayName', comparison: 'folded' },
        { kind: 'constant', type: 'Edm.String', value: pattern },
      ],
    },
  })
  await assert.rejects(async () => store.read(filter('(a|b|[a-z ]*)*(x|y)+[0-9]*(z|q)$')), {
    name: 'StoreUnavailable',
    message: /took too long/,
  })
  // The thread is free again at once: a short question is answered, and the long one is stopped every time.
  const short = await store.read({
    kind: 'readPage',
    entitySet: 'Customers',
    access: { kind: 'managingTenant', tenantId: 'one' },
    size: 1,
    skip: 0,
    count: false,
    last: true,
    next: {},
    orderby: [],
    deleted: false,
    now: '',
    filter: { kind: 'constant', type: 'Edm.Boolean', value: true },
  })
  assert.equal(short.kind === 'page' && short.entities.length, 1)
  await assert.rejects(async () => store.read(filter('(a|b|[a-z ]*)*(x|y)+[0-9]*(z|q)$')), { name: 'StoreUnavailable' })
})
