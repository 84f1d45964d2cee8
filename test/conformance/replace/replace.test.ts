import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const address = (id: string) => `/beta/Customers('${id}')`
const put = (id: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  service.send('PUT', address(id), { body, headers })

describe('a replacement by PUT (Protocol 4.01, 11.4.3)', () => {
  test('takes what the body says, and the default for what it leaves out', async () => {
    const created = await service.create({
      lastDAPRefreshDateTimeUtc: '2026-01-01T00:00:00Z',
      cosmosCreatedDateTimeUTC: '2020-01-01T00:00:00Z',
      contractType: 7,
    })
    const body = customerBody({ displayName: 'Replaced' })
    const answer = await put(created.id, body)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.json.displayName, 'Replaced')
    assert.equal(answer.json.azureTenantId, body.azureTenantId)
    assert.equal(answer.json.contractType, 3)
    assert.equal(answer.json.lastDAPRefreshDateTimeUtc, null)
    assert.equal(answer.json.cosmosCreatedDateTimeUTC, '2020-01-01T00:00:00Z', 'what no update changes stays')
    assert.ok(Date.parse(answer.json.cosmosLastModifiedDateTimeUTC) > Date.parse('2026-01-01'))
    assert.deepEqual((await service.send('GET', address(created.id))).json, answer.json)
  })

  test('of an entity as it was read is taken, with all that the service added', async () => {
    const created = await service.create({ lastDAPRefreshDateTimeUtc: '2026-01-01T00:00:00Z' })
    const read = (await service.send('GET', address(created.id), { headers: { accept: 'application/json;odata.metadata=full' } })).json
    const answer = await put(created.id, { ...read, domain: 'other.example' })
    assert.equal(answer.status, 200, answer.text)
    const { '@odata.etag': _e, cosmosLastModifiedDateTimeUTC: _m, ...rest } = answer.json
    const { '@odata.etag': _e2, cosmosLastModifiedDateTimeUTC: _m2, ...expected } = { ...created, domain: 'other.example' }
    assert.deepEqual(rest, expected)
  })

  test('that leaves out what is required is 400, whether the entity is there or not, and tells all that lacks', async () => {
    const created = await service.create()
    for (const id of [created.id, 'nobody']) {
      const answer = await put(id, { displayName: 'x', azureTenantId: 'y', contractType: 'wrong' })
      assert.equal(answer.status, 400)
      assert.deepEqual(answer.json.error.details.map(({ target }: { target: string }) => target).sort(), [
        'contractId',
        'contractType',
        'countryLetterCode',
        'delegatedPrivilegeStatus',
        'domain',
        'isOnBoardedToMTM',
        'onboardingStatus',
        'partnerId',
      ])
    }
    assert.deepEqual((await service.send('GET', address(created.id))).json, created)
    assert.equal((await service.send('GET', address('nobody'))).status, 404)
  })

  test('by alternate key may leave out the value of the address, and keeps it', async () => {
    const created = await service.create()
    const { azureTenantId: _, ...body } = customerBody({ displayName: 'By tenant' })
    const answer = await service.send('PUT', `/beta/Customers(azureTenantId='${created.azureTenantId}')`, { body })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.json.id, created.id)
    assert.equal(answer.json.azureTenantId, created.azureTenantId)
    const other = await service.send('PUT', `/beta/Customers(azureTenantId='${created.azureTenantId}')`, { body: { ...body, id: 'other' } })
    assert.equal(other.status, 400)
    assert.equal(other.json.error.target, 'id')
  })

  test('of an immutable property by another value is 400', async () => {
    const { id } = await service.create({ cosmosCreatedDateTimeUTC: '2020-01-01T00:00:00Z' })
    const answer = await put(id, customerBody({ cosmosCreatedDateTimeUTC: '2021-01-01T00:00:00Z' }))
    assert.equal(answer.status, 400)
    assert.equal(answer.json.error.target, 'cosmosCreatedDateTimeUTC')
  })

  test('with isDeleted deletes softly', async () => {
    const created = await service.create()
    const answer = await put(created.id, customerBody({ isDeleted: true }))
    assert.equal(answer.status, 200)
    assert.equal(answer.json.deletedDateTime, answer.json.cosmosLastModifiedDateTimeUTC)
    assert.equal((await service.send('GET', address(created.id))).status, 404)
    const born = await put('born deleted', customerBody({ isDeleted: true }))
    assert.equal(born.status, 201)
    assert.equal(born.json.isDeleted, true)
  })

  test('keeps to the conditions of headers and, in 4.01, of the body', async () => {
    const created = await service.create()
    const body = customerBody()
    assert.equal((await put(created.id, body, { 'if-match': 'W/"999999"' })).status, 412)
    const stale = { ...body, '@odata.etag': 'W/"999999"' }
    assert.equal((await put(created.id, stale, { 'odata-version': '4.01' })).status, 412)
    assert.equal(
      (await put('nobody yet', stale, { 'odata-version': '4.01' })).status,
      412,
      'an entity tag matches nothing that is not there',
    )
    assert.equal((await put('nobody yet', { ...body, '@odata.etag': '*' }, { 'odata-version': '4.01' })).status, 412)
    assert.equal((await put(created.id, { ...body, '@odata.etag': '*' }, { 'odata-version': '4.01' })).status, 200)
    assert.equal((await put(created.id, stale)).status, 200, 'in 4.0 the tag of a body is ignored')
  })

  test('takes the same bodies as any other: JSON objects in UTF-8', async () => {
    for (const [body, headers, status] of [
      ['', {}, 400],
      ['[]', {}, 400],
      ['{', {}, 400],
      ['{}', { 'content-type': 'text/plain' }, 415],
      ['{"@odata.type":"#microsoft.graph.User"}', {}, 400],
    ] as const)
      assert.equal((await put('any', body, headers)).status, status, body)
  })

  test('of a whole set is not offered: 405', async () => {
    const answer = await service.send('PUT', '/beta/Customers', { body: { value: [] } })
    assert.equal(answer.status, 405)
    assert.ok(!answer.headers.get('allow')?.includes('PUT'))
  })
})
