import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { useService } from '../../support/service.ts'

const service = useService()

describe('conditional requests (RFC 9110, 13.1; Protocol 4.01, 8.2.4 and 8.2.5)', () => {
  const conditions = (etag: string): readonly (readonly [string, Readonly<Record<string, string>>, number, number])[] => [
    // header, then the status of a read and of a write
    ['If-Match with the tag', { 'if-match': etag }, 200, 200],
    ['If-Match with the tag as a strong one', { 'if-match': etag.slice(2) }, 200, 200],
    ['If-Match with a list that has it', { 'if-match': `W/"x", ${etag}` }, 200, 200],
    ['If-Match: *', { 'if-match': '*' }, 200, 200],
    ['If-Match with another tag', { 'if-match': 'W/"999999"' }, 412, 412],
    ['If-None-Match with the tag', { 'if-none-match': etag }, 304, 412],
    ['If-None-Match: *', { 'if-none-match': '*' }, 304, 412],
    ['If-None-Match with another tag', { 'if-none-match': 'W/"999999"' }, 200, 200],
    ['If-Match without quotes', { 'if-match': '7' }, 400, 400],
    ['If-None-Match that is empty', { 'if-none-match': ',' }, 400, 400],
  ]
  for (let i = 0; i < conditions('').length; i++) {
    const [name, , read, write] = conditions('')[i] ?? ['', {}, 0, 0]
    test(`${name}: GET ${read}, PATCH ${write}, DELETE ${write === 200 ? 204 : write}`, async () => {
      const created = await service.create()
      const target = `/beta/Customers('${created.id}')`
      const headersFor = (etag: string) => conditions(etag)[i]?.[1] ?? {}
      const got = await service.send('GET', target, { headers: headersFor(created['@odata.etag']) })
      assert.equal(got.status, read)
      if (read === 304) {
        assert.equal(got.text, '')
        assert.equal(got.headers.get('etag'), created['@odata.etag'])
      }
      assert.equal((await service.send('GET', `${target}/displayName`, { headers: headersFor(created['@odata.etag']) })).status, read)
      const patched = await service.send('PATCH', target, { headers: headersFor(created['@odata.etag']), body: { displayName: 'changed' } })
      assert.equal(patched.status, write)
      const current = await service.send('GET', target)
      assert.equal(current.json.displayName, write === 200 ? 'changed' : 'Adatum Corporation')
      assert.equal(
        (await service.send('DELETE', target, { headers: headersFor(current.json['@odata.etag']) })).status,
        write === 200 ? 204 : write,
      )
      assert.equal((await service.send('GET', target)).status, write === 200 ? 404 : 200)
    })
  }

  test('a stale tag never wins: of 50 updates on one tag exactly one does', async () => {
    const created = await service.create()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        service.send('PATCH', `/beta/Customers('${created.id}')`, {
          headers: { 'if-match': created['@odata.etag'] },
          body: { displayName: `writer ${i}` },
        }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 49 }, () => 412)])
  })

  test('on what is not there: PATCH 412 with If-Match, DELETE and GET 404', async () => {
    const headers = { 'if-match': 'W/"1"' }
    assert.equal((await service.send('PATCH', "/beta/Customers('nobody')", { headers, body: {} })).status, 412)
    assert.equal((await service.send('DELETE', "/beta/Customers('nobody')", { headers })).status, 404)
    assert.equal((await service.send('GET', "/beta/Customers('nobody')", { headers })).status, 404)
  })

  test('If-Match cannot hold for a create', async () => {
    assert.equal((await service.send('POST', '/beta/Customers', { headers: { 'if-match': '*' }, body: customerBody() })).status, 412)
  })

  test("in 4.01 the body's own @odata.etag is a condition, in 4.0 it is not (Protocol 4.01, 11.4.1.1)", async () => {
    const created = await service.create()
    const body = { '@odata.etag': 'W/"999999"', displayName: 'x' }
    const target = `/beta/Customers('${created.id}')`
    assert.equal((await service.send('PATCH', target, { body, headers: { 'odata-version': '4.01' } })).status, 412)
    assert.equal((await service.send('PATCH', target, { body })).status, 200)
  })
})
