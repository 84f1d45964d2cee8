import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const bulk = (value: unknown, headers: Readonly<Record<string, string>> = {}, rest: object = {}) =>
  service.send('PATCH', '/beta/Customers', { body: { '@context': '#$delta', value, ...rest }, headers })
const get = (id: string) => service.send('GET', `/beta/Customers('${id}')`)
const going = { prefer: 'continue-on-error' }
const exception = '@Core.DataModificationException'

describe('a bulk: PATCH of a set with a delta payload (Protocol 4.01, 11.4.12)', () => {
  test('creates, updates and deletes, by key or by alternate key, and answers in the order of the request', async () => {
    const [named, held, goes] = [await service.create(), await service.create(), await service.create()]
    const answer = await bulk([
      customerBody({ id: `new ${named.id}`, displayName: 'Created by key' }),
      customerBody({ displayName: 'Created by tenant' }),
      { id: named.id, displayName: 'Updated by key' },
      { azureTenantId: held.azureTenantId.toUpperCase(), displayName: 'Updated by tenant' },
      { '@removed': { reason: 'changed' }, id: goes.id },
    ])
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.json['@odata.context'], `${service.url}/beta/$metadata#Customers/$delta`)
    const [first, second, third, fourth, fifth] = answer.json.value
    assert.equal(first.id, `new ${named.id}`)
    assert.match(second.id, /^[0-9a-f-]{36}$/)
    assert.equal(third.id, named.id)
    assert.equal(third.azureTenantId, named.azureTenantId, 'what an item leaves out stays')
    assert.equal(fourth.id, held.id)
    assert.equal(fourth.azureTenantId, held.azureTenantId.toUpperCase())
    assert.deepEqual(fifth, { '@removed': { reason: 'changed' }, id: goes.id })
    for (const entity of [first, second, third, fourth]) {
      const { '@odata.context': _, ...read } = (await get(entity.id)).json
      assert.deepEqual(read, entity)
    }
    assert.equal((await get(goes.id)).status, 404)
    assert.equal((await service.send('GET', `/beta/directory/deletedItems/${goes.id}`)).status, 200)
  })

  test('an item may name its entity by its entity-id, and sees what those before it did', async () => {
    const id = randomUUID()
    const tenant = randomUUID()
    const answer = await bulk([
      { ...customerBody({ azureTenantId: tenant }), '@odata.id': `Customers('${id}')` },
      { '@id': `${service.url}/beta/Customers('${id}')`, id, domain: 'second.example' },
      { '@odata.id': `Customers(azureTenantId='${tenant}')`, displayName: 'Third' },
      { '@removed': {}, '@id': `/beta/Customers/${id}` },
      { azureTenantId: tenant, ...customerBody({ azureTenantId: tenant, displayName: 'Anew' }) },
    ])
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(
      answer.json.value.map((item: Record<string, unknown>) => item.displayName),
      ['Adatum Corporation', 'Adatum Corporation', 'Third', undefined, 'Anew'],
    )
    assert.notEqual(answer.json.value[4].id, id)
  })

  test('the deleted entities of 4.0 are taken, too', async () => {
    const [first, second] = [await service.create(), await service.create()]
    const answer = await bulk([
      { '@odata.context': `${service.url}/beta/$metadata#Customers/$deletedEntity`, id: `Customers('${first.id}')`, reason: 'deleted' },
      { '@odata.context': '#$deletedEntity', id: second.id },
    ])
    assert.equal(answer.status, 200, answer.text)
    for (const { id } of [first, second]) assert.equal((await get(id)).status, 404)
  })

  test('all or nothing: the first that fails is told with its place, and nothing happens', async () => {
    const holder = await service.create()
    const before = (await service.send('GET', '/beta/Customers/$count')).text
    for (const [status, target, item] of [
      [409, 'value/1/azureTenantId', customerBody({ id: randomUUID(), azureTenantId: holder.azureTenantId })],
      [412, 'value/1', { id: holder.id, '@odata.etag': 'W/"999999"' }],
      [404, 'value/1', { '@removed': {}, id: 'nobody' }],
      [400, 'value/1', { id: 'nobody', displayName: 'x' }],
      [400, 'value/1/cosmosCreatedDateTimeUTC', { id: holder.id, cosmosCreatedDateTimeUTC: '2001-01-01T00:00:00Z' }],
    ] as const) {
      const answer = await bulk([customerBody(), item, customerBody()])
      assert.equal(answer.status, status, answer.text)
      assert.equal(answer.json.error.target, target)
      assert.match(answer.json.error.message, /^Change 1 failed, so none was made: /)
      for (const detail of answer.json.error.details ?? []) assert.match(detail.target, /^value\/1\//)
    }
    assert.equal((await service.send('GET', '/beta/Customers/$count')).text, before)
    assert.deepEqual((await get(holder.id)).json, holder)
  })

  test('what is wrong with the items is told at once for all of them', async () => {
    const answer = await bulk([
      customerBody({ contractType: 'x', colour: 1 }),
      customerBody(),
      7,
      { displayName: 'whose?' },
      { id: 7 },
      { '@id': 'Nobody(1)' },
      { '@id': "Customers('a')", id: 'b' },
      { '@removed': true, id: 'a' },
      { '@removed': { reason: 'lost' }, id: 'a' },
      { '@odata.context': '#Customers/$link', source: 'a' },
    ])
    assert.equal(answer.status, 400)
    const targets = answer.json.error.details.map(({ target }: { target: string }) => target)
    assert.deepEqual(targets.slice(0, 4), ['value/0/contractType', 'value/0/colour', 'value/2', 'value/3'])
    for (const i of [4, 5, 6, 7, 8, 9])
      assert.ok(
        targets.some((target: string) => target === `value/${i}` || target.startsWith(`value/${i}/`)),
        `${i} in ${targets}`,
      )
  })

  test('continue-on-error does what can be done, and tells each failure on its item (Core.DataModificationException)', async () => {
    const [held, other] = [await service.create(), await service.create()]
    const id = randomUUID()
    const answer = await bulk(
      [
        customerBody({ displayName: 'Made' }),
        customerBody({ id, azureTenantId: held.azureTenantId }),
        { id: other.id, azureTenantId: held.azureTenantId },
        { id: other.id, displayName: 'stale', '@odata.etag': 'W/"999999"' },
        { '@removed': { reason: 'deleted' }, id: 'nobody' },
        { azureTenantId: `lacking ${id}`, displayName: 'x' },
        { id: other.id, contractType: 'x' },
        'nonsense',
        { id: other.id, displayName: 'Done' },
      ],
      going,
    )
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.headers.get('preference-applied'), 'continue-on-error=true')
    const [made, inserted, updated, stale, removed, lacking, wrong, nonsense, done] = answer.json.value
    assert.equal(made.displayName, 'Made')
    assert.deepEqual(inserted['@removed'], { reason: 'deleted' }, 'a failed insert is told as what is not there')
    assert.equal(inserted.id, id)
    assert.equal(inserted[exception].failedOperation, 'insert')
    assert.equal(inserted[exception].responseCode, 409)
    assert.equal(inserted[exception].info.code, 'Request_MultipleObjectsWithSameKeyValue')
    assert.equal(inserted[exception].info.severity, 'error')
    assert.equal(inserted[exception].info.target, 'azureTenantId')
    assert.ok(inserted[exception].info.message.includes(held.id))
    for (const [item, operation, status] of [
      [updated, 'update', 409],
      [stale, 'update', 412],
      [removed, 'delete', 404],
      [lacking, 'insert', 400],
      [wrong, 'upsert', 400],
      [nonsense, 'upsert', 400],
    ] as const) {
      assert.equal(item[exception].failedOperation, operation)
      assert.equal(item[exception].responseCode, status)
      assert.equal('@removed' in item, operation === 'insert')
    }
    assert.equal(lacking.azureTenantId, `lacking ${id}`)
    assert.equal(lacking[exception].info.details.length, 8)
    assert.equal(wrong[exception].info.details[0].target, 'contractType')
    assert.equal(done.displayName, 'Done')
    assert.equal((await get(other.id)).json.displayName, 'Done')
    assert.equal((await get(made.id)).status, 200)
  })

  test('return=minimal answers 204, or what failed alone', async () => {
    const minimal = { prefer: 'return=minimal' }
    const answer = await bulk([customerBody(), customerBody()], minimal)
    assert.equal(answer.status, 204)
    assert.equal(answer.headers.get('preference-applied'), 'return=minimal')
    const both = { prefer: 'continue-on-error, return=minimal' }
    assert.equal((await bulk([customerBody()], both)).status, 204)
    const failing = await bulk([customerBody(), { '@removed': {}, id: 'nobody' }], both)
    assert.equal(failing.status, 200)
    assert.equal(failing.headers.get('preference-applied'), 'continue-on-error=true, return=minimal')
    assert.deepEqual(
      failing.json.value.map(({ id }: { id: string }) => id),
      ['nobody'],
    )
  })

  test('an entity tag of an item is its condition; * is any entity that is there; a caller of 4.0 has none in bodies', async () => {
    const created = await service.create()
    const { id, '@odata.etag': etag } = created
    const stale = { id, '@odata.etag': 'W/"999999"' }
    assert.equal((await bulk([{ id, '@odata.etag': etag, domain: 'one.example' }])).status, 200)
    assert.equal((await bulk([{ id, '@etag': etag }])).status, 412)
    assert.equal((await bulk([stale], { 'odata-version': '4.01' })).status, 412)
    assert.equal((await bulk([stale], { 'odata-version': '4.0' })).status, 200)
    assert.equal((await bulk([{ id, '@odata.etag': '*' }])).status, 200)
    assert.equal((await bulk([customerBody({ id: 'nobody yet', '@odata.etag': '*' })])).status, 412)
    assert.equal((await bulk([{ '@removed': {}, ...stale }])).status, 412)
    assert.equal((await bulk([{ '@removed': {}, id, '@odata.etag': '*' }])).status, 200)
  })

  test('what the client calls an item comes back with it (Core.ContentID)', async () => {
    const { id } = await service.create()
    const answer = await bulk(
      [customerBody({ '@Core.ContentID': 'a' }), { '@removed': {}, id, '@Org.OData.Core.V1.ContentID': 'b' }, { '@Core.ContentID': 'c' }],
      going,
    )
    assert.deepEqual(
      answer.json.value.map((item: Record<string, unknown>) => item['@Core.ContentID']),
      ['a', 'b', 'c'],
    )
  })

  test('a deleted customer of the id is 409 and says how to go on; its tenant is free', async () => {
    const gone = await service.create()
    await bulk([{ '@removed': {}, id: gone.id }])
    const answer = await bulk([customerBody({ id: gone.id }), customerBody({ azureTenantId: gone.azureTenantId })], going)
    assert.ok(answer.json.value[0][exception].info.message.includes(`/directory/deletedItems/${gone.id}/restore`))
    assert.notEqual(answer.json.value[1].id, gone.id)
  })

  for (const [what, body, headers, status] of [
    ['nothing', '', {}, 400],
    ['no object', '[]', {}, 400],
    ['an entity', customerBody(), {}, 400],
    ['a value that is no list', { value: {} }, {}, 400],
    ['a list of another context', { '@odata.context': '$metadata#Customers', value: [] }, {}, 400],
    ['another type', '{}', { 'content-type': 'text/csv' }, 415],
    ['If-Match', { value: [] }, { 'if-match': '*' }, 412],
    ['If-None-Match', { value: [] }, { 'if-none-match': '*' }, 412],
  ] as const) {
    test(`${what} is ${status}`, async () => {
      const answer = await service.send('PATCH', '/beta/Customers', { body, headers })
      assert.equal(answer.status, status, answer.text)
    })
  }

  test('no option may shape the answer; $format may', async () => {
    const value = [customerBody()]
    assert.equal((await service.send('PATCH', '/beta/Customers?$select=id', { body: { value } })).status, 400)
    assert.equal(
      (await service.send('PATCH', '/beta/Customers?$format=application/json;odata.metadata=none', { body: { value } })).text.includes(
        '@odata',
      ),
      false,
    )
  })

  test('no changes are no change', async () => {
    for (const headers of [{}, going]) {
      const answer = await bulk([], headers)
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.json.value, [])
    }
  })

  test('a thousand go in one, one more is too many', async () => {
    const partner = `bulk-${randomUUID()}`
    const value = Array.from({ length: 1_000 }, (_, i) => customerBody({ azureTenantId: `tenant ${i}` }))
    for (const status of [200, 200]) {
      const answer = await service.send('PATCH', '/beta/Customers', { as: partner, body: { value } })
      assert.equal(answer.status, status)
      assert.equal(answer.json.value.length, 1_000)
    }
    assert.equal((await service.send('GET', '/beta/Customers/$count', { as: partner })).text, '1000')
    const answer = await service.send('PATCH', '/beta/Customers', { as: partner, body: { value: [...value, customerBody()] } })
    assert.equal(answer.status, 400)
    assert.match(answer.json.error.message, /1000 .* 1001/)
  })

  test('takes the permission to write, and keeps to its own partner', async () => {
    const { id } = await service.create()
    const token = await service.token('contoso-partners', { permissions: ['Customer.Read.All'] })
    assert.equal((await service.send('PATCH', '/beta/Customers', { token, body: { value: [] } })).status, 403)
    const answer = await service.send('PATCH', '/beta/Customers', { as: 'fabrikam-partners', body: { value: [{ '@removed': {}, id }] } })
    assert.equal(answer.status, 404)
    assert.equal((await get(id)).status, 200)
  })

  test('bulks that come at once with the same tenants make each of them once', async () => {
    const tenants = Array.from({ length: 20 }, () => randomUUID())
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => bulk(tenants.map((azureTenantId) => customerBody({ azureTenantId, displayName: `bulk ${i}` })))),
    )
    assert.ok(answers.every(({ status }) => status === 200))
    const ids = new Set(answers.flatMap(({ json }) => json.value.map(({ id }: { id: string }) => id)))
    assert.equal(ids.size, tenants.length)
  })
})
