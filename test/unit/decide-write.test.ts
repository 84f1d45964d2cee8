import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entity } from '../../src/edm/entity-type.ts'
import { fold } from '../../src/edm/fold.ts'
import { customerType } from '../../src/model/customer.ts'
import { decideWrite, type Standing, type Standings } from '../../src/plan/decide-write.ts'
import { by, entity, own, remove, update } from '../contract/plans.ts'

const before = '2020-01-01T00:00:00.000000Z'
const standing: Standing = {
  version: 7,
  entity: entity('a', { cosmosCreatedDateTimeUTC: before, cosmosLastModifiedDateTimeUTC: before }),
}
const standings = (...all: readonly Standing[]): Standings => ({
  byKey: (id) => all.find(({ entity }) => entity.id === id),
  byAlternateKey: (property, folded) => all.find(({ entity }) => !entity.isDeleted && fold(String(entity[property])) === folded),
})
const decide = (changes: Entity, conditions: Parameters<typeof update>[2] = {}) =>
  decideWrite(update('a', changes, conditions), customerType, standings(standing))

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
        decision: 'update',
        standing,
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
      assert.ok(decision.decision === 'refused' && decision.faults[0]?.property === name)
    })
  }
  test('the standing entity is left as it is', () => {
    const copy = structuredClone(standing)
    decide({ displayName: 'next', isDeleted: true })
    assert.deepEqual(standing, copy)
  })
})

test('a delete sets the flag, the date of it and the stamp', () => {
  assert.deepEqual(decideWrite(remove('a'), customerType, standings(standing)), {
    decision: 'update',
    standing,
    change: 'deleted',
    entity: { ...standing.entity, isDeleted: true, deletedDateTime: by.at, cosmosLastModifiedDateTimeUTC: by.at },
  })
})

describe('conditions (RFC 9110, 13.1)', () => {
  for (const [conditions, onUpdate, onDelete, onNothing] of [
    [{}, 'update', 'update', 'notFound'],
    [{ ifMatch: '*' }, 'update', 'update', 'preconditionFailed'],
    [{ ifMatch: ['7'] }, 'update', 'update', 'preconditionFailed'],
    [{ ifMatch: ['1', '7'] }, 'update', 'update', 'preconditionFailed'],
    [{ ifMatch: ['1'] }, 'preconditionFailed', 'preconditionFailed', 'preconditionFailed'],
    [{ ifMatch: ['07'] }, 'preconditionFailed', 'preconditionFailed', 'preconditionFailed'],
    [{ ifMatch: [] }, 'preconditionFailed', 'preconditionFailed', 'preconditionFailed'],
    [{ ifNoneMatch: '*' }, 'preconditionFailed', 'preconditionFailed', 'notFound'],
    [{ ifNoneMatch: ['7'] }, 'preconditionFailed', 'preconditionFailed', 'notFound'],
    [{ ifNoneMatch: ['8'] }, 'update', 'update', 'notFound'],
    [{ ifMatch: ['7'], ifNoneMatch: ['7'] }, 'preconditionFailed', 'preconditionFailed', 'preconditionFailed'],
  ] as const) {
    test(`${JSON.stringify(conditions)}: ${onUpdate}; on what is not there ${onNothing}`, () => {
      assert.equal(decide({}, conditions).decision, onUpdate)
      assert.equal(decideWrite(remove('a', conditions), customerType, standings(standing)).decision, onDelete)
      assert.equal(decideWrite(update('a', {}, conditions), customerType, standings()).decision, onNothing)
      assert.equal(decideWrite(remove('a', conditions), customerType, standings()).decision, 'notFound')
    })
  }
})

