import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entity } from '../../src/edm/entity-type.ts'
import { customerType } from '../../src/model/customer.ts'
import { decideWrite, type Standing } from '../../src/plan/decide-write.ts'
import { by, entity, remove, update } from '../contract/plans.ts'

const before = '2020-01-01T00:00:00.000000Z'
const standing: Standing = {
  version: 7,
  entity: entity('a', { cosmosCreatedDateTimeUTC: before, cosmosLastModifiedDateTimeUTC: before }),
}
const decide = (changes: Entity, conditions: Parameters<typeof update>[2] = {}) =>
  decideWrite(update('a', changes, conditions), customerType, standing)

describe('what an update comes to', () => {
  for (const [changes, changed] of [
    [{}, {}],
    [{ displayName: 'next' }, { displayName: 'next' }],
    [{ lastDAPRefreshDateTimeUtc: null }, {}],
    [{ id: 'a', cosmosCreatedDateTimeUTC: before }, {}],
    [{ cosmosLastModifiedDateTimeUTC: '2001-01-01T00:00:00.000000Z' }, {}],
    [{ isDeleted: false, deletedDateTime: null }, {}],
    [{ isDeleted: true }, { isDeleted: true, deletedDateTime: by.at }],
    [
      { isDeleted: true, deletedDateTime: before },
      { isDeleted: true, deletedDateTime: before },
    ],
  ] as const) {
    test(JSON.stringify(changes), () => {
      assert.deepEqual(decide(changes), {
        decision: 'write',
        change: 'isDeleted' in changed ? 'deleted' : 'updated',
        entity: { ...standing.entity, cosmosLastModifiedDateTimeUTC: by.at, ...changed },
      })
    })
  }
  for (const [name, value] of [
    ['id', 'b'],
    ['id', 'A'],
    ['cosmosCreatedDateTimeUTC', '2020-01-01T00:00:00.000001Z'],
  ] as const) {
    test(`another ${name} is refused`, () => {
      const decision = decide({ [name]: value, displayName: 'never' })
      assert.ok(decision.decision === 'refused' && decision.property === name)
    })
  }
  test('the standing entity is left as it is', () => {
    const copy = structuredClone(standing)
    decide({ displayName: 'next', isDeleted: true })
    assert.deepEqual(standing, copy)
  })
})

test('a delete sets the flag, the date of it and the stamp', () => {
  assert.deepEqual(decideWrite(remove('a'), customerType, standing), {
    decision: 'write',
    change: 'deleted',
    entity: { ...standing.entity, isDeleted: true, deletedDateTime: by.at, cosmosLastModifiedDateTimeUTC: by.at },
  })
})

describe('conditions (RFC 9110, 13.1)', () => {
  for (const [conditions, onUpdate, onDelete, onNothing] of [
    [{}, 'write', 'write', 'notFound'],
    [{ ifMatch: '*' }, 'write', 'write', 'preconditionFailed'],
    [{ ifMatch: ['7'] }, 'write', 'write', 'preconditionFailed'],
    [{ ifMatch: ['1', '7'] }, 'write', 'write', 'preconditionFailed'],
    [{ ifMatch: ['1'] }, 'preconditionFailed', 'preconditionFailed', 'preconditionFailed'],
    [{ ifMatch: ['07'] }, 'preconditionFailed', 'preconditionFailed', 'preconditionFailed'],
    [{ ifMatch: [] }, 'preconditionFailed', 'preconditionFailed', 'preconditionFailed'],
    [{ ifNoneMatch: '*' }, 'preconditionFailed', 'preconditionFailed', 'notFound'],
    [{ ifNoneMatch: ['7'] }, 'preconditionFailed', 'preconditionFailed', 'notFound'],
    [{ ifNoneMatch: ['8'] }, 'write', 'write', 'notFound'],
    [{ ifMatch: ['7'], ifNoneMatch: ['7'] }, 'preconditionFailed', 'preconditionFailed', 'preconditionFailed'],
  ] as const) {
    test(`${JSON.stringify(conditions)}: ${onUpdate}; on what is not there ${onNothing}`, () => {
      assert.equal(decide({}, conditions).decision, onUpdate)
      assert.equal(decideWrite(remove('a', conditions), customerType, standing).decision, onDelete)
      assert.equal(decideWrite(update('a', {}, conditions), customerType, undefined).decision, onNothing)
      assert.equal(decideWrite(remove('a', conditions), customerType, undefined).decision, 'notFound')
    })
  }
})
