import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { useService } from '../../support/service.ts'

const service = useService({ operatorTenants: 'operations' })

const json = { 'content-type': 'application/json' }
const group = (...requests: readonly object[]) => requests.map((request) => ({ ...request, atomicityGroup: 'g' }))

interface Part {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  // biome-ignore lint/suspicious/noExplicitAny: a test asks of an answer what it should hold
  readonly body?: any
}

async function batch(requests: readonly object[], token?: string) {
  const answer = await service.send('POST', '/v1.0/$batch', { body: { requests }, ...(token === undefined ? {} : { token }) })
  assert.equal(answer.status, 200, answer.text)
  return answer.json.responses as readonly Part[]
}
const statuses = (responses: readonly { readonly status: number }[]) => responses.map(({ status }) => status)

describe('every write can be part of a batch and of a group', () => {
  test('by alternate key, upserts and replacements', async () => {
    const body = customerBody({ azureTenantId: 'a' })
    const url = "/Customers(azureTenantId='a')"
    const responses = await batch(
      group(
        { id: '1', method: 'PUT', url, headers: json, body },
        { id: '2', method: 'PATCH', url: '$1', dependsOn: ['1'], headers: json, body: { displayName: 'By its key' } },
        { id: '3', method: 'PUT', url: '$2/domain', dependsOn: ['2'], headers: json, body: { value: 'a.example' } },
        { id: '4', method: 'PATCH', url, headers: { ...json, prefer: 'create-if-missing' }, body: { contractType: 9 } },
      ),
    )
    assert.deepEqual(statuses(responses), [201, 200, 200, 200], JSON.stringify(responses))
    const { json: found } = await service.send('GET', `/beta${url}`)
    assert.deepEqual([found.displayName, found.domain, found.contractType], ['By its key', 'a.example', 9])
    assert.equal(responses[0]?.headers.location, `${service.url}/v1.0/Customers('${found.id}')`)
  })

  test('restores and purges', async () => {
    await service.create({ id: 'b1', azureTenantId: 'b' })
    const deleted = '/directory/deletedItems/microsoft.graph.Customer/b1'
    const swap = await batch(
      group(
        { id: '1', method: 'DELETE', url: '/Customers/b1' },
        { id: '2', method: 'POST', url: '/Customers', headers: json, body: customerBody({ id: 'b2', azureTenantId: 'B' }) },
      ),
    )
    assert.deepEqual(statuses(swap), [204, 201])
    const taken = await batch(
      group({ id: '1', method: 'POST', url: `${deleted}/restore` }, { id: '2', method: 'DELETE', url: '/Customers/b2' }),
    )
    assert.deepEqual(statuses(taken), [409, 424])
    const back = await batch(
      group(
        { id: '1', method: 'DELETE', url: '/Customers/b2' },
        { id: '2', method: 'POST', url: `${deleted}/restore`, dependsOn: ['1'] },
        { id: '3', method: 'DELETE', url: '/directory/deletedItems/microsoft.graph.Customer/b2', dependsOn: ['1'] },
      ),
    )
    assert.deepEqual(statuses(back), [204, 200, 204])
  })

  test('bulks: all or nothing in a group, and never half of one', async () => {
    const bulk = (id: string, prefer: string, ...ids: readonly string[]) => ({
      id,
      method: 'PATCH',
      url: '/Customers',
      headers: { ...json, ...(prefer === '' ? {} : { prefer }) },
      body: { '@odata.context': '#$delta', value: ids.map((key) => customerBody({ id: key, azureTenantId: `tenant of ${key}` })) },
    })
    const missing = { id: 'fails', method: 'DELETE', url: '/Customers/nobody' }
    const count = async () => (await service.send('GET', "/beta/Customers/$count?$filter=startswith(id,'c-')")).text
    assert.deepEqual(statuses(await batch(group(bulk('1', '', 'c-1', 'c-2'), missing))), [424, 404])
    assert.equal(await count(), '0')
    assert.deepEqual(statuses(await batch(group(missing, bulk('1', 'continue-on-error', 'c-1', 'c-2')))), [424, 400])
    assert.equal(await count(), '0')
    const done = await batch([...group(bulk('1', '', 'c-1', 'c-2'), bulk('2', '', 'c-3')), bulk('3', 'continue-on-error', 'c-4')])
    assert.ok(
      statuses(done).every((status) => status === 200 || status === 204),
      JSON.stringify(done),
    )
    assert.equal(await count(), '4')
  })

  test('an operator writes for one partner in a group, and for several in a batch', async () => {
    const token = await service.token('operations', { permissions: ['Customer.ReadWrite.AllPartners'] })
    const create = (id: string, tenant: string) => ({
      id,
      method: 'POST',
      url: '/Customers',
      headers: { ...json, 'Tenantry-Managing-Tenant': tenant },
      body: customerBody({ id }),
    })
    const refused = await batch(group(create('d1', 'one'), create('d2', 'two'), create('d3', 'one')), token)
    assert.deepEqual(statuses(refused), [424, 400, 424])
    assert.equal(refused[1]?.body.error.target, 'Tenantry-Managing-Tenant')
    assert.equal((await service.send('GET', '/beta/Customers/$count', { as: 'one' })).text, '0')
    assert.deepEqual(statuses(await batch([create('d1', 'one'), create('d2', 'two')], token)), [201, 201])
    assert.deepEqual(statuses(await batch(group(create('d3', 'one'), create('d4', 'one')), token)), [201, 201])
    assert.equal((await service.send('GET', '/beta/Customers/$count', { as: 'one' })).text, '3')
  })
})
