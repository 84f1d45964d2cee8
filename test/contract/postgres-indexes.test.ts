import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { model } from '../../src/model/model.ts'
import type { ReadEntityPlan } from '../../src/plan/plan.ts'
import { compileCount, compileReadEntity, compileReadPage } from '../../src/sql/compile-read.ts'
import { compileStandings } from '../../src/sql/compile-set-write.ts'
import { postgres } from '../../src/sql/dialects/postgres.ts'
import type { SqlStatement } from '../../src/sql/fragment.ts'
import { tablesOf } from '../../src/sql/table.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { numberParameters } from '../../src/store/postgres/parameters.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { makeDatabase, postgresMissing } from '../support/databases.ts'
import { by, create, own, page, remove } from './plans.ts'

const table = tablesOf(model, postgres).get('Customers') ?? assert.fail()
const byTenant: ReadEntityPlan = {
  kind: 'readEntity',
  entitySet: 'Customers',
  access: own,
  address: { kind: 'alternateKey', property: 'azureTenantId', value: 'TENANT OF 7' },
  now: by.at,
}
const deletedAt = {
  kind: 'property',
  type: 'Edm.DateTimeOffset',
  name: table.type.softDelete.at,
  comparison: 'exact',
} as const
const name = { kind: 'property', type: 'Edm.String', name: 'displayName', comparison: 'folded' } as const
const deleted = page({ deleted: 'only', orderby: [{ expression: deletedAt, descending: false }] })

describe('what is found by an index on PostgreSQL, however many customers a partner has', { skip: postgresMissing }, () => {
  let client: pg.Client
  let drop: () => Promise<void>
  before(async () => {
    const database = await makeDatabase()
    await migrate(database.url, () => undefined, { allowed: true })
    const store = new PostgresStore(database.url, model, () => undefined, { connections: 3 })
    const plans = Array.from({ length: 5_000 }, (_, i) => create(String(i)))
    await store.writeGroup({ plans: [...plans, remove('1'), remove('2'), remove('3')], atomic: true })
    await store.close()
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query('analyze')
    drop = database.drop
  })
  after(async () => {
    await client?.end()
    await drop?.()
  })
  const statements: readonly (readonly [name: string, statement: SqlStatement, index: string])[] = [
    ['a customer by its alternate key', compileReadEntity(byTenant, table), 'customers_azure_tenant_id'],
    ['the first page of all', compileReadPage(page({ size: 100 }), table), 'customers_live'],
    ['a later page of all', compileReadPage(page({ size: 100, after: [2_500] }), table), 'customers_live'],
    [
      'a page in the order of names',
      compileReadPage(page({ size: 100, orderby: [{ expression: name, descending: false }] }), table),
      'customers_display_name',
    ],
    ['a page of both kinds', compileReadPage(page({ size: 100, deleted: true }), table), 'customers_pkey'],
    ['a page of the deleted items', compileReadPage(deleted, table), 'customers_deleted'],
    ['the number of deleted items', compileCount(deleted, table), 'customers_deleted'],
    [
      'what an upsert by alternate key stands against',
      compileStandings(own, ['new'], new Map([['azureTenantId', ['tenant of 7']]]), table),
      'customers_azure_tenant_id',
    ],
  ]
  for (const [name, statement, index] of statements) {
    test(name, async () => {
      const { text, values } = numberParameters(statement)
      const { rows } = await client.query({ text: `explain ${text}`, values: [...values], rowMode: 'array' })
      const steps = rows.map(([step]) => step).join('\n')
      assert.match(steps, new RegExp(`${index}\\b`))
      assert.doesNotMatch(steps, /Seq Scan|Sort/)
    })
  }
})
