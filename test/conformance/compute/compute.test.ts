import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService({}, async ({ create }) => {
  await create({ id: 'a', displayName: 'Alpha', contractType: 4, cosmosCreatedDateTimeUTC: '2026-01-02T03:04:05.5Z' })
  await create({ id: 'b', displayName: 'Beta', contractType: -3, lastDAPRefreshDateTimeUtc: '2026-01-03T00:00:00Z' })
})
const get = (query: string, headers: Readonly<Record<string, string>> = {}) => service.send('GET', `/beta/Customers${query}`, { headers })
const none = { accept: 'application/json;odata.metadata=none' }

describe('$compute (URL Conventions 4.01, 5.1.10)', () => {
  test('adds properties to whole entities, and the context says so', async () => {
    const { json } = await get('?$compute=contractType add 1 as next&$orderby=id')
    assert.match(json['@odata.context'], /#Customers\(\*,next\)$/)
    assert.deepEqual(
      json.value.map((item: Record<string, unknown>) => [item.id, item.next, item['next@odata.type'], item.domain !== undefined]),
      [
        ['a', 5, '#Int32', true],
        ['b', -2, '#Int32', true],
      ],
    )
  })

  test('can be selected, filtered and ordered by, and is left out when it is not selected', async () => {
    const query =
      '?$compute=contractType mul -1 as minus,length(displayName) as size&$select=id,minus&$filter=size ge 4&$orderby=minus desc'
    const { json } = await get(query, none)
    assert.deepEqual(json.value, [
      { id: 'b', minus: 3 },
      { id: 'a', minus: -4 },
    ])
    const { json: all } = await get('?$compute=1 as one&$select=*&$top=1', none)
    assert.equal(all.value[0].one, 1)
    assert.equal(all.value[0].id, 'a')
    assert.match((await get('?$compute=1 as one&$select=one,id')).json['@odata.context'], /#Customers\(id,one\)$/)
  })

  test('works on one entity', async () => {
    const { json } = await get("('a')?$compute=year(cosmosCreatedDateTimeUTC) as year&$select=year")
    assert.match(json['@odata.context'], /#Customers\(year\)\/\$entity$/)
    assert.equal(json.year, 2026)
  })

  test('pages by keyset under an order by what it makes', async () => {
    const first = await get('?$compute=contractType mul 2 as x&$orderby=x&$select=id,x', { ...none, prefer: 'maxpagesize=1' })
    assert.deepEqual(first.json.value, [{ id: 'b', x: -6 }])
    const next = await service.send('GET', first.json['@odata.nextLink'].slice(service.url.length), { headers: none })
    assert.deepEqual(next.json.value, [{ id: 'a', x: 8 }])
  })

  for (const [expression, value, type] of [
    ['contractType divby 8', 0.5, '#Decimal'],
    ['contractType div 0.0', 'INF', '#Decimal'],
    ['1e0 div 4', 0.25, undefined],
    ['displayName', 'Alpha', undefined],
    ["concat(displayName,'!')", 'Alpha!', undefined],
    ['contractType gt 3', true, undefined],
    ['contractType lt 3', false, undefined],
    ['lastDAPRefreshDateTimeUtc', null, undefined],
    ['cosmosCreatedDateTimeUTC', '2026-01-02T03:04:05.5Z', '#DateTimeOffset'],
    ['date(cosmosCreatedDateTimeUTC)', '2026-01-02', '#Date'],
    ['time(cosmosCreatedDateTimeUTC)', '03:04:05.5', '#TimeOfDay'],
    ['cosmosCreatedDateTimeUTC sub 2026-01-01T00:00:00Z', 'P1DT3H4M5.5S', '#Duration'],
    ["duration'PT90S'", 'PT1M30S', '#Duration'],
    ["duration'-P1D'", '-P1D', '#Duration'],
    ["duration'PT0S'", 'PT0S', '#Duration'],
    ["case(contractType gt 0:'pos',true:'neg')", 'pos', undefined],
    ['contractType mul 4611686018427387904', 18446744073709552000, '#Decimal'],
    ['2147483647 add contractType', 2147483651, '#Int32'],
    ['null', null, undefined],
  ] as const) {
    test(`${expression} is ${value}`, async () => {
      const { status, json, text } = await get(`('a')?$compute=${encodeURIComponent(expression)} as x&$select=x`)
      assert.equal(status, 200, text)
      assert.deepEqual([json.x, json['x@odata.type']], [value, type])
    })
  }

  test('Int64 and Decimal are strings where the client asks for it', async () => {
    const { json } = await get("('a')?$compute=contractType divby 8 as x,contractType as y&$select=x,y", {
      accept: 'application/json;IEEE754Compatible=true',
    })
    assert.deepEqual([json.x, json.y], ['0.5', 4])
  })

  for (const [query, message] of [
    ['$compute=1', /'as' and a name was expected/],
    ['$compute=1 as', /'as' and a name was expected/],
    ['$compute=1 as 0time', /a name was expected/],
    ['$compute=1 as x,', /was expected/],
    ['$compute=1 as x 2', /the end/],
    ['$compute=1 as id', /'id' is taken/],
    ['$compute=1 as x,2 as x', /'x' is taken/],
    ['$compute=x add 1 as y', /'x' is not a property/],
    ['$compute=1 as x,x add 1 as y', /'x' is not a property/],
    ['$compute=1 as x&$select=y', /'y' in \$select is not a property/],
    [`$compute=1 as ${'x'.repeat(129)}`, /a name was expected/],
  ] as const) {
    test(`${query.slice(0, 60)} is 400`, async () => {
      const { status, json } = await get(`?${query}`)
      assert.equal(status, 400)
      assert.match(json.error.message, message)
    })
  }

  test('a name of any script will do', async () =>
    assert.equal((await get(`('a')?$compute=1 as ${encodeURIComponent('größe_1')}`)).json.größe_1, 1))

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    test(`${name} is a name like any other`, async () => {
      const { text } = await get(`?$compute=7 as ${name}&$select=${name}&$top=1&$filter=${name} eq 7`, none)
      assert.match(text, new RegExp(`\\{"${name}":7\\}`))
      const applied = await get(`?$apply=compute(7 as ${name})/groupby((${name}),aggregate($count as n))`, none)
      assert.match(applied.text, new RegExp(`\\{"${name}":7,"n":2\\}`))
    })
  }

  test('does not stand with a write', async () =>
    assert.equal((await service.send('PATCH', "/beta/Customers('a')?$compute=1 as x", { body: {} })).status, 400))
})
