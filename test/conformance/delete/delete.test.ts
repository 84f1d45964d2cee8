import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService()

describe('a delete (Protocol 4.01, 11.4.5; soft, W3)', () => {
  test('answers 204 without a body; the customer is gone from every address', async () => {
    const { id } = await service.create()
    const answer = await service.send('DELETE', `/beta/Customers('${id}')`)
    assert.equal(answer.status, 204)
    assert.equal(answer.text, '')
    for (const target of [
      `/beta/Customers('${id}')`,
      `/beta/Customers/${id}`,
      `/beta/Customers('${id}')/displayName`,
      `/beta/Customers('${id}')/displayName/$value`,
    ]) {
      assert.equal((await service.send('GET', target)).status, 404, target)
    }
    assert.equal((await service.send('PATCH', `/beta/Customers('${id}')`, { body: { displayName: 'x' } })).status, 404)
    assert.equal((await service.send('DELETE', `/beta/Customers('${id}')`)).status, 404)
    assert.equal((await service.send('GET', '/beta/Customers/$count')).text, '0')
    assert.deepEqual((await service.send('GET', '/beta/Customers?$count=true')).json, {
      '@odata.context': `${service.url}/beta/$metadata#Customers`,
      '@odata.count': 0,
      value: [],
    })
  })
  test('of one that never was is 404', async () => {
    assert.equal((await service.send('DELETE', "/beta/Customers('nobody')")).status, 404)
  })
})
