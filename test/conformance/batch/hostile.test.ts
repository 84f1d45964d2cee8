import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { useService } from '../../support/service.ts'

const service = useService({ maxBatchRequests: '5' }, ({ create }) => create({ id: 'stands' }))

const get = (id: unknown, more: object = {}) => ({ id, method: 'GET', url: '/Customers/stands', ...more })
const write = (id: string, more: object = {}) => ({
  id,
  method: 'POST',
  url: '/Customers',
  headers: { 'content-type': 'application/json' },
  body: customerBody(),
  ...more,
})

/** Rows as they are, to see that a refused batch changed none. */
const rows = async () => (await service.send('GET', '/beta/Customers?$filter=isDeleted in (true,false)')).text

describe('a batch that is broken is 400 as a whole, says where, and does nothing', () => {
  for (const [what, body, target] of [
    ['no body', undefined, undefined],
    ['an empty body', '', undefined],
    ['no JSON', '{"requests":[', undefined],
    ['bad UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), undefined],
    ['an array', [], 'requests'],
    ['null', null, 'requests'],
    ['no requests', {}, 'requests'],
    ['requests that are no array', { requests: {} }, 'requests'],
    ['a member that is misspelt', { requests: [], request: [] }, 'request'],
    ['a request that is null', { requests: [write('1'), null] }, 'requests/1'],
    ['a request that is an array', { requests: [write('1'), []] }, 'requests/1'],
    ['no id', { requests: [write('1'), { method: 'GET', url: '/Customers' }] }, 'requests/1/id'],
    ['an empty id', { requests: [write('1'), get('')] }, 'requests/1/id'],
    ['an id that is a number', { requests: [write('1'), get(2)] }, 'requests/1/id'],
    ['an id with a line break', { requests: [write('1'), get('a\r\nb: c')] }, 'requests/1/id'],
    ['an id of 129 characters', { requests: [write('1'), get('x'.repeat(129))] }, 'requests/1/id'],
    ['no method', { requests: [write('1'), { id: '2', url: '/Customers' }] }, 'requests/1/method'],
    ['a method that is a number', { requests: [write('1'), get('2', { method: 1 })] }, 'requests/1/method'],
    ['no url', { requests: [write('1'), { id: '2', method: 'GET' }] }, 'requests/1/url'],
    ['a url that is an object', { requests: [write('1'), get('2', { url: {} })] }, 'requests/1/url'],
    ['headers that are an array', { requests: [write('1'), get('2', { headers: [] })] }, 'requests/1/headers'],
    ['a header that is a number', { requests: [write('1'), get('2', { headers: { x: 1 } })] }, 'requests/1/headers/x'],
    ['dependsOn that is a string', { requests: [write('1'), get('2', { dependsOn: '1' })] }, 'requests/1/dependsOn'],
    ['dependsOn of numbers', { requests: [write('1'), get('2', { dependsOn: [1] })] }, 'requests/1/dependsOn'],
    ['dependson, misspelt', { requests: [write('1'), get('2', { dependson: ['1'] })] }, 'requests/1/dependson'],
    ['a group that is a number', { requests: [write('1'), get('2', { atomicityGroup: 1 })] }, 'requests/1/atomicityGroup'],
    ['a condition that is a boolean', { requests: [write('1'), get('2', { if: true })] }, 'requests/1/if'],
    ['an id twice', { requests: [write('1'), get('1')] }, 'requests/1/id'],
    ['an unknown dependency', { requests: [write('1'), get('2', { dependsOn: ['3'] })] }, 'requests/1/dependsOn'],
    ['a dependency that differs by case', { requests: [write('a'), get('2', { dependsOn: ['A'] })] }, 'requests/1/dependsOn'],
    ['a forward reference', { requests: [write('1', { dependsOn: ['2'] }), get('2')] }, 'requests/0/dependsOn'],
    ['a circle', { requests: [write('1', { dependsOn: ['2'] }), get('2', { dependsOn: ['1'] })] }, 'requests/0/dependsOn'],
    ['a dependency on itself', { requests: [write('1', { dependsOn: ['1'] })] }, 'requests/0/dependsOn'],
    [
      'a dependency on its own group',
      { requests: [write('1', { atomicityGroup: 'g' }), get('2', { atomicityGroup: 'g', dependsOn: ['g'] })] },
      'requests/1/dependsOn',
    ],
    [
      'a group before it begins',
      { requests: [write('1', { dependsOn: ['g'] }), get('2', { atomicityGroup: 'g' })] },
      'requests/0/dependsOn',
    ],
    [
      'a group in two pieces',
      { requests: [write('1', { atomicityGroup: 'g' }), get('2'), get('3', { atomicityGroup: 'g' })] },
      'requests/2/atomicityGroup',
    ],
    ['a group that is called as a request', { requests: [write('1'), get('2', { atomicityGroup: '1' })] }, 'requests/0/id'],
    ['six requests where five may be', { requests: [1, 2, 3, 4, 5, 6].map((n) => write(String(n))) }, undefined],
    ['a member twice', '{"requests":[{"id":"1","method":"GET","url":"/Customers","id":"2"}]}', 'id'],
    ['deep nesting', `{"requests":${'['.repeat(40)}${']'.repeat(40)}}`, undefined],
  ] as const) {
    test(what, async () => {
      const before = await rows()
      const answer = await service.send('POST', '/beta/$batch', { body })
      assert.equal(answer.status, 400, answer.text)
      assert.equal(answer.json.error.code, 'Request_BadRequest')
      assert.equal(answer.json.error.target, target)
      assert.equal(await rows(), before)
    })
  }

  test('all faults of it are told at once', async () => {
    const body = { requests: [{ id: 1, method: 'GET' }, get('2', { dependsOn: 'x' })], more: 1 }
    const answer = await service.send('POST', '/beta/$batch', { body })
    assert.deepEqual(
      answer.json.error.details.map(({ target }: { target: string }) => target),
      ['more', 'requests/0/id', 'requests/0/url', 'requests/1/dependsOn'],
    )
  })

  for (const [name, value] of [
    ['If-Match', '*'],
    ['If-None-Match', 'W/"1"'],
    ['Prefer', 'return=minimal'],
    ['Prefer', 'return=representation'],
  ] as const) {
    test(`${name}: ${value} is for single requests`, async () => {
      const answer = await service.send('POST', '/beta/$batch', { body: { requests: [write('1')] }, headers: { [name]: value } })
      assert.equal(answer.status, 400)
      assert.equal(answer.json.error.target, name)
    })
  }

  test('snapshot isolation is not promised', async () => {
    const answer = await service.send('POST', '/beta/$batch', { body: { requests: [get('1')] }, headers: { isolation: 'snapshot' } })
    assert.equal(answer.status, 412)
  })

  test('a body that is too large is 413', async () => {
    const body = { requests: [write('1', { body: { displayName: 'x'.repeat(5 * 2 ** 20) } })] }
    assert.equal((await service.send('POST', '/beta/$batch', { body })).status, 413)
  })
})

describe('what is wrong with one request is answered in its place, and the others go on', () => {
  for (const [what, request, status] of [
    ['a method that there is not', { method: 'TRACE' }, 400],
    ['HEAD', { method: 'HEAD' }, 400],
    ['a body of a GET', { body: {} }, 400],
    ['a body of a DELETE', { method: 'DELETE', body: { x: 1 } }, 400],
    ['a header name with a space', { headers: { 'a b': 'x' } }, 400],
    ['a header with a line break', { headers: { x: 'a\r\nHost: evil' } }, 400],
    ['a header in two cases', { headers: { Accept: '*/*', accept: '*/*' } }, 400],
    ['a batch', { method: 'POST', url: '/$batch', body: { requests: [] } }, 400],
    ['a batch, in disguise', { method: 'POST', url: '/beta/%24bAtch'.replace('bA', 'ba'), body: { requests: [] } }, 400],
    ['a GET of a batch', { url: '/$batch' }, 405],
    ['a fragment', { url: '/Customers#x' }, 400],
    ['a bad percent-encoding', { url: '/Customers/%E0%A4%A' }, 400],
    ['a url that is too long', { url: `/Customers/${'x'.repeat(20_000)}` }, 414],
    ['an address that there is not', { url: '/Nobody' }, 404],
    ['an address above', { url: '/../../etc/passwd' }, 404],
    ['a body that is no object', { method: 'POST', url: '/Customers', body: 7 }, 400],
    ['a body that is a string', { method: 'POST', url: '/Customers', body: '#' }, 400],
    ['a body in base64 that is none', { method: 'POST', url: '/Customers', headers: { 'content-type': 'image/png' }, body: '*' }, 400],
    [
      'a body of a type that is not read',
      { method: 'POST', url: '/Customers', headers: { 'content-type': 'image/png' }, body: 'AAAA' },
      415,
    ],
    ['a text', { method: 'POST', url: '/Customers', headers: { 'content-type': 'text/plain' }, body: 'hello' }, 415],
    ['an object as a text', { method: 'POST', url: '/Customers', headers: { 'content-type': 'text/plain' }, body: {} }, 400],
    ['an Accept that nobody can meet', { headers: { accept: 'image/png' } }, 406],
    ['snapshot isolation', { headers: { isolation: 'snapshot' } }, 412],
    ['another Host', { headers: { host: 'evil.example' } }, 400],
    ['a Host that is none', { headers: { host: 'a b/c' } }, 400],
    ['an own prototype', { method: 'POST', url: '/Customers', body: JSON.parse('{"__proto__":{"displayName":"x"}}') }, 400],
  ] as const) {
    test(what, async () => {
      const before = await rows()
      const answer = await service.send('POST', '/beta/$batch', { body: { requests: [get('1', request), get('2')] } })
      assert.equal(answer.status, 200, answer.text)
      const [bad, good] = answer.json.responses
      assert.deepEqual([bad.status, good.status], [status, 200], answer.text)
      assert.equal(bad.body.error.innerError['request-id'], bad.headers['request-id'])
      assert.equal(await rows(), before)
    })
  }

  test('a method that somebody makes up is no metric of its own', async () => {
    await service.send('POST', '/beta/$batch', { body: { requests: [get('1', { method: 'BREW' })] } })
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    assert.match(metrics, /method="unknown",status="400"/)
    assert.doesNotMatch(metrics, /BREW/)
  })

  test('numbers that no double holds are not taken for null', async () => {
    const body = `{"requests":[{"id":"1","method":"PATCH","url":"/Customers/stands","headers":{"content-type":"application/json"},"body":{"lastDAPRefreshDateTimeUtc":1e999}}]}`
    const answer = await service.send('POST', '/beta/$batch', { body })
    assert.equal(answer.json.responses[0].status, 400)
  })

  test('a token is asked for before anything is read', async () => {
    assert.equal((await service.send('POST', '/beta/$batch', { body: '{', as: null })).status, 401)
  })
})
