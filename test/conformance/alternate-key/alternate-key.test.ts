import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService()
const get = (target: string, headers: Readonly<Record<string, string>> = {}) => service.send('GET', target, { headers })
const address = (azureTenantId: string) => `/beta/Customers(azureTenantId='${encodeURIComponent(azureTenantId.replaceAll("'", "''"))}')`

describe('an alternate key (Core.AlternateKeys; URL Conventions 4.01, 4.3.1)', () => {
  test('finds the one customer that has the value, whatever the letter case', async () => {
    const created = await service.create({ azureTenantId: 'Straße-1', displayName: 'Found' })
    for (const target of [
      address('Straße-1'),
      address('STRAßE-1'),
      `/v1.0/customers(azuretenantid='${encodeURIComponent('straße-1')}')`,
      `/beta/Customers(azureTenantId=@t)?@t='${encodeURIComponent('straße-1')}'`,
    ]) {
      const answer = await get(target)
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.json.id, created.id)
      assert.equal(answer.headers.get('etag'), created['@odata.etag'])
    }
    const full = await get(address('straße-1'), { accept: 'application/json;odata.metadata=full' })
    assert.equal(full.json['@odata.id'], `${service.url}/beta/Customers('${created.id}')`, 'the canonical URL is by the key')
  })

  test('takes any characters', async () => {
    for (const azureTenantId of ["O'Neil", 'a/b', 'a=b,c', 'ü %', '+&;#', '@x', '$count']) {
      const { id } = await service.create({ azureTenantId })
      assert.equal((await get(address(azureTenantId))).json?.id, id, azureTenantId)
    }
  })

  test('leads to properties and raw values, with $select, and with conditions', async () => {
    const created = await service.create({ azureTenantId: 'parts', displayName: 'Parts' })
    assert.equal((await get(`${address('parts')}/displayName/$value`)).text, 'Parts')
    const property = await get(`${address('parts')}/displayName`)
    assert.equal(property.json['@odata.context'], `${service.url}/beta/$metadata#Customers('${created.id}')/displayName`)
    assert.deepEqual(
      Object.keys((await get(`${address('parts')}?$select=domain`)).json).filter((name) => !name.includes('@')),
      ['domain'],
    )
    assert.equal((await get(address('parts'), { 'if-none-match': created['@odata.etag'] })).status, 304)
    assert.equal((await get(address('parts'), { 'if-match': 'W/"999999"' })).status, 412)
    assert.equal((await service.send('HEAD', address('parts'))).status, 200)
  })

  test('updates and deletes', async () => {
    const { id } = await service.create({ azureTenantId: 'changing' })
    const updated = await service.send('PATCH', address('CHANGING'), { body: { displayName: 'Changed' } })
    assert.equal(updated.status, 200, updated.text)
    assert.equal(updated.json.id, id)
    assert.equal(updated.json.azureTenantId, 'changing')
    assert.equal((await service.send('PATCH', address('changing'), { body: {}, headers: { 'if-match': 'W/"999999"' } })).status, 412)
    assert.equal((await service.send('DELETE', address('changing'), { headers: { 'if-match': 'W/"999999"' } })).status, 412)
    assert.equal((await service.send('DELETE', address('changing'))).status, 204)
    assert.equal((await get(`/beta/Customers('${id}')`)).status, 404)
  })

  test('finds the living alone: one that was deleted, and who has the value now', async () => {
    const first = await service.create({ azureTenantId: 'handed over' })
    await service.send('DELETE', `/beta/Customers('${first.id}')`)
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', {}],
      ['DELETE', undefined],
    ] as const)
      assert.equal((await service.send(method, address('handed over'), body ? { body } : {})).status, 404, method)
    const second = await service.create({ azureTenantId: 'HANDED OVER' })
    assert.equal((await get(address('handed over'))).json.id, second.id)
  })

  test("never another partner's", async () => {
    const { id } = await service.create({ azureTenantId: 'both' })
    const theirs = await service.create({ azureTenantId: 'both' }, 'fabrikam-partners')
    assert.equal((await get(address('both'))).json.id, id)
    assert.equal((await service.send('GET', address('both'), { as: 'fabrikam-partners' })).json.id, theirs.id)
    assert.equal((await service.send('GET', address('both'), { as: 'litware-partners' })).status, 404)
  })

  for (const [target, status, part] of [
    ["/beta/Customers(domain='x')", 400, "'id' or 'azureTenantId'"],
    ["/beta/Customers(id='x',azureTenantId='y')", 400, 'one property'],
    ['/beta/Customers(azureTenantId=5)', 400, 'single quotes'],
    ['/beta/Customers(azureTenantId=@missing)', 400, '@missing'],
    ["/beta/Customers(azureTenantId='')", 404, ''],
    ["/beta/Customers(azureTenantId='nobody')", 404, ''],
    ["/beta/Customers(azureTenantId='nobody')/displayName", 404, ''],
    ["/beta/Customers/azureTenantId='nobody'", 404, ''],
  ] as const) {
    test(`${target} is ${status}`, async () => {
      const answer = await get(target)
      assert.equal(answer.status, status, answer.text)
      assert.ok(answer.json.error.message.includes(part), answer.json.error.message)
    })
  }

  test('is declared in $metadata', async () => {
    const { json } = await get('/beta/$metadata?$format=json')
    const type = json['microsoft.management.services.api'].Customer
    assert.deepEqual(type['@Core.AlternateKeys'], [{ Key: [{ Name: 'azureTenantId', Alias: 'azureTenantId' }] }])
  })
})
