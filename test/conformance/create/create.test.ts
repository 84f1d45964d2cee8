import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { partner, useService } from '../../support/service.ts'

const service = useService()
const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) => service.send('POST', '/beta/Customers', { body, headers })

describe('a create', () => {
  test('answers 201, the whole entity, Location, ETag, context and type (Protocol 4.01, 11.4.2)', async () => {
    const body = customerBody({ lastDAPRefreshDateTimeUtc: '2026-01-02T03:04:05Z' })
    const answer = await post(body)
    assert.equal(answer.status, 201)
    assert.equal(answer.headers.get('content-type'), 'application/json;odata.metadata=minimal')
    assert.equal(answer.json['@odata.context'], `${service.url}/beta/$metadata#Customers/$entity`)
    assert.equal(answer.json['@odata.type'], '#microsoft.management.services.api.Customer')
    assert.equal(answer.json['@odata.etag'], answer.headers.get('etag'))
    for (const [name, value] of Object.entries(body)) assert.deepEqual(answer.json[name], value, name)
    assert.match(answer.json.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.equal(answer.json.isDeleted, false)
    assert.equal(answer.json.deletedDateTime, null)
    assert.equal(answer.json.cosmosCreatedDateTimeUTC, answer.json.cosmosLastModifiedDateTimeUTC)
    assert.ok(Math.abs(Date.parse(answer.json.cosmosCreatedDateTimeUTC) - Date.now()) < 60_000)
    const location = answer.headers.get('location') ?? ''
    assert.equal(location, `${service.url}/beta/Customers('${answer.json.id}')`)
    const read = await service.send('GET', location.slice(service.url.length))
    assert.deepEqual(read.json, answer.json)
  })

  test('keeps the id, the created and the modified date that the body has', async () => {
    const history = {
      id: 'kept',
      cosmosCreatedDateTimeUTC: '2020-01-01T00:00:00Z',
      cosmosLastModifiedDateTimeUTC: '2021-01-01T00:00:00.5Z',
    }
    const created = await service.create(history)
    for (const [name, value] of Object.entries(history)) assert.equal(created[name], value)
  })

  test('of a taken id is 409, also when its holder is deleted', async () => {
    await service.create({ id: 'taken' })
    for (const _ of [1, 2]) {
      const answer = await post(customerBody({ id: 'taken' }))
      assert.equal(answer.status, 409)
      assert.equal(answer.json.error.code, 'Request_MultipleObjectsWithSameKeyValue')
      assert.equal(answer.json.error.target, 'id')
      await service.send('DELETE', "/beta/Customers('taken')")
    }
  })

  test('of a taken azureTenantId, in any letter case, is 409 and names the holder; a deleted holder gives it up', async () => {
    const { id } = await service.create({ azureTenantId: 'Tenant-É' })
    const answer = await post(customerBody({ azureTenantId: 'tENANT-é' }))
    assert.equal(answer.status, 409)
    assert.equal(answer.json.error.target, 'azureTenantId')
    assert.ok(answer.json.error.message.includes(id))
    assert.equal((await service.send('DELETE', `/beta/Customers('${id}')`)).status, 204)
    assert.equal((await post(customerBody({ azureTenantId: 'tENANT-é' }))).status, 201)
  })

  test('tells all faults of a body at once', async () => {
    const answer = await post({ displayName: '', contractType: '1', colour: 'red', isDeleted: 1, id: null })
    assert.equal(answer.status, 400)
    assert.equal(answer.json.error.code, 'Request_BadRequest')
    const targets = answer.json.error.details.map((detail: { target: string }) => detail.target).sort()
    assert.deepEqual(targets, [
      'azureTenantId',
      'colour',
      'contractId',
      'contractType',
      'countryLetterCode',
      'delegatedPrivilegeStatus',
      'displayName',
      'domain',
      'id',
      'isDeleted',
      'isOnBoardedToMTM',
      'onboardingStatus',
      'partnerId',
    ])
  })

  test('a misspelt property is told with the name that was meant', async () => {
    const answer = await post({ ...customerBody(), displayNmae: 'x' })
    assert.equal(answer.status, 400)
    assert.match(answer.json.error.message, /did you mean 'displayName'/)
  })

  for (const type of [
    '#microsoft.management.services.api.Customer',
    'microsoft.management.services.api.Customer',
    '#microsoft.graph.Customer',
  ]) {
    test(`@odata.type ${type} is taken`, async () => {
      const answer = await post({ '@odata.type': type, ...customerBody() })
      assert.equal(answer.status, 201)
      assert.equal(answer.json['@odata.type'], '#microsoft.management.services.api.Customer')
    })
  }
  for (const type of ['#microsoft.graph.user', '', 7, null]) {
    test(`@odata.type ${JSON.stringify(type)} is refused`, async () => {
      assert.equal((await post({ '@odata.type': type, ...customerBody() })).status, 400)
    })
  }

  test('with return=minimal answers 204, the id in a header (Protocol 4.01, 8.3.4)', async () => {
    const answer = await post(customerBody({ id: 'minimal' }), { prefer: 'return=minimal' })
    assert.equal(answer.status, 204)
    assert.equal(answer.text, '')
    assert.equal(answer.headers.get('preference-applied'), 'return=minimal')
    assert.equal(answer.headers.get('odata-entityid'), `${service.url}/beta/Customers('minimal')`)
    assert.equal(answer.headers.get('location'), answer.headers.get('odata-entityid'))
    assert.ok(answer.headers.get('etag'))
  })

  test('without a Content-Type is taken as JSON', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(customerBody()))
    const response = await fetch(`${service.url}/Customers`, {
      method: 'POST',
      body: bytes,
      headers: { authorization: `Bearer ${await service.token(partner)}` },
    })
    assert.equal(response.status, 201)
    assert.equal(
      ((await response.json()) as { '@odata.context': string })['@odata.context'],
      `${service.url}/beta/$metadata#Customers/$entity`,
    )
  })

  test('answers with the properties of $select', async () => {
    const answer = await service.send('POST', '/beta/Customers?$select=displayName,lastDAPRefreshDateTimeUtc', {
      body: customerBody({ lastDAPRefreshDateTimeUtc: '2026-01-01T00:00:00.10+01:00' }),
    })
    assert.deepEqual(Object.keys(answer.json), ['@odata.context', '@odata.type', '@odata.etag', 'displayName', 'lastDAPRefreshDateTimeUtc'])
    assert.equal(answer.json.lastDAPRefreshDateTimeUtc, '2025-12-31T23:00:00.1Z')
  })
})
