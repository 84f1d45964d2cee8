import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const headers = { 'content-type': 'application/json' }
type Request = Readonly<Record<string, unknown>>

async function batch(
  requests: readonly Request[],
): Promise<ReadonlyMap<string, { readonly status: number; readonly body: Record<string, unknown> }>> {
  const answer = await service.send('POST', '/beta/$batch', { body: { requests } })
  assert.equal(answer.status, 200, answer.text)
  return new Map(answer.json.responses.map((response: { id: string }) => [response.id, response]))
}

describe('what can be written by itself can be written in a batch', () => {
  test('by alternate key, as an upsert, property by property, and among the deleted', async () => {
    const tenant = randomUUID()
    const { id } = await service.create()
    const at = `/Customers(azureTenantId='${tenant}')`
    const responses = await batch([
      { id: '1', method: 'PUT', url: at, headers, body: customerBody({ azureTenantId: tenant }) },
      { id: '2', method: 'PATCH', url: at, headers, body: { displayName: 'Second' }, dependsOn: ['1'] },
      { id: '3', method: 'PUT', url: `${at}/domain`, headers, body: { value: 'third.example' }, dependsOn: ['2'] },
      { id: '4', method: 'GET', url: at, dependsOn: ['3'] },
      { id: '5', method: 'DELETE', url: `/Customers/${id}` },
      { id: '6', method: 'GET', url: `/directory/deletedItems/${id}`, dependsOn: ['5'] },
      { id: '7', method: 'POST', url: `/directory/deletedItems/${id}/restore`, headers, body: {}, dependsOn: ['6'] },
      { id: '8', method: 'DELETE', url: `/directory/deletedItems/${id}`, dependsOn: ['7'] },
    ])
    assert.deepEqual([...responses].map(([name, { status }]) => `${name}: ${status}`).sort(), [
      '1: 201',
      '2: 200',
      '3: 200',
      '4: 200',
      '5: 204',
      '6: 200',
      '7: 200',
      '8: 404',
    ])
    const read = responses.get('4')?.body
    assert.equal(read?.displayName, 'Second')
    assert.equal(read?.domain, 'third.example')
  })

  test('a bulk is one of the requests, with its own conditions', async () => {
    const [first, second] = [randomUUID(), randomUUID()]
    const change = (azureTenantId: string) => ({
      '@context': '#$delta',
      value: [customerBody({ azureTenantId }), { '@removed': {}, id: 'nobody' }],
    })
    const responses = await batch([
      { id: 'whole', method: 'PATCH', url: '/Customers', headers, body: change(first) },
      { id: 'each', method: 'PATCH', url: '/Customers', headers: { ...headers, prefer: 'continue-on-error' }, body: change(second) },
    ])
    assert.equal(responses.get('whole')?.status, 404)
    assert.equal(responses.get('each')?.status, 200)
    const count = async (tenant: string) => (await service.send('GET', `/beta/Customers/$count?$filter=azureTenantId eq '${tenant}'`)).text
    assert.deepEqual([await count(first), await count(second)], ['0', '1'])
  })

  test('an atomicity group undoes upserts, restores and bulks', async () => {
    const [tenant, bulk] = [randomUUID(), randomUUID()]
    const gone = await service.create()
    await service.send('DELETE', `/beta/Customers/${gone.id}`)
    const group = (last: Request): readonly Request[] =>
      [
        { id: '1', method: 'PUT', url: `/Customers(azureTenantId='${tenant}')`, headers, body: customerBody({ azureTenantId: tenant }) },
        { id: '2', method: 'POST', url: `/directory/deletedItems/${gone.id}/restore`, headers, body: {} },
        { id: '3', method: 'PATCH', url: '/Customers', headers, body: { value: [customerBody({ azureTenantId: bulk })] } },
        last,
      ].map((request) => ({ ...request, atomicityGroup: 'g' }))
    const failed = await batch(group({ id: '4', method: 'DELETE', url: '/Customers/nobody' }))
    assert.ok(
      [...failed.values()].every(({ status }) => status >= 400),
      JSON.stringify([...failed]),
    )
    const found = async () =>
      (await service.send('GET', `/beta/Customers/$count?$filter=azureTenantId in ('${tenant}','${bulk}','${gone.azureTenantId}')`)).text
    assert.equal(await found(), '0')
    const done = await batch(group({ id: '4', method: 'PATCH', url: `/Customers/${gone.id}`, headers, body: { domain: 'back.example' } }))
    assert.ok(
      [...done.values()].every(({ status }) => status < 300),
      JSON.stringify([...done]),
    )
    assert.equal(await found(), '3')
  })
})
