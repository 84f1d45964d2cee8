import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { model } from '../../src/model/model.ts'
import type { ChangesPlan } from '../../src/plan/plan.ts'
import { compileChangedEntities, compileHistory } from '../../src/sql/compile-changes.ts'
import { compileManagingTenants, compileOldestChanges, compileTrim } from '../../src/sql/compile-retention.ts'
import { postgres } from '../../src/sql/dialects/postgres.ts'
import { tableOf } from '../../src/sql/table.ts'
import { numberParameters } from '../../src/store/postgres/parameters.ts'
import { by, other, own } from '../contract/plans.ts'
import { confinement } from '../support/wiretap.ts'

const [entitySet = assert.fail()] = model.entitySets
const table = tableOf(entitySet, postgres)
const since = { version: 7, mark: 'mark' }
const from = { kind: 'changes', since } as const
const plan: ChangesPlan = { kind: 'changes', entitySet: 'Customers', access: own, from, size: 10, now: by.at }
const within = { after: 8, upTo: { version: 9, mark: 'mark' } }

describe('the statements of delta and retention name the managing tenant for every table', () => {
  for (const [name, statement] of Object.entries({
    compileHistory: compileHistory(own, 7),
    compileChangedEntities: compileChangedEntities(plan, from, table),
    'compileChangedEntities within a round, of some keys': compileChangedEntities({ ...plan, ids: ['a', 'b'] }, { ...from, within }, table),
    'compileChangedEntities of some properties': compileChangedEntities({ ...plan, select: ['id', 'domain'] }, from, table),
    compileOldestChanges: compileOldestChanges(own, 2),
    ...Object.fromEntries(compileTrim(own, 7).map((statement, i) => [`compileTrim ${i}`, statement])),
  })) {
    test(name, () => {
      assert.equal(confinement(numberParameters(statement).text), 'confined')
      assert.ok(statement.parameters.includes(own.tenantId) && !statement.parameters.includes(other.tenantId))
    })
  }
  test('but for the one that finds them', () => {
    assert.equal(confinement(numberParameters(compileManagingTenants('', 10)).text), 'operator')
  })
})
