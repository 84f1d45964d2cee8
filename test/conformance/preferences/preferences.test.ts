import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { sendRaw } from '../../support/raw.ts'
import { partner } from '../../support/service.ts'
import { forEachStore } from '../../support/stores.ts'

forEachStore((start) => {
  const service = start()

  describe('return (RFC 7240, 4.2; Protocol 4.01, 8.2.8.7)', () => {
    // What Prefer says, then the status of a create and of an update, and what was applied.
    for (const [prefer, created, updated, applied] of [
      ['return=minimal', 204, 204, 'return=minimal'],
      ['return=representation', 201, 200, 'return=representation'],
      ['Return="Minimal"', 204, 204, 'return=minimal'],
      ['return=minimal, return=representation', 204, 204, 'return=minimal'],
      ['return=representation;return=minimal', 201, 200, 'return=representation'],
      ['return=minimal, odata.maxpagesize=2', 204, 204, 'return=minimal'],
      ['return=headers', 201, 200, null],
      ['return', 201, 200, null],
      ['handling=strict', 201, 200, null],
      ['odata.maxpagesize=2', 201, 200, null],
      ['', 201, 200, null],
    ] as const) {
      test(prefer === '' ? '(none)' : prefer, async () => {
        const headers = { prefer }
        const create = await service.send('POST', '/beta/Customers', { headers, body: customerBody() })
        const location = create.headers.get('location') ?? ''
        const target = location.slice(service.url.length)
        const update = await service.send('PATCH', target, { headers, body: { displayName: 'B' } })
        assert.deepEqual([create.status, update.status], [created, updated])
        for (const answer of [create, update]) {
          assert.equal(answer.headers.get('preference-applied'), applied)
          assert.ok(answer.headers.get('etag'))
          assert.equal(answer.headers.get('odata-entityid'), answer.status === 204 ? location : null)
          assert.equal(answer.headers.get('content-type') === null, answer.status === 204)
          assert.equal(answer.text === '', answer.status === 204)
        }
        assert.equal((await service.send('GET', target)).json.displayName, 'B')
      })
    }

    test('means nothing to reads and deletes', async () => {
      const { id } = await service.create()
      const headers = { prefer: 'return=minimal' }
      const read = await service.send('GET', `/beta/Customers('${id}')`, { headers })
      assert.equal(read.status, 200)
      assert.equal(read.headers.get('preference-applied'), null)
      const removed = await service.send('DELETE', `/beta/Customers('${id}')`, { headers: { prefer: 'return=representation' } })
      assert.equal(removed.status, 204)
      assert.equal(removed.headers.get('preference-applied'), null)
    })

    test('a refusal keeps its body', async () => {
      const answer = await service.send('POST', '/beta/Customers', { headers: { prefer: 'return=minimal' }, body: {} })
      assert.equal(answer.status, 400)
      assert.ok(answer.json.error.details.length > 0)
    })
  })

  test('several Prefer headers are one list (RFC 9110, 5.2)', async () => {
    for (const id of ['x1', 'x2']) await service.create({ id })
    const answer = await sendRaw(
      service.url,
      `GET /beta/Customers HTTP/1.1\r\nhost: a\r\nprefer: wait=5\r\nprefer: maxpagesize=1\r\nauthorization: Bearer ${await service.token(partner)}\r\n\r\n`,
    )
    assert.equal(JSON.parse(answer.body).value.length, 1)
    assert.equal(answer.headers.get('preference-applied'), 'odata.maxpagesize=1')
  })
})
