import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService()
const text = { 'content-type': 'text/plain' }

describe('a property is written by itself (Protocol 4.01, 11.4.9.1)', () => {
  for (const [name, value, raw] of [
    ['displayName', 'Ünï "quoted"', 'Ünï "quoted"'],
    ['contractType', -7, '-7'],
    ['isOnBoardedToMTM', false, 'false'],
    ['countryLetterCode', 'FR', 'FR'],
    ['lastDAPRefreshDateTimeUtc', '2026-01-02T03:04:05.6Z', '2026-01-02T03:04:05.6Z'],
  ] as const) {
    test(`${name}: as JSON and raw, answered as a read of it`, async () => {
      for (const [address, body, headers, answered] of [
        [`/${name}`, { value }, {}, JSON.stringify(value)],
        [`/${name}/$value`, raw, text, undefined],
      ] as const) {
        const created = await service.create()
        const target = `/beta/Customers('${created.id}')${address}`
        const answer = await service.send('PUT', target, { body, headers })
        assert.equal(answer.status, 200, answer.text)
        const context = `"@odata.context":"${service.url}/beta/$metadata#Customers('${created.id}')/${name}"`
        assert.equal(answer.text, answered === undefined ? raw : `{${context},"value":${answered}}`)
        const read = await service.send('GET', target)
        assert.equal(read.text, answer.text)
        assert.equal(read.headers.get('etag'), answer.headers.get('etag'))
        assert.equal(read.headers.get('content-type'), answer.headers.get('content-type'))
        const whole = (await service.send('GET', `/beta/Customers('${created.id}')`)).json
        assert.notEqual(whole['@odata.etag'], created['@odata.etag'])
        assert.deepEqual(
          { ...whole, '@odata.etag': 0, cosmosLastModifiedDateTimeUTC: 0 },
          { ...created, '@odata.etag': 0, cosmosLastModifiedDateTimeUTC: 0, [name]: value },
        )
      }
    })
  }

  test('return=minimal answers 204, return=representation 200; both say so', async () => {
    const { id } = await service.create()
    for (const [preference, status] of [
      ['return=minimal', 204],
      ['return=representation', 200],
    ] as const) {
      const answer = await service.send('PUT', `/beta/Customers('${id}')/domain`, {
        body: { value: 'x.example' },
        headers: { prefer: preference },
      })
      assert.equal(answer.status, status)
      assert.equal(answer.headers.get('preference-applied'), preference)
      assert.ok(answer.headers.get('etag'))
    }
  })

  test('DELETE, or null, empties what is nullable (Protocol 4.01, 11.4.9.2)', async () => {
    for (const [method, address, body] of [
      ['DELETE', '', undefined],
      ['DELETE', '/$value', undefined],
      ['PUT', '', { value: null }],
    ] as const) {
      const { id } = await service.create({ lastDAPRefreshDateTimeUtc: '2026-01-01T00:00:00Z' })
      const target = `/beta/Customers('${id}')/lastDAPRefreshDateTimeUtc`
      const answer = await service.send(method, target + address, body ? { body } : {})
      assert.equal(answer.status, 204, answer.text)
      assert.equal(answer.text, '')
      assert.equal((await service.send('GET', target)).status, 204)
    }
  })

  test('by alternate key, and under conditions', async () => {
    const created = await service.create()
    const target = `/beta/Customers(azureTenantId='${created.azureTenantId}')/domain`
    const body = { value: 'y.example' }
    assert.equal((await service.send('PUT', target, { body, headers: { 'if-match': 'W/"999999"' } })).status, 412)
    assert.equal((await service.send('PUT', target, { body, headers: { 'if-none-match': '*' } })).status, 412)
    const answer = await service.send('PUT', target, { body, headers: { 'if-match': created['@odata.etag'] } })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.json['@odata.context'], `${service.url}/beta/$metadata#Customers('${created.id}')/domain`)
  })

  test('isDeleted true deletes softly', async () => {
    const { id } = await service.create()
    const answer = await service.send('PUT', `/beta/Customers('${id}')/isDeleted`, { body: { value: true } })
    assert.equal(answer.status, 200)
    assert.equal((await service.send('GET', `/beta/Customers('${id}')`)).status, 404)
  })

  for (const [what, method, address, body, headers, status] of [
    ['a value that is none', 'PUT', '/contractType', { value: 'x' }, {}, 400],
    ['a value that is none, raw', 'PUT', '/contractType/$value', '1.5', text, 400],
    ['a Boolean that is none, raw', 'PUT', '/isOnBoardedToMTM/$value', 'yes', text, 400],
    ['nothing, raw', 'PUT', '/displayName/$value', '', text, 400],
    ['bytes that are no UTF-8', 'PUT', '/displayName/$value', new Uint8Array([0xff]), text, 400],
    ['null for what is not nullable', 'PUT', '/domain', { value: null }, {}, 400],
    ['DELETE of what is not nullable', 'DELETE', '/domain', undefined, {}, 400],
    ['DELETE of the key', 'DELETE', '/id', undefined, {}, 400],
    ['the key', 'PUT', '/id', { value: 'other' }, {}, 400],
    ['an immutable property', 'PUT', '/cosmosCreatedDateTimeUTC', { value: '2026-01-01T00:00:00Z' }, {}, 400],
    ["one of the service's own", 'PUT', '/cosmosLastModifiedDateTimeUTC', { value: '2026-01-01T00:00:00Z' }, {}, 400],
    ['a date of deletion without the flag', 'PUT', '/deletedDateTime', { value: '2026-01-01T00:00:00Z' }, {}, 400],
    ['no value', 'PUT', '/domain', {}, {}, 400],
    ['more than the value', 'PUT', '/domain', { value: 'x.example', displayName: 'x' }, {}, 400],
    ['no object', 'PUT', '/domain', '"x.example"', {}, 400],
    ['text for JSON', 'PUT', '/domain', 'x', text, 415],
    ['JSON for text', 'PUT', '/domain/$value', '"x"', { 'content-type': 'application/json' }, 415],
    ['another character set', 'PUT', '/domain/$value', 'x', { 'content-type': 'text/plain;charset=latin1' }, 415],
    ['a query option', 'PUT', '/domain?$select=domain', { value: 'x' }, {}, 400],
    ['PATCH', 'PATCH', '/domain', { value: 'x' }, {}, 405],
    ['POST', 'POST', '/domain', { value: 'x' }, {}, 405],
    ['no property', 'PUT', '/colour', { value: 'x' }, {}, 404],
  ] as const) {
    test(`${what} is ${status} and changes nothing`, async () => {
      const created = await service.create()
      const answer = await service.send(method, `/beta/Customers('${created.id}')${address}`, {
        headers,
        ...(body === undefined ? {} : { body }),
      })
      assert.equal(answer.status, status, answer.text)
      assert.deepEqual((await service.send('GET', `/beta/Customers('${created.id}')`)).json, created)
    })
  }

  test('of one that is not there is 404, whatever the caller prefers', async () => {
    const answer = await service.send('PUT', "/beta/Customers('nobody')/domain", {
      body: { value: 'x.example' },
      headers: { prefer: 'create-if-missing' },
    })
    assert.equal(answer.status, 404)
    assert.equal((await service.send('DELETE', "/beta/Customers('nobody')/lastDAPRefreshDateTimeUtc")).status, 404)
  })

  test('to a taken azureTenantId is 409, naming the holder', async () => {
    const holder = await service.create()
    const { id } = await service.create()
    const answer = await service.send('PUT', `/beta/Customers('${id}')/azureTenantId/$value`, {
      body: holder.azureTenantId.toUpperCase(),
      headers: text,
    })
    assert.equal(answer.status, 409)
    assert.ok(answer.json.error.message.includes(holder.id))
  })
})
