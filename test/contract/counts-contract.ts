import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Entity } from '../../src/edm/entity-type.ts'
import type { WritePlan } from '../../src/plan/plan.ts'
import type { MaintainedStore } from '../../src/store/store.ts'
import { fc } from '../support/property.ts'
import { by, create, own, remove, update } from './plans.ts'
import type { TestDatabase } from './store-contract.ts'

const names = ['contract_type', 'country_letter_code', 'is_on_boarded_to_mtm', 'onboarding_status', 'delegated_privilege_status']

/** However writes come together, fail or are undone: the counts say what the table holds. */
export function countsContract(name: string, open: () => Promise<TestDatabase>, missing?: string): void {
  describe(`counts on ${name}`, { skip: missing }, () => {
    let database: TestDatabase
    let store: MaintainedStore
    before(async () => {
      database = await open()
      store = await database.open()
    })
    after(async () => {
      await store?.close()
      await database?.drop()
    })
    const counted = async (table: string, number: string, condition: string) =>
      (
        await database.query(
          `select managing_tenant_id, ${names.join(', ')}, ${number} as n from ${table} where ${condition} group by managing_tenant_id, ${names.join(', ')}`,
        )
      )
        .map((row) => JSON.stringify(Object.values(row).map(String)))
        .toSorted()

    const id = fc.constantFrom('a', 'b', 'c', 'd')
    const changes: fc.Arbitrary<Entity> = fc.record(
      {
        onboardingStatus: fc.integer({ min: 0, max: 2 }),
        countryLetterCode: fc.constantFrom('DE', 'SE'),
        displayName: fc.constantFrom('x', 'y'),
        isOnBoardedToMTM: fc.boolean(),
        isDeleted: fc.boolean(),
        azureTenantId: fc.constantFrom('one', 'two', 'three'),
      },
      { requiredKeys: [] },
    )
    const at = by.at
    const plan: fc.Arbitrary<WritePlan> = fc.oneof(
      fc.tuple(id, changes).map(([key, values]) => create(key, { ...values, deletedDateTime: values.isDeleted ? at : null })),
      fc.tuple(id, changes).map(([key, values]) => update(key, values)),
      id.map((key) => remove(key)),
      id.map((key): WritePlan => ({ kind: 'restore', entitySet: 'Customers', access: own, by, id: key })),
      id.map((key): WritePlan => ({ kind: 'purge', entitySet: 'Customers', access: own, by, id: key })),
    )
    const group = fc.record({ plans: fc.array(plan, { minLength: 1, maxLength: 5 }), atomic: fc.boolean() })

    test('the counts are those of the living rows', { timeout: 300_000 }, async () => {
      let groups = 0
      await fc.assert(
        fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 4 }), async (together) => {
          await Promise.all(together.map((each) => store.writeGroup(each)))
          groups += together.length
          const living = name === 'SQLite' ? 'is_deleted = 0' : 'not is_deleted'
          assert.deepEqual(
            await counted('customers_counts', 'sum("count")', '"count" <> 0'),
            await counted('customers', 'count(*)', living),
          )
        }),
        { numRuns: 60 },
      )
      assert.ok(groups > 60)
    })
  })
}
