import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { model } from '../../src/model/model.ts'
import { nearestName } from '../../src/odata/nearest-name.ts'

const names = model.entitySets.flatMap(({ type }) => type.properties.map(({ name }) => name))

describe('the name that was meant', () => {
  for (const [written, meant] of [
    ['displayname', 'displayName'],
    ['dispalyName', 'displayName'],
    ['display_name', 'displayName'],
    ['tenantId', undefined],
    ['azureTenantID', 'azureTenantId'],
    ['isOnboardedToMtm', 'isOnBoardedToMTM'],
    ['lastDAPRefreshDateTimeUTC', 'lastDAPRefreshDateTimeUtc'],
    ['cosmosLastModifiedDateTime', 'cosmosLastModifiedDateTimeUTC'],
    ['colour', undefined],
    ['x', undefined],
    ['', undefined],
    ['d'.repeat(65), undefined],
  ] as const) {
    test(`${written} → ${meant}`, () => assert.equal(nearestName(written, names), meant))
  }
  test('is each name for itself', () => {
    for (const name of names) assert.equal(nearestName(name, names), name)
  })
  test('is nothing where there are no names', () => assert.equal(nearestName('a', []), undefined))
})
