import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { forEachStore } from '../../support/stores.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

forEachStore((start) => {
  const service = start({}, ({ create }) => create({ id: 'c' }))
  const entity = "/beta/Customers('c')"
  const answers: readonly (readonly [method: string, target: string, status: number, headers?: Readonly<Record<string, string>>])[] = [
    ['POST', '/beta/Customers', 201],
    ['POST', '/beta/Customers', 204, { prefer: 'return=minimal' }],
    ['PATCH', entity, 200],
    ['GET', entity, 200],
    ['HEAD', entity, 200],
    ['GET', entity, 304, { 'if-none-match': '*' }],
    ['GET', `${entity}/displayName`, 200],
    ['GET', `${entity}/displayName/$value`, 200],
    ['GET', `${entity}/deletedDateTime`, 204],
    ['GET', '/beta/Customers', 200],
    ['GET', '/beta/Customers/$count', 200],
    ['GET', '/beta', 200],
    ['GET', '/beta/$metadata', 200],
    ['GET', '/beta/nothing', 404],
    ['HEAD', '/beta/nothing', 404],
    ['GET', '/beta/Customers?$top=x', 400],
    ['GET', '/beta/Customers', 406, { accept: 'image/png' }],
    ['PUT', '/beta/Customers', 405],
    ['PATCH', entity, 412, { 'if-match': '"x"' }],
    ['POST', '/beta/Customers', 415, { 'content-type': 'text/csv' }],
    ['POST', '/beta/$entity', 501],
    ['POST', '/beta/$batch', 400],
    ['GET', '/beta/$batch', 405],
  ]
  const send = (method: string, target: string, headers: Readonly<Record<string, string>> = {}) =>
    service.send(method, target, {
      headers,
      ...(method === 'POST' ? { body: customerBody() } : method === 'PATCH' ? { body: { contractType: 1 } } : {}),
    })

  describe('every answer tells who it is, when it is and what it depends on (W5)', () => {
    for (const [method, target, status, headers = {}] of answers) {
      test(`${method} ${target} ${JSON.stringify(headers)}: ${status}`, async () => {
        const own = await send(method, target, { ...headers, 'client-request-id': 'mine' })
        const other = await send(method, target, { ...headers, 'odata-maxversion': '4.01' })
        for (const answer of [own, other]) {
          assert.equal(answer.status, status, answer.text)
          assert.match(answer.headers.get('request-id') ?? '', uuid)
          assert.ok(Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now()) < 60_000)
          assert.equal(answer.headers.get('cache-control'), 'no-store')
          assert.deepEqual(
            (answer.headers.get('vary') ?? '').toLowerCase().split(/, */).sort(),
            ['accept', 'authorization', 'odata-maxversion', 'odata-version', 'prefer', 'x-api-key'],
            'what the answer depends on (Protocol 4.01, 8.3.8)',
          )
          const bodiless = status === 204 || status === 304
          assert.equal(answer.headers.has('content-type'), !bodiless)
          assert.equal(answer.headers.has('content-length'), !bodiless)
          assert.equal(answer.text === '', bodiless || method === 'HEAD')
          if (method !== 'HEAD' && !bodiless) assert.equal(Number(answer.headers.get('content-length')), Buffer.byteLength(answer.text))
          assert.equal(answer.headers.get('content-language'), status >= 400 ? 'en' : null)
          for (const name of ['server', 'x-powered-by', 'set-cookie']) assert.equal(answer.headers.get(name), null)
        }
        assert.equal(own.headers.get('client-request-id'), 'mine')
        assert.equal(other.headers.get('client-request-id'), other.headers.get('request-id'))
        assert.notEqual(own.headers.get('request-id'), other.headers.get('request-id'))
        assert.equal(own.headers.get('odata-version'), '4.0')
        assert.equal(other.headers.get('odata-version'), '4.01')
      })
    }
  })

  describe('a client-request-id that cannot stand in a header is not echoed', () => {
    for (const [what, value, echoed] of [
      ['128 characters', 'x'.repeat(128), true],
      ['129 characters', 'x'.repeat(129), false],
      ['a space', 'a b', false],
      ['another script', 'ü', false],
      ['markup', '<x>', true],
      ['nothing', '', false],
    ] as const) {
      test(what, async () => {
        const answer = await send('GET', entity, { 'client-request-id': value })
        assert.equal(answer.headers.get('client-request-id'), echoed ? value : answer.headers.get('request-id'))
      })
    }
  })

  test('ETag stands on the entity, its properties and their raw values, and is the same', async () => {
    const tags = await Promise.all(
      [entity, `${entity}?$select=id`, `${entity}/displayName`, `${entity}/displayName/$value`, `${entity}/deletedDateTime`].map(
        async (target) => (await send('GET', target)).headers.get('etag'),
      ),
    )
    assert.match(tags[0] ?? '', /^W\/"\d+"$/)
    assert.equal(new Set(tags).size, 1)
    assert.equal((await send('HEAD', entity)).headers.get('etag'), tags[0])
    assert.equal((await send('GET', '/beta/Customers')).headers.get('etag'), null)
  })

  test('a media type says its charset only to who named one, and its level in the spelling of the version', async () => {
    for (const [headers, type] of [
      [{}, 'application/json;odata.metadata=minimal'],
      [{ 'odata-maxversion': '4.01' }, 'application/json;metadata=minimal'],
      [{ accept: 'application/json;charset=utf-8' }, 'application/json;odata.metadata=minimal;charset=utf-8'],
      [{ accept: 'application/json;metadata=full', 'odata-version': '4.01' }, 'application/json;metadata=full'],
    ] as const) {
      assert.equal((await send('GET', entity, headers)).headers.get('content-type'), type)
    }
  })
})
