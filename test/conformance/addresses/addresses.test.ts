import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sendRaw } from '../../support/raw.ts'
import { partner, useService } from '../../support/service.ts'

const oddIds = ["O'Neil", 'a/b', 'a%b', 'a b', 'ü(1)', "'", 'x?y#z', 'a,b=c', '$count', '@key', 'displayName', '+&;']
const service = useService({}, async ({ create }) => {
  for (const id of ['c1', ...oddIds]) await create({ id })
})
const get = (target: string) => service.send('GET', target)

describe('an entity is found at', () => {
  for (const target of [
    "/beta/Customers('c1')",
    "/v1.0/Customers('c1')",
    "/Customers('c1')",
    '/beta/Customers/c1',
    "/beta/customers('c1')",
    "/BETA/CUSTOMERS('c1')",
    "/beta/Customers(id='c1')",
    "/beta/Customers(ID='c1')",
    '/beta/Customers(%27c1%27)',
    "/beta/Customers%28'c1'%29",
    "/beta/Customers(@key)?@key='c1'",
    "/beta/Customers(id=@key)?@key='c1'",
    "/beta/Customers('c1')/",
  ]) {
    test(target, async () => {
      const answer = await get(target)
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.json.id, 'c1')
      const version = target.startsWith('/v1.0') ? 'v1.0' : 'beta'
      assert.equal(answer.json['@odata.context'], `${service.url}/${version}/$metadata#Customers/$entity`)
    })
  }
})

describe('keys of any characters (URL Conventions 4.01, 4.3)', () => {
  for (const id of oddIds) {
    test(JSON.stringify(id), async () => {
      const quoted = `/beta/Customers('${encodeURIComponent(id.replaceAll("'", "''"))}')`
      const answer = await service.send('GET', quoted, { headers: { accept: 'application/json;odata.metadata=full' } })
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.json.id, id)
      const canonical: string = answer.json['@odata.id']
      assert.equal((await get(canonical.slice(service.url.length))).json.id, id)
      if (!id.startsWith('$')) assert.equal((await get(`/beta/Customers/${encodeURIComponent(id)}`)).json.id, id)
      assert.equal((await get(`${quoted}/displayName/$value`)).status, 200)
    })
  }
})

describe('no address', () => {
  for (const [target, status] of [
    ['/beta/Nobody', 404],
    ['/nothing', 404],
    ['/beta/beta/Customers', 404],
    ['/v2.0/Customers', 404],
    ["/beta/Customers('c1')/nothing", 404],
    ['/beta/Customers/$count/x', 404],
    ['/beta//Customers', 404],
    ['/beta/$metadata/x', 404],
    ["/beta/$metadata('x')", 404],
    ["/beta/Customers('c1", 404],
    ["/beta/Customers('c1'", 404],
    ['/beta/Customers(1)', 400],
    ['/beta/Customers(id=1)', 400],
    ["/beta/Customers(domain='x')", 400],
    ["/beta/Customers(id='c1',domain='x')", 400],
    ["/beta/Customers('c1'x)", 400],
    ["/beta/Customers('a'b')", 400],
    ["/beta/Customers('O%27Neil')", 400],
    ['/beta/Customers(@key)', 400],
    ['/beta/Customers(@key)?@key=1', 400],
    ["/beta/Customers.('c1')", 404],
    ['/beta/Customers(2018-02-13T23:59:59Z)', 400],
    ["/beta/Customers('a/b')", 404],
  ] as const) {
    test(`${target} is ${status}`, async () => {
      const answer = await get(target)
      assert.equal(answer.status, status, answer.text)
      assert.ok(answer.json.error.code)
    })
  }
})

describe('query options (URL Conventions 4.01, 5)', () => {
  for (const target of [
    '/beta/Customers?top=1',
    '/beta/Customers?$TOP=1',
    '/beta/Customers?TOP=1',
    '/beta/Customers?%24top=1',
    '/beta/Customers?$top=1&custom=2&',
    '/beta/Customers?$top=1&a',
    '/beta/Customers?$top=1&$schemaversion=*',
  ]) {
    test(`${target} gives one row`, async () => assert.equal((await get(target)).json.value?.length, 1))
  }
  for (const [target, status] of [
    ['?$top=1&$top=2', 400],
    ['?$top=1&top=1', 400],
    ['?$tap=1', 400],
    ['?$top', 400],
    ['?$top=', 400],
    ['?$top=-1', 400],
    ['?$top=1.5', 400],
    ['?$top=x', 400],
    ['?$skip=-1', 400],
    ['?$count=yes', 400],
    ['?$count', 400],
    ['?$select=colour', 400],
    ['?$select=', 400],
    ['?$select=id,,domain', 400],
    ['?$top=%', 400],
    ['?$top=%ff', 400],
    ['?%zz=1', 400],
    ['?$schemaversion=2', 404],
    ['?$top=99999999999999999999', 400],
  ] as const) {
    test(`${target} is ${status}`, async () => assert.equal((await get(`/beta/Customers${target}`)).status, status))
  }
  test('the same options where they do not apply are 400', async () => {
    for (const target of [
      "/beta/Customers('c1')?$top=1",
      '/beta/Customers/$count?$top=1',
      "/beta/Customers('c1')/id?$select=id",
      '/beta/$metadata?$top=1',
      '/beta/?$skip=1',
    ]) {
      assert.equal((await get(target)).status, 400, target)
    }
  })
})

describe('links stand on the origin that the caller used (W1)', () => {
  const ask = async (headers: string) =>
    sendRaw(
      service.url,
      `GET /beta/Customers?$top=1 HTTP/1.1\r\n${headers}authorization: Bearer ${await service.token(partner)}\r\nconnection: close\r\n\r\n`,
    )
  test('Host', async () => {
    const answer = await ask('host: tenantry.example:81\r\n')
    assert.equal(JSON.parse(answer.body)['@odata.context'], 'http://tenantry.example:81/beta/$metadata#Customers')
  })
  test('X-Forwarded-* of a stranger is not believed', async () => {
    const answer = await ask('host: a.example\r\nx-forwarded-host: b.example\r\nx-forwarded-proto: https\r\n')
    assert.equal(JSON.parse(answer.body)['@odata.context'], 'http://a.example/beta/$metadata#Customers')
  })
  for (const host of ['', 'a b', 'a/b', 'a"b', '<x>', 'a.example:port', 'user@a.example']) {
    test(`Host: ${JSON.stringify(host)} is 400`, async () => {
      const answer = await ask(`host: ${host}\r\n`)
      assert.equal(answer.status, 400)
      assert.equal(JSON.parse(answer.body).error.code, 'Request_BadRequest')
    })
  }
})