describe('an upsert', () => {
  const upsert = (rest: Parameters<typeof update>[2] = {}) => update('b', { displayName: 'next' }, { otherwise: entity('b'), ...rest })
  test('creates what is not there, and updates what is', () => {
    assert.deepEqual(decideWrite(upsert(), customerType, standings(standing)), { decision: 'insert', entity: entity('b') })
    assert.equal(decideWrite(upsert(), customerType, standings({ version: 1, entity: entity('b') })).decision, 'update')
  })
  test('with If-Match creates nothing, with If-None-Match: * updates nothing', () => {
    assert.equal(decideWrite(upsert({ ifMatch: '*' }), customerType, standings()).decision, 'preconditionFailed')
    assert.equal(decideWrite(upsert({ ifNoneMatch: '*' }), customerType, standings()).decision, 'insert')
    const there = standings({ version: 1, entity: entity('b') })
    assert.equal(decideWrite(upsert({ ifNoneMatch: '*' }), customerType, there).decision, 'preconditionFailed')
  })
  test('creates nothing under a key that a deleted entity holds', () => {
    const deleted = { version: 1, entity: entity('b', { isDeleted: true, deletedDateTime: by.at }) }
    const taken = { decision: 'taken', property: 'id', holder: 'b', deleted: true }
    assert.deepEqual(decideWrite(upsert(), customerType, standings(deleted)), taken)
  })
  test('that says too little to create anything is refused only when it would have to', () => {
    const { otherwise: _, ...plan } = upsert()
    const lacking = { ...plan, lacking: ['domain', 'contractId'] }
    assert.equal(decideWrite(lacking, customerType, standings({ version: 1, entity: entity('b') })).decision, 'update')
    const decision = decideWrite(lacking, customerType, standings())
    assert.ok(decision.decision === 'refused')
    assert.deepEqual(
      decision.faults.map(({ property }) => property),
      ['domain', 'contractId'],
    )
    assert.equal(decideWrite({ ...lacking, ifMatch: '*' }, customerType, standings()).decision, 'preconditionFailed')
  })
  test('by an alternate key finds the living, whatever the case', () => {
    const address = { kind: 'alternateKey', property: 'azureTenantId', value: 'TENANT of A' } as const
    const plan = { ...upsert(), address }
    assert.equal(decideWrite(plan, customerType, standings(standing)).decision, 'update')
    const deleted = { ...standing, entity: { ...standing.entity, isDeleted: true } }
    assert.equal(decideWrite(plan, customerType, standings(deleted)).decision, 'insert')
  })
})

describe('a deleted entity', () => {
  const base = { entitySet: 'Customers', access: own, by, id: 'a' } as const
  const deleted: Standing = { version: 7, entity: { ...standing.entity, isDeleted: true, deletedDateTime: before } }
  const restore = { kind: 'restore', ...base } as const
  const purge = { kind: 'purge', ...base } as const
  test('is brought back, or removed for good', () => {
    assert.deepEqual(decideWrite(restore, customerType, standings(deleted)), {
      decision: 'update',
      change: 'restored',
      standing: deleted,
      entity: { ...deleted.entity, isDeleted: false, deletedDateTime: null, cosmosLastModifiedDateTimeUTC: by.at },
    })
    assert.deepEqual(decideWrite(purge, customerType, standings(deleted)), { decision: 'purge', standing: deleted })
  })
  test('is not brought back while another holds its alternate key', () => {
    const other = { version: 8, entity: entity('b', { azureTenantId: 'TENANT OF A' }) }
    assert.deepEqual(decideWrite(restore, customerType, standings(deleted, other)), {
      decision: 'taken',
      property: 'azureTenantId',
      holder: 'b',
    })
  })
  test('is purged by retention only when it was deleted in time', () => {
    assert.equal(decideWrite({ ...purge, deletedBy: before }, customerType, standings(deleted)).decision, 'purge')
    assert.equal(decideWrite({ ...purge, deletedBy: '2019-12-31T23:59:59.999999Z' }, customerType, standings(deleted)).decision, 'notFound')
  })
  test('is what both look for: a living one is not found', () => {
    for (const plan of [restore, purge]) assert.equal(decideWrite(plan, customerType, standings(standing)).decision, 'notFound')
  })
  test('keeps to the conditions', () => {
    for (const plan of [restore, purge])
      assert.equal(decideWrite({ ...plan, ifMatch: ['6'] }, customerType, standings(deleted)).decision, 'preconditionFailed')
  })
})
