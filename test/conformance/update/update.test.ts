import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService()
const patch = (id: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  service.send('PATCH', `/beta/Customers('${id}')`, { body, headers })

describe('an update by PATCH (Protocol 4.01, 11.4.3)', () => {
  test('merges, stamps and answers 200 with the updated entity', async () => {
    const created = await service.create({ displayName: 'Before', cosmosLastModifiedDateTimeUTC: '2020-01-01T00:00:00Z' })
    const answer = await patch(created.id, { displayName: 'After', onboardingStatus: 3 })
    assert.equal(answer.status, 200)
    assert.notEqual(answer.json['@odata.etag'], created['@odata.etag'])
    assert.ok(Date.parse(answer.json.cosmosLastModifiedDateTimeUTC) > Date.parse('2026-01-01'))
    const { '@odata.etag': _e, cosmosLastModifiedDateTimeUTC: _m, ...expected } = { ...created, displayName: 'After', onboardingStatus: 3 }
    const { '@odata.etag': _e2, cosmosLastModifiedDateTimeUTC: _m2, ...actual } = answer.json
    assert.deepEqual(actual, expected)
    assert.deepEqual((await service.send('GET', `/beta/Customers('${created.id}')`)).json, answer.json)
  })

  test('return=minimal answers 204, return=representation says so', async () => {
    const { id } = await service.create()
    const minimal = await patch(id, { domain: 'x.example' }, { prefer: 'return=minimal' })
    assert.equal(minimal.status, 204)
    assert.equal(minimal.headers.get('preference-applied'), 'return=minimal')
    assert.equal(minimal.headers.get('odata-entityid'), `${service.url}/beta/Customers('${id}')`)
    const whole = await patch(id, { domain: 'y.example' }, { prefer: 'return=representation' })
    assert.equal(whole.status, 200)
    assert.equal(whole.headers.get('preference-applied'), 'return=representation')
  })

  test('an empty body changes nothing but the stamp', async () => {
    const created = await service.create()
    const answer = await patch(created.id, {})
    assert.equal(answer.status, 200)
    assert.equal(answer.json.displayName, created.displayName)
  })

  test('null empties what is nullable, and is refused for the rest', async () => {
    const { id } = await service.create({ lastDAPRefreshDateTimeUtc: '2026-01-01T00:00:00Z' })
    assert.equal((await patch(id, { lastDAPRefreshDateTimeUtc: null })).json.lastDAPRefreshDateTimeUtc, null)
    assert.equal((await patch(id, { displayName: null })).status, 400)
  })

  test('what cannot be changed is ignored when equal, refused when not', async () => {
    const created = await service.create({ cosmosCreatedDateTimeUTC: '2020-01-01T00:00:00Z' })
    assert.equal((await patch(created.id, { id: created.id, cosmosCreatedDateTimeUTC: '2020-01-01T01:00:00+01:00' })).status, 200)
    for (const [name, value] of [
      ['id', 'another'],
      ['cosmosCreatedDateTimeUTC', '2021-01-01T00:00:00Z'],
    ] as const) {
      const answer = await patch(created.id, { [name]: value })
      assert.equal(answer.status, 400)
      assert.equal(answer.json.error.target, name)
    }
  })

  test('the modified date of a body is ignored: the service sets it', async () => {
    const { id } = await service.create()
    const answer = await patch(id, { cosmosLastModifiedDateTimeUTC: '2001-01-01T00:00:00Z' })
    assert.equal(answer.status, 200)
    assert.ok(Date.parse(answer.json.cosmosLastModifiedDateTimeUTC) > Date.parse('2026-01-01'))
  })

  test('to a taken azureTenantId is 409 and changes nothing; its own in another letter case is taken', async () => {
    const holder = await service.create({ azureTenantId: 'held' })
    const other = await service.create({ azureTenantId: 'Mine' })
    const answer = await patch(other.id, { azureTenantId: 'HELD', displayName: 'never' })
    assert.equal(answer.status, 409)
    assert.ok(answer.json.error.message.includes(holder.id))
    assert.deepEqual((await service.send('GET', `/beta/Customers('${other.id}')`)).json, other)
    assert.equal((await patch(other.id, { azureTenantId: 'MINE' })).json.azureTenantId, 'MINE')
  })

  test('all faults are told at once, and nothing is changed', async () => {
    const created = await service.create()
    const answer = await patch(created.id, { displayName: 7, contractType: 'x', colour: 1 })
    assert.equal(answer.status, 400)
    assert.equal(answer.json.error.details.length, 3)
    assert.deepEqual((await service.send('GET', `/beta/Customers('${created.id}')`)).json, created)
  })

  test('of one that is not there is 404, also where the caller would create it', async () => {
    assert.equal((await patch('nobody', { displayName: 'x' })).status, 404)
  })

  test('isDeleted true deletes softly, as DELETE does', async () => {
    const { id } = await service.create()
    const answer = await patch(id, { isDeleted: true })
    assert.equal(answer.status, 200)
    assert.equal(answer.json.isDeleted, true)
    assert.ok(answer.json.deletedDateTime)
    assert.equal((await service.send('GET', `/beta/Customers('${id}')`)).status, 404)
    assert.equal((await patch(id, { isDeleted: false })).status, 404)
  })

  test('a date of deletion without the flag is refused', async () => {
    const { id } = await service.create()
    assert.equal((await patch(id, { deletedDateTime: '2026-01-01T00:00:00Z' })).status, 400)
    assert.equal(
      (await patch(id, { isDeleted: true, deletedDateTime: '2026-01-01T00:00:00Z' })).json.deletedDateTime,
      '2026-01-01T00:00:00Z',
    )
  })
})
