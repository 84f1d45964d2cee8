import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { forEachStore } from '../../support/stores.ts'

const at = '2026-01-02T03:04:05Z'

forEachStore((start) => {
  const service = start()
  const target = (id: string) => `/beta/Customers('${id}')`
  const post = (body: unknown) => service.send('POST', '/beta/Customers', { body })

  describe('isDeleted and deletedDateTime agree in an update, too', () => {
    for (const [changes, status, deletedAt] of [
      [{ isDeleted: true }, 200, 'now'],
      [{ isDeleted: true, deletedDateTime: at }, 200, at],
      [{ isDeleted: true, deletedDateTime: null }, 400],
      [{ isDeleted: false }, 200],
      [{ isDeleted: false, deletedDateTime: null }, 200],
      [{ isDeleted: false, deletedDateTime: at }, 400],
      [{ deletedDateTime: null }, 200],
      [{ deletedDateTime: at }, 400],
      [{ isDeleted: null }, 400],
    ] as const) {
      test(`${JSON.stringify(changes)} is ${status}`, async () => {
        const created = await service.create()
        const answer = await service.send('PATCH', target(created.id), { body: { ...changes, displayName: 'next' } })
        assert.equal(answer.status, status, answer.text)
        const read = await service.send('GET', target(created.id))
        if (status === 400) {
          assert.deepEqual(read.json, created)
          return
        }
        assert.equal(answer.json.isDeleted, deletedAt !== undefined)
        assert.equal(read.status, deletedAt === undefined ? 200 : 404)
        if (deletedAt === 'now') assert.equal(answer.json.deletedDateTime, answer.json.cosmosLastModifiedDateTimeUTC)
        else assert.equal(answer.json.deletedDateTime, deletedAt ?? null)
      })
    }
  })

  for (const [how, remove] of [
    ['DELETE', (id: string) => service.send('DELETE', target(id))],
    ['PATCH', (id: string) => service.send('PATCH', target(id), { body: { isDeleted: true } })],
    ['a create that says so', undefined],
  ] as const) {
    describe(`one that was deleted by ${how}`, () => {
      test('is no longer there for any verb, nor in any list or count', async () => {
        const before = (await service.send('GET', '/beta/Customers/$count')).text
        const body = customerBody({ id: `gone by ${how}`, ...(remove ? {} : { isDeleted: true }) })
        const id = String(body.id)
        assert.equal((await post(body)).status, 201)
        if (remove) assert.ok((await remove(id)).status < 300)
        for (const [method, address, sent] of [
          ['GET', target(id)],
          ['HEAD', target(id)],
          ['GET', `${target(id)}/id`],
          ['GET', `${target(id)}/id/$value`],
          ['PATCH', target(id), { displayName: 'x' }],
          ['PATCH', target(id), { isDeleted: false }],
          ['DELETE', target(id)],
        ] as const) {
          const answer = await service.send(method, address, sent ? { body: sent } : {})
          assert.equal(answer.status, 404, `${method} ${address}`)
        }
        assert.equal((await service.send('GET', '/beta/Customers/$count')).text, before)
        const list = await service.send('GET', '/beta/Customers?$count=true&$top=999')
        assert.equal(list.json['@odata.count'], Number(before))
        assert.ok(list.json.value.every((row: { id: string; isDeleted: boolean }) => row.id !== id && !row.isDeleted))
      })

      test('keeps its id and gives up its azureTenantId, as often as that comes', async () => {
        const azureTenantId = `given up by ${how}`
        for (const id of [1, 2, 3]) {
          const body = customerBody({ id: `${how} ${id}`, azureTenantId, ...(remove ? {} : { isDeleted: true }) })
          assert.equal((await post(body)).status, 201)
          if (remove) assert.ok((await remove(String(body.id))).status < 300)
          assert.equal((await post(customerBody({ id: body.id }))).status, 409)
        }
        const { id } = await service.create({ azureTenantId })
        const taken = await post(customerBody({ azureTenantId: azureTenantId.toUpperCase() }))
        assert.equal(taken.status, 409)
        assert.ok(taken.json.error.message.includes(`'${id}'`), 'the living holder is named, none of the deleted ones')
      })
    })
  }

  test('a deleted one may come in beside a living one with its azureTenantId', async () => {
    await service.create({ azureTenantId: 'shared' })
    assert.equal((await post(customerBody({ azureTenantId: 'shared', isDeleted: true }))).status, 201)
    assert.equal((await post(customerBody({ azureTenantId: 'shared' }))).status, 409)
  })
})
