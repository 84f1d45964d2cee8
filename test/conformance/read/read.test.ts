import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService({}, async ({ create }) => {
  await create({
    id: 'c1',
    displayName: 'Ünï "quoted" / name',
    lastDAPRefreshDateTimeUtc: '2026-01-02T03:04:05.678Z',
    contractType: 7,
  })
  await create({ id: 'c2' })
})
const get = (target: string, headers: Readonly<Record<string, string>> = {}) => service.send('GET', target, { headers })

describe('an entity', () => {
  test('comes as it is, without a wrapper', async () => {
    const answer = await get("/beta/Customers('c1')")
    assert.equal(answer.status, 200)
    assert.equal(answer.json.id, 'c1')
    assert.equal(answer.json.value, undefined)
    assert.equal(answer.headers.get('etag'), answer.json['@odata.etag'])
    assert.equal(answer.headers.get('cache-control'), 'no-store')
  })

  test('that is not there is 404', async () => {
    const answer = await get("/beta/Customers('nobody')")
    assert.equal(answer.status, 404)
    assert.equal(answer.json.error.code, 'Request_ResourceNotFound')
  })

  test('answers HEAD as GET, without a body', async () => {
    const answer = await service.send('HEAD', "/beta/Customers('c1')")
    assert.equal(answer.status, 200)
    assert.equal(answer.text, '')
    assert.ok(Number(answer.headers.get('content-length')) > 500)
  })
})

describe('a property (Protocol 4.01, 11.2.4)', () => {
  for (const [name, json, raw] of [
    ['displayName', '"Ünï \\"quoted\\" / name"', 'Ünï "quoted" / name'],
    ['contractType', '7', '7'],
    ['isOnBoardedToMTM', 'true', 'true'],
    ['lastDAPRefreshDateTimeUtc', '"2026-01-02T03:04:05.678Z"', '2026-01-02T03:04:05.678Z'],
    ['id', '"c1"', 'c1'],
  ] as const) {
    test(`${name} as JSON and raw`, async () => {
      const answer = await get(`/beta/Customers('c1')/${name}`)
      assert.equal(answer.status, 200)
      assert.equal(answer.text, `{"@odata.context":"${service.url}/beta/$metadata#Customers('c1')/${name}","value":${json}}`)
      const value = await get(`/beta/Customers('c1')/${name}/$value`)
      assert.equal(value.status, 200)
      assert.equal(value.headers.get('content-type'), 'text/plain')
      assert.equal(value.text, raw)
    })
  }
  for (const target of ["/beta/Customers('c1')/deletedDateTime", "/beta/Customers('c1')/deletedDateTime/$value"]) {
    test(`that is null is 204: ${target}`, async () => {
      const answer = await get(target)
      assert.equal(answer.status, 204)
      assert.equal(answer.text, '')
    })
  }
  for (const target of [
    "/beta/Customers('c1')/colour",
    "/beta/Customers('c1')/displayName/first",
    "/beta/Customers('c1')/displayName/$value/x",
    "/beta/Customers('nobody')/displayName",
  ]) {
    test(`${target} is 404`, async () => assert.equal((await get(target)).status, 404))
  }
  test('a raw value is plain text whatever $format says of JSON', async () => {
    const answer = await get("/beta/Customers('c1')/displayName/$value?$format=json")
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'text/plain')
  })
})

describe('metadata levels (OData JSON 4.01, 3.1)', () => {
  test('none has data alone, and the next link and the count of a list', async () => {
    const answer = await get("/beta/Customers('c1')", { accept: 'application/json;odata.metadata=none' })
    assert.equal(answer.headers.get('content-type'), 'application/json;odata.metadata=none')
    assert.deepEqual(
      Object.keys(answer.json).filter((name) => name.includes('@')),
      [],
    )
    assert.ok(answer.headers.get('etag'))
    const list = await get('/beta/Customers?$count=true', { accept: 'application/json;odata.metadata=none', prefer: 'odata.maxpagesize=1' })
    assert.deepEqual(Object.keys(list.json), ['@odata.count', '@odata.nextLink', 'value'])
  })
  test('full has links and types', async () => {
    const answer = await get("/beta/Customers('c1')?$select=id,contractType,lastDAPRefreshDateTimeUtc", {
      accept: 'application/json;odata.metadata=full',
    })
    assert.equal(answer.json['@odata.id'], `${service.url}/beta/Customers('c1')`)
    assert.equal(answer.json['@odata.editLink'], answer.json['@odata.id'])
    assert.equal(answer.json['contractType@odata.type'], '#Int32')
    assert.equal(answer.json['lastDAPRefreshDateTimeUtc@odata.type'], '#DateTimeOffset')
    assert.equal(answer.json['id@odata.type'], undefined)
  })
  test('IEEE754Compatible writes the count as a string; a charset is said to who asked for one', async () => {
    const answer = await get('/beta/Customers?$count=true', { accept: 'application/json;IEEE754Compatible=true;charset=utf-8' })
    assert.equal(answer.json['@odata.count'], '2')
    assert.equal(answer.headers.get('content-type'), 'application/json;odata.metadata=minimal;IEEE754Compatible=true;charset=utf-8')
  })
  for (const accept of [
    'text/html',
    'application/xml',
    'application/json;odata.metadata=some',
    'application/json;colour=red',
    'application/json;q=0',
    'application/json;charset=latin1',
  ]) {
    test(`Accept: ${accept} is 406`, async () => {
      const answer = await get('/beta/Customers', { accept })
      assert.equal(answer.status, 406)
      assert.equal(answer.json.error.code, 'NotAcceptable')
    })
  }
  for (const accept of [
    '*/*',
    'application/*',
    'text/html, application/json;q=0.1',
    'application/json;odata.streaming=true',
    'APPLICATION/JSON',
  ]) {
    test(`Accept: ${accept} is JSON`, async () => assert.equal((await get('/beta/Customers', { accept })).status, 200))
  }
  test('$format wins over Accept', async () => {
    assert.equal((await get('/beta/Customers?$format=json', { accept: 'text/html' })).status, 200)
    assert.equal(
      (await get('/beta/Customers?$format=application/json;odata.metadata=none', { accept: 'text/html' })).json['@odata.context'],
      undefined,
    )
    assert.equal((await get('/beta/Customers?$format=xml')).status, 406)
  })
})
