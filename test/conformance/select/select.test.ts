import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService({}, ({ create }) => create({ id: 'c1', lastDAPRefreshDateTimeUtc: '2026-01-02T03:04:05.10Z' }))
const control = ['@odata.type', '@odata.etag']

describe('$select (URL Conventions 4.01, 5.1.4)', () => {
  for (const [select, names] of [
    ['id', ['id']],
    ['displayName,id', ['id', 'displayName']],
    [' id , domain ', ['id', 'domain']],
    ['ID,DISPLAYNAME', ['id', 'displayName']],
    ['id,id', ['id']],
    ['isDeleted,isOnBoardedToMTM', ['isOnBoardedToMTM', 'isDeleted']],
    ['lastDAPRefreshDateTimeUtc,deletedDateTime', ['deletedDateTime', 'lastDAPRefreshDateTimeUtc']],
  ] as const) {
    test(`${select}: of an entity and of a list, with values as they are without it`, async () => {
      const whole = (await service.send('GET', "/beta/Customers('c1')")).json
      const one = await service.send('GET', `/beta/Customers('c1')?$select=${encodeURIComponent(select)}`)
      assert.deepEqual(Object.keys(one.json), ['@odata.context', ...control, ...names])
      for (const name of names) assert.deepEqual(one.json[name], whole[name])
      assert.equal(one.json['@odata.context'], `${service.url}/beta/$metadata#Customers(${names.join(',')})/$entity`)
      const list = await service.send('GET', `/beta/Customers?$select=${encodeURIComponent(select)}`)
      assert.equal(list.json['@odata.context'], `${service.url}/beta/$metadata#Customers(${names.join(',')})`)
      assert.deepEqual(Object.keys(list.json.value[0]), [...control, ...names])
    })
  }
  test('* is all properties', async () => {
    const whole = await service.send('GET', "/beta/Customers('c1')")
    assert.equal((await service.send('GET', "/beta/Customers('c1')?$select=*")).text, whole.text)
    assert.equal((await service.send('GET', "/beta/Customers('c1')?$select=id,*")).text, whole.text)
  })
  test('an unknown name is told with the one that was meant', async () => {
    const answer = await service.send('GET', '/beta/Customers?$select=displayNam')
    assert.equal(answer.status, 400)
    assert.equal(answer.json.error.target, '$select')
    assert.match(answer.json.error.message, /did you mean 'displayName'/)
  })
  test('a page of selected properties goes on as one of all', async () => {
    for (let i = 0; i < 5; i++) await service.create({ id: `d${i}` })
    const first = await service.send('GET', '/beta/Customers?$select=domain', { headers: { prefer: 'maxpagesize=4' } })
    const second = await service.send('GET', first.json['@odata.nextLink'].slice(service.url.length))
    assert.equal(first.json.value.length + second.json.value.length, 6)
  })
})
