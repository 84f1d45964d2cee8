import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { forEachStore } from '../../support/stores.ts'

const control = ['@odata.type', '@odata.etag']

forEachStore((start) => {
  const service = start({}, ({ create }) => create({ id: 'a', displayName: 'A & "B"' }))

  describe('$select (Protocol 4.01, 11.2.5.1): in the order of the declaration, once each', () => {
    for (const [select, names] of [
      ['id', ['id']],
      ['domain,id', ['id', 'domain']],
      ['id,id', ['id']],
      ['%20id%20,%20domain', ['id', 'domain']],
      ['ID,DisplayName', ['id', 'displayName']],
      ['deletedDateTime', ['deletedDateTime']],
      ['isDeleted,isOnBoardedToMTM', ['isOnBoardedToMTM', 'isDeleted']],
    ] as const) {
      test(`$select=${select}`, async () => {
        const entity = await service.send('GET', `/beta/Customers('a')?$select=${select}`)
        assert.deepEqual(Object.keys(entity.json), ['@odata.context', ...control, ...names])
        assert.equal(entity.json['@odata.context'], `${service.url}/beta/$metadata#Customers(${names.join(',')})/$entity`)
        const list = await service.send('GET', `/beta/Customers?$select=${select}`)
        assert.deepEqual(Object.keys(list.json.value[0]), [...control, ...names])
        assert.equal(list.json['@odata.context'], `${service.url}/beta/$metadata#Customers(${names.join(',')})`)
        const updated = await service.send('PATCH', `/beta/Customers('a')?$select=${select}`, { body: { contractType: 1 } })
        assert.deepEqual(Object.keys(updated.json), ['@odata.context', ...control, ...names])
        const created = await service.send('POST', `/beta/Customers?$select=${select}`, { body: customerBody() })
        assert.deepEqual(Object.keys(created.json), ['@odata.context', ...control, ...names])
        for (const name of names) assert.deepEqual(updated.json[name], entity.json[name])
      })
    }
    for (const select of ['*', 'id,*', '*,domain']) {
      test(`$select=${select} is everything`, async () => {
        const whole = await service.send('GET', "/beta/Customers('a')")
        assert.deepEqual((await service.send('GET', `/beta/Customers('a')?$select=${select}`)).json, whole.json)
      })
    }
    test('without metadata the selected members stand alone', async () => {
      const answer = await service.send('GET', "/beta/Customers('a')?$select=id,displayName", {
        headers: { accept: 'application/json;odata.metadata=none' },
      })
      assert.equal(answer.text, '{"id":"a","displayName":"A & \\"B\\""}')
    })
    for (const [select, message] of [
      ['displayNmae', /did you mean 'displayName'/],
      ['id;domain', /not a property/],
      ['id/x', /not a property/],
      ['__proto__', /not a property/],
      ['@odata.etag', /not a property/],
      ['managing_tenant_id', /not a property/],
    ] as const) {
      test(`$select=${select} is 400`, async () => {
        for (const target of ['/beta/Customers', "/beta/Customers('a')"]) {
          const answer = await service.send('GET', `${target}?$select=${select}`)
          assert.equal(answer.status, 400)
          assert.equal(answer.json.error.target, '$select')
          assert.match(answer.json.error.message, message)
        }
      })
    }
    test('a wrong one refuses a write before anything is written', async () => {
      assert.equal((await service.send('POST', '/beta/Customers?$select=colour', { body: customerBody({ id: 'never' }) })).status, 400)
      assert.equal((await service.send('GET', "/beta/Customers('never')")).status, 404)
    })
  })
})
