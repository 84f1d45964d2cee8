import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { model } from '../../src/model/model.ts'
import type { WritePlan } from '../../src/plan/plan.ts'
import { sqlite } from '../../src/sql/dialects/sqlite.ts'
import { tablesOf } from '../../src/sql/table.ts'
import { Connection } from '../../src/store/sqlite/connection.ts'
import { migrate } from '../../src/store/sqlite/migrate.ts'
import { executeRead } from '../../src/store/sqlite/reader.ts'
import { SearchIndexer } from '../../src/store/sqlite/search-indexer.ts'
import { executeGroups } from '../../src/store/sqlite/writer.ts'
import { create, other, page, remove, update } from './plans.ts'

const tables = tablesOf(model, sqlite)
const table = tables.get('Customers') ?? assert.fail()

describe('the search index of SQLite', () => {
  let folder: string
  let connection: Connection
  let indexer: SearchIndexer
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tenantry-search-'))
    connection = new Connection(join(folder, 'x.db'), { readOnly: false })
    migrate(connection)
    indexer = new SearchIndexer(connection, [table], assert.ifError)
  })
  afterEach(() => {
    connection.close()
    rmSync(folder, { recursive: true })
  })

  const contains = (text: string) =>
    ({
      kind: 'call',
      type: 'Edm.Boolean',
      name: 'contains',
      arguments: [
        { kind: 'property', type: 'Edm.String', name: 'displayName', comparison: 'folded' },
        { kind: 'constant', type: 'Edm.String', value: text },
      ],
    }) as const
  const found = (text: string) => {
    const result = executeRead(page({ filter: contains(text) }), table, connection)
    return result.kind === 'page' ? result.entities.map(({ id }) => id).join('') : assert.fail()
  }
  const count = (sql: string) => Number(connection.get({ text: sql, parameters: [] })?.[0])
  const unindexed = () => count('select count(*) from customers_unindexed')
  const matches = (text: string) => count(`select count(*) from customers_search where customers_search match '"${text}"'`)
  const write = (...plans: readonly WritePlan[]) => executeGroups([{ plans, atomic: false }], tables, connection)

  test('answers the same before and after a row is put into it', () => {
    write(create('a', { displayName: 'Contoso' }), create('b', { displayName: 'Fabrikam' }), create('a', { displayName: 'Contoso' }, other))
    const ask = () => [found('contoso'), found('NTOS'), found('fabrikam'), found('nobody')]
    const before = ask()
    assert.deepEqual([unindexed(), matches('contoso')], [3, 0])
    assert.equal(indexer.indexBatch(), false)
    assert.deepEqual([unindexed(), matches('contoso')], [0, 2])
    assert.deepEqual(ask(), before)
    assert.deepEqual(before, ['a', 'a', 'b', ''])
  })

  test('finds a changed row by what it says now, before and after it is indexed anew', () => {
    write(create('a', { displayName: 'Contoso' }))
    indexer.indexBatch()
    write(update('a', { displayName: 'Fabrikam' }))
    assert.deepEqual([found('contoso'), found('fabrikam'), unindexed()], ['', 'a', 1])
    indexer.indexBatch()
    assert.deepEqual([found('contoso'), found('fabrikam'), matches('contoso'), matches('fabrikam')], ['', 'a', 0, 1])
    write(update('a', { contractType: 9 }), remove('a'))
    assert.equal(unindexed(), 0, 'nothing that is searched has changed')
    assert.equal(found('fabrikam'), '')
  })

  test('takes many rows in batches', () => {
    for (let i = 0; i < 3; i++) write(...Array.from({ length: 400 }, (_, j) => create(`${i}-${j}`, { displayName: `Contoso ${i} ${j}` })))
    assert.equal(indexer.indexBatch(), true)
    assert.equal(unindexed(), 200)
    assert.equal(indexer.indexBatch(), false)
    assert.deepEqual([unindexed(), matches('contoso')], [0, 1_200])
  })

  test('knows its rows after VACUUM, which gives unnamed row ids out anew', () => {
    write(create('a', { displayName: 'Contoso' }), create('b', { displayName: 'Fabrikam' }))
    indexer.indexBatch()
    connection.database.exec("delete from customers where id = 'a'; vacuum")
    assert.deepEqual([found('fabrikam'), found('contoso')], ['b', ''])
  })
})
