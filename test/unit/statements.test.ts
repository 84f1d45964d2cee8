import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { model } from '../../src/model/model.ts'
import type { Access } from '../../src/plan/access.ts'
import { compileCount, compileReadEntity, compileReadPage } from '../../src/sql/compile-read.ts'
import * as writes from '../../src/sql/compile-write.ts'
import { compileAddCount, compileForgetCount, compileForgetCounts } from '../../src/sql/counts.ts'
import { sqlite } from '../../src/sql/dialects/sqlite.ts'
import { tableOf } from '../../src/sql/table.ts'
import { by, entity, other, own, page } from '../contract/plans.ts'

const [entitySet = assert.fail()] = model.entitySets
const table = tableOf(entitySet, sqlite)
const all: Access = { kind: 'allPartners' }
const change = { id: 'a', version: 1, previous: 0, kind: 'updated', by, before: '', after: '' } as const

/** Every statement that the service sends to a store, for one managing tenant. A new one has to be added here: the count below tells. */
const statements = {
  compileReadEntity: compileReadEntity(
    { kind: 'readEntity', entitySet: 'Customers', access: own, address: { kind: 'key', id: 'a' }, now: '' },
    table,
  ),
  compileReadPage: compileReadPage(page({ after: ['a'] }), table),
  compileCount: compileCount(page(), table),
  compileStanding: writes.compileStanding(own, 'a', table),
  compileInsert: writes.compileInsert(own, entity('a'), '', 1, table),
  compileUpdate: writes.compileUpdate(own, 'a', entity('a'), entity('a', { domain: 'x' }), '', 1, table),
  compileAlternateStanding: writes.compileAlternateStanding(own, 'azureTenantId', 'x', table),
  compilePurge: writes.compilePurge(own, 'a', table),
  compileChange: writes.compileChange(own, change),
  compileAddCount: compileAddCount(own, [1, 'DE', 1, 1, 1, 'de', -1], table),
  compileForgetCount: compileForgetCount(own, [1, 'DE', 1, 1, 1, 'de'], table),
  compileForgetCounts: compileForgetCounts(own, table),
  countTold: compileCount(page(), table),
  compileTakeVersions: writes.compileTakeVersions(own, 1),
}

describe('every statement names the managing tenant (partner isolation)', () => {
  for (const [name, { text, parameters }] of Object.entries(statements)) {
    test(name, () => {
      const condition = text.startsWith('insert into') ? /\("managing_tenant_id",.*\) values \(\?/ : /where "managing_tenant_id" = \?/
      assert.match(text, condition)
      assert.ok(parameters.includes(own.tenantId))
      assert.ok(!parameters.includes(other.tenantId))
      assert.equal(text.split('?').length - 1, parameters.length, 'a parameter for each place')
      assert.ok(!text.includes("'"), 'no value stands in the text')
    })
  }
  test('none is missing here', () => {
    const compiled = Object.keys(writes).filter((name) => name.startsWith('compile'))
    for (const name of compiled) assert.ok(name in statements, name)
  })
  test('an operator’s read goes through the managing tenants', () => {
    for (const { text } of [
      compileReadEntity({ kind: 'readEntity', entitySet: 'Customers', access: all, address: { kind: 'key', id: 'a' }, now: '' }, table),
      compileReadPage(page({ access: all }), table),
      compileCount(page({ access: all }), table),
    ]) {
      assert.match(text, /where "managing_tenant_id" in \(select "managing_tenant_id" from "managing_tenants"\)/)
    }
  })
})
