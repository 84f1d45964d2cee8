import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'
import { parseXml } from '../../support/xml.ts'

const service = useService()
const get = (target: string, headers: Readonly<Record<string, string>> = {}) => service.send('GET', target, { headers, as: null })

describe('documents need no token', () => {
  for (const target of ['/', '/beta', '/beta/', '/v1.0/']) {
    test(`the service document at ${target} (OData JSON 4.01, 5)`, async () => {
      const answer = await get(target)
      const root = `${service.url}/${target.startsWith('/v1.0') ? 'v1.0' : 'beta'}`
      assert.deepEqual(answer.json, {
        '@odata.context': `${root}/$metadata`,
        value: [{ name: 'Customers', kind: 'EntitySet', url: 'Customers' }],
      })
    })
  }
  test('$metadata is XML unless JSON is asked for', async () => {
    for (const target of ['/$metadata', '/beta/$metadata', '/v1.0/$metadata']) {
      const answer = await get(target)
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('content-type'), 'application/xml')
      assert.equal(parseXml(answer.text).name, 'edmx:Edmx')
    }
    for (const [target, accept] of [
      ['/beta/$metadata?$format=json', '*/*'],
      ['/beta/$metadata', 'application/json'],
    ] as const) {
      const answer = await get(target, { accept })
      assert.equal(answer.headers.get('content-type'), 'application/json;odata.metadata=minimal')
      assert.equal(answer.json.$EntityContainer, 'microsoft.graph.GraphService')
    }
  })
  test('$metadata tells its version: 4.0, or 4.01 to a caller of 4.01', async () => {
    assert.match((await get('/beta/$metadata')).text, /Version="4\.0"/)
    const answer = await get('/beta/$metadata', { 'odata-maxversion': '4.01' })
    assert.match(answer.text, /Version="4\.01"/)
    assert.equal(answer.headers.get('odata-version'), '4.01')
  })
  test('$metadata is XML for a caller of 4.0 that names XML at all, as Power Query does behind JSON', async () => {
    const accept =
      'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/xml;q=0.7,text/plain;q=0.7'
    assert.equal((await get('/beta/$metadata', { accept })).headers.get('content-type'), 'application/xml')
    assert.match(
      (await get('/beta/$metadata', { accept, 'odata-maxversion': '4.01' })).headers.get('content-type') ?? '',
      /^application\/json/,
    )
    assert.match((await get('/beta/$metadata?$format=json', { accept })).headers.get('content-type') ?? '', /^application\/json/)
    assert.match((await get('/beta/Customers', { accept })).headers.get('content-type') ?? '', /^application\/json/)
  })
  test('no other format of $metadata', async () => assert.equal((await get('/beta/$metadata?$format=text/html')).status, 406))
})

describe('OData-Version (Protocol 4.01, 8.1.5 and 8.2.7)', () => {
  for (const [headers, version] of [
    [{}, '4.0'],
    [{ 'odata-version': '4.0' }, '4.0'],
    [{ 'odata-maxversion': '4.0' }, '4.0'],
    [{ 'odata-maxversion': '4.01' }, '4.01'],
    [{ 'odata-version': '4.01' }, '4.01'],
    [{ 'odata-version': '4.01', 'odata-maxversion': '4.0' }, '4.0'],
  ] as const) {
    test(`${JSON.stringify(headers)} is answered in ${version}`, async () => {
      const answer = await service.send('GET', '/beta/Customers', { headers })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('odata-version'), version)
    })
  }
  for (const headers of [{ 'odata-version': '3.0' }, { 'odata-maxversion': '3.0' }, { 'odata-maxversion': 'x' }]) {
    test(`${JSON.stringify(headers)} is 400`, async () =>
      assert.equal((await service.send('GET', '/beta/Customers', { headers })).status, 400))
  }
})

describe('for operators', () => {
  test('/healthz and /readyz', async () => {
    assert.equal((await get('/healthz')).status, 200)
    assert.deepEqual((await get('/readyz')).json, { status: 'ready' })
  })
  test('/metrics counts requests by method and status', async () => {
    const answer = await get('/metrics')
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/)
    assert.match(answer.text, /tenantry_http_request_duration_seconds_count\{method="GET",status="200"\} \d+/)
  })
  test('Server-Timing tells the stages of a request', async () => {
    const answer = await service.send('GET', '/beta/Customers')
    assert.match(
      answer.headers.get('server-timing') ?? '',
      /^parse;dur=[\d.]+, authenticate;dur=[\d.]+, bind;dur=[\d.]+, plan;dur=[\d.]+, store;dur=[\d.]+, serialize;dur=[\d.]+$/,
    )
  })
})
