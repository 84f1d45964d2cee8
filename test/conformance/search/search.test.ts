import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService({}, async ({ create }) => {
  await create({ id: 'a', displayName: 'Contoso Blue', domain: 'contoso.example' })
  await create({ id: 'b', displayName: 'Fabrikam green AND more', domain: 'blue.example', contractId: 'c-77' })
  await create({ id: 'c', displayName: 'Straße 3.14 "quoted"', domain: 'x.example', azureTenantId: 'ABCD-1234' })
})

describe('$search (URL Conventions 4.01, 5.1.8)', () => {
  for (const [search, expected] of [
    ['blue', 'ab'],
    ['BLUE contoso', 'a'],
    ['blue AND green', 'b'],
    ['contoso OR green', 'ab'],
    ['NOT blue', 'c'],
    ['blue NOT green', 'a'],
    ['"blue green"', ''],
    ['"contoso blue"', 'a'],
    ['straße', 'c'],
    ['STRAẞE', 'c'],
    ['abcd-1234', 'c'],
    ['c-77', 'b'],
    ['3.14', 'c'],
    ['(contoso OR fabrikam) AND blue', 'ab'],
    ['contoso OR fabrikam green', 'ab'],
    ['AND', 'b'],
    ['NOT AND', 'ac'],
    ['"\\"quoted\\""', 'c'],
    ['x%', ''],
    ['c-77;b', ''],
    ['nothing', ''],
  ] as const) {
    test(`${search} → ${expected || 'none'}`, async () => {
      const answer = await service.send('GET', `/beta/Customers?$search=${encodeURIComponent(search)}&$count=true`)
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.json.value.map(({ id }: { id: string }) => id).join(''), expected)
      assert.equal(answer.json['@odata.count'], expected.length)
    })
  }
  for (const search of ['', '"blue', '(blue', 'blue)', '()', '""', 'x '.repeat(60), 'a\0b', '"a\0"']) {
    test(`'${search.slice(0, 12)}' is 400`, async () =>
      assert.equal((await service.send('GET', `/beta/Customers?$search=${encodeURIComponent(search)}`)).status, 400))
  }
  test('a semicolon stands in a word only percent-encoded, in a phrase as it is', async () => {
    assert.equal((await service.send('GET', '/beta/Customers?$search=a;b')).status, 400)
    assert.equal((await service.send('GET', '/beta/Customers?$search=a%3Bb')).status, 200)
    assert.equal((await service.send('GET', '/beta/Customers?$search=%22a;b%22')).status, 200)
  })
  test('together with a filter and an order', async () => {
    const answer = await service.send('GET', "/beta/Customers?$search=example&$filter=domain%20ne%20'x.example'&$orderby=id%20desc")
    assert.equal(answer.json.value.map(({ id }: { id: string }) => id).join(''), 'ba')
    assert.equal((await service.send('GET', '/beta/Customers/$count?$search=blue')).text, '2')
  })
})
