import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService({ querySeconds: '60' }, async ({ create, send }) => {
  const customer = (id: string, displayName: string, countryLetterCode: string, contractType: number, domain: string) =>
    create({ id, displayName, countryLetterCode, contractType, domain })
  await customer('a', 'Coffee House', 'DE', 1, 'Alpha.example')
  await customer('b', 'Paper Mill', 'DE', 4, 'alpha.example')
  await customer('c', 'Sugar & Coffee', 'US', 8, 'beta.example')
  await customer('d', 'Zinc', 'US', 2, 'gamma.example')
  await customer('e', 'Gone', 'GB', 100, 'gone.example')
  await create({ id: 'f', displayName: 'Foreign', contractType: 1000, countryLetterCode: 'FR' }, 'fabrikam-partners')
  await send('DELETE', "/beta/Customers('e')")
})
const none = { accept: 'application/json;odata.metadata=none' }
const apply = async (text: string, rest = '', headers: Readonly<Record<string, string>> = none) => {
  const answer = await service.send('GET', `/beta/Customers?$apply=${encodeURIComponent(text)}${rest}`, { headers })
  assert.equal(answer.status, 200, answer.text)
  return answer.json
}
const ids = async (text: string, rest = '') => (await apply(text, rest)).value.map(({ id }: { id: string }) => id).join('')

describe('$apply (Data Aggregation 4.0, 3)', () => {
  for (const [text, value] of [
    ['aggregate($count as n)', [{ n: 4 }]],
    ['aggregate(contractType with sum as s,contractType with average as v)', [{ s: 15, v: 3.75 }]],
    ['aggregate(contractType with min as l,contractType with max as m)', [{ l: 1, m: 8 }]],
    [
      'aggregate(domain with countdistinct as n,domain with min as l,domain with max as m)',
      [{ n: 3, l: 'Alpha.example', m: 'gamma.example' }],
    ],
    ['aggregate((contractType mul 2) add 1 with sum as s)', [{ s: 34 }]],
    ['aggregate(lastDAPRefreshDateTimeUtc with max as m)', [{ m: null }]],
    ['filter(contractType gt 99)/aggregate(contractType with sum as s,$count as n)', [{ s: null, n: 0 }]],
    ['filter(contractType gt 99)/groupby((countryLetterCode),aggregate($count as n))', []],
    ['groupby((countryLetterCode))', [{ countryLetterCode: 'DE' }, { countryLetterCode: 'US' }]],
    ['groupby((countryLetterCode),aggregate(contractType with sum as s))', [{ countryLetterCode: 'DE', s: 5 }, { countryLetterCode: 'US', s: 10 }]], // biome-ignore format: one case a line
    ['groupby((domain),aggregate($count as n))', [{ domain: 'Alpha.example', n: 2 }, { domain: 'beta.example', n: 1 }, { domain: 'gamma.example', n: 1 }]], // biome-ignore format: one case a line
    ['groupby((countryLetterCode),filter(contractType gt 5)/aggregate($count as n))', [{ countryLetterCode: 'DE', n: 0 }, { countryLetterCode: 'US', n: 1 }]], // biome-ignore format: one case a line
    ['groupby((countryLetterCode),topcount(1,contractType)/aggregate(displayName with max as who))', [{ countryLetterCode: 'DE', who: 'Paper Mill' }, { countryLetterCode: 'US', who: 'Sugar & Coffee' }]], // biome-ignore format: one case a line
    [
      'groupby((rollup(countryLetterCode,domain)),aggregate($count as n))/aggregate($count as rows,n with sum as all)',
      [{ rows: 5, all: 8 }],
    ],
    ['groupby((countryLetterCode),aggregate($count as n))/filter(n gt 1)/compute(n mul 10 as ten)/orderby(countryLetterCode desc)/top(1)', [{ countryLetterCode: 'US', n: 2, ten: 20 }]], // biome-ignore format: one case a line
    ['concat(groupby((countryLetterCode),aggregate($count as n)),aggregate($count as n))', [{ countryLetterCode: 'DE', n: 2 }, { countryLetterCode: 'US', n: 2 }, { n: 4 }]], // biome-ignore format: one case a line
    ['concat(groupby((countryLetterCode)),aggregate($count as n))/filter(isdefined(n))', [{ n: 4 }]],
    ['concat(groupby((countryLetterCode)),aggregate($count as n))/filter(not isdefined(n))/aggregate($count as x)', [{ x: 2 }]],
    ['groupby((isDeleted),aggregate($count as n))', [{ isDeleted: false, n: 4 }, { isDeleted: true, n: 1 }]], // biome-ignore format: one case a line
    ['compute(year(cosmosCreatedDateTimeUTC) ge 2000 as recent)/groupby((recent),aggregate($count as n))', [{ recent: true, n: 4 }]],
    ['aggregate(contractType with sum as s)/filter(domain eq null)', [{ s: 15 }]],
  ] as const) {
    test(text, async () => assert.deepEqual((await apply(text)).value, value))
  }

  for (const [text, expected] of [
    ['identity', 'abcd'],
    ['filter(contractType gt 1)', 'bcd'],
    ['search(coffee)', 'ac'],
    ['search(coffee AND NOT (sugar OR zinc))', 'a'],
    ['orderby(contractType desc)', 'cbda'],
    ['orderby(contractType desc)/skip(1)/top(2)', 'bd'],
    ['orderby(countryLetterCode desc)/orderby(isOnBoardedToMTM)', 'cdab'],
    ['top(0)', ''],
    ['skip(3)', 'd'],
    ['topcount(2,contractType)', 'cb'],
    ['bottomcount(2,contractType)', 'ad'],
    ['topsum(9,contractType)', 'cb'],
    ['topsum(8,contractType)', 'c'],
    ['topsum(0,contractType)', ''],
    ['bottomsum(3,contractType)', 'ad'],
    ['bottomsum(-3,contractType sub 3)', 'ad'],
    ['toppercent(50,contractType)', 'c'],
    ['toppercent(54,contractType)', 'cb'],
    ['toppercent(100,contractType)', 'cbda'],
    ['bottompercent(20,contractType)', 'ad'],
    ['topcount($these/$count div 2,contractType)', 'cb'],
    ['filter(contractType gt $these/aggregate(contractType with average))', 'bc'],
    ['concat(topcount(1,contractType),identity)', 'cabcd'],
    ['groupby((countryLetterCode),topcount(1,contractType))/orderby(id)', 'bc'],
    ['filter(isDeleted)', 'e'],
    ['FILTER(contractType GT 1)/TOP(1)', 'b'],
  ] as const) {
    test(`${text}: ${expected || 'nothing'}`, async () => assert.equal(await ids(text), expected))
  }

  test('the other options work on what it makes', async () => {
    const grouped = 'groupby((countryLetterCode),aggregate(contractType with sum as s,$count as n))'
    assert.deepEqual((await apply(grouped, '&$filter=s gt 5&$select=s')).value, [{ s: 10 }])
    assert.deepEqual((await apply(grouped, '&$compute=s divby n as mean&$orderby=mean desc&$select=mean,countryLetterCode')).value, [
      { countryLetterCode: 'US', mean: 5 },
      { countryLetterCode: 'DE', mean: 2.5 },
    ])
    assert.equal(await ids('filter(contractType gt 1)', '&$search=coffee'), 'c')
    const counted = await apply(grouped, '&$count=true&$top=1&$skip=1')
    assert.deepEqual([counted['@odata.count'], counted.value], [2, [{ countryLetterCode: 'US', s: 10, n: 2 }]])
    assert.equal((await service.send('GET', `/beta/Customers/$count?$apply=${encodeURIComponent(grouped)}`)).text, '2')
    assert.equal((await service.send('GET', '/beta/Customers/$count?$apply=identity&$filter=contractType gt 1')).text, '3')
  })

  test('$these in $filter and $compute means the whole collection', async () => {
    const { json } = await service.send('GET', '/beta/Customers?$filter=contractType mul 3 ge $these/aggregate(contractType with sum)', {
      headers: none,
    })
    assert.deepEqual(
      json.value.map(({ id }: { id: string }) => id),
      ['c'],
    )
    const share = await service.send('GET', '/beta/Customers?$compute=contractType divby $these/aggregate(contractType with sum) as share&$select=id,share', { headers: none }) // biome-ignore format: one address
    assert.deepEqual(share.json.value[0], { id: 'a', share: 1 / 15 })
  })

  test('pages of any size follow one another', async () => {
    let next: string | undefined = `/beta/Customers?$apply=${encodeURIComponent('groupby((domain),aggregate($count as n))')}&$count=true`
    const found: string[] = []
    let pages = 0
    while (next !== undefined) {
      const { json }: { json: Record<string, unknown> & { value: { domain: string }[] } } = await service.send('GET', next, {
        headers: { prefer: 'maxpagesize=2' },
      })
      assert.equal(json['@odata.count'], pages++ === 0 ? 3 : undefined)
      found.push(...json.value.map(({ domain }) => domain))
      const link = json['@odata.nextLink']
      next = typeof link === 'string' ? link.slice(service.url.length) : undefined
    }
    assert.deepEqual([found, pages], [['Alpha.example', 'beta.example', 'gamma.example'], 2])
  })

  test('what stays an entity keeps its identity, what is aggregated has none', async () => {
    const minimal = await apply('topcount(1,contractType)', '', {})
    assert.match(minimal['@odata.context'], /#Customers$/)
    assert.equal(minimal.value[0]['@odata.type'], '#microsoft.management.services.api.Customer')
    assert.match(minimal.value[0]['@odata.etag'], /^W\//)
    const grouped = await apply('groupby((countryLetterCode),aggregate($count as n))', '', {})
    assert.match(grouped['@odata.context'], /#Customers\(countryLetterCode,n\)$/)
    assert.deepEqual(grouped.value[0], { countryLetterCode: 'DE', 'n@odata.type': '#Decimal', n: 2 })
    assert.equal(
      (await apply('aggregate($count as n)', '', { accept: 'application/json;odata.metadata=full' })).value[0]['@odata.id'],
      null,
    )
    assert.match((await apply('compute(1 as x)', '', {}))['@odata.context'], /#Customers\(\*,x\)$/)
    assert.match(
      (await apply('concat(groupby((domain)),aggregate($count as n))', '', {}))['@odata.context'],
      /#Customers\(@Core.AnyStructure\)$/,
    )
  })

  test('another partner is never counted in', async () => {
    const foreign = await service.send('GET', '/beta/Customers?$apply=aggregate($count as n,contractType with sum as s)', {
      headers: none,
      as: 'fabrikam-partners',
    })
    assert.deepEqual(foreign.json.value, [{ n: 1, s: 1000 }])
  })
})

describe('what is wrong in $apply is 400, and says where', () => {
  for (const [text, message] of [
    ['', /a set transformation was expected/],
    ['nonsense(1)', /a set transformation was expected/],
    ['filter(contractType gt 1', /'\)' was expected/],
    ['filter(contractType gt 1)x', /the end/],
    ['filter(contractType)', /The filter is a Boolean/],
    ['aggregate(contractType as total)', /'with' and an aggregation method/],
    ['aggregate(contractType with sum)', /'as' and a name/],
    ['aggregate(contractType with median as m)', /'median' is not an aggregation method/],
    ['aggregate(displayName with sum as m)', /'sum' takes numbers, not Edm.String/],
    ['aggregate($count as id)', /'id' is taken/],
    ['aggregate($count as n,$count as n)', /'n' is taken/],
    ['groupby(countryLetterCode)', /'\(' was expected/],
    ['groupby((contrycode))', /not a property/],
    ['groupby((contractType add 1))', /a property was expected/],
    ['groupby((domain))/groupby((id))', /'id' was aggregated away/],
    ['compute(1 as domain)', /'domain' is taken/],
    ['compute(1 as x)/compute(2 as x)', /'x' is taken/],
    ['skip(-1)', /a number of 0 or more/],
    ['top(x)', /a number of 0 or more/],
    ['topcount(0,contractType)', /takes a positive integer/],
    ['topcount(1.5,contractType)', /takes a positive integer/],
    ['topcount(contractType,contractType)', /must not name a property/],
    ['aggregate(contractType with sum from domain with average)', /'as' and a name/],
    ['aggregate(contractType with sum from domain as x)', /'with' and an aggregation method/],
    ['aggregate(contractType with sum from domain from id with max as x)', /'with' and an aggregation method/],
    ['groupby((domain/@Core.Description))', /a property/],
    ['grupby((domain))', /did you mean 'groupby'/],
    ['toppercent(101,contractType)', /100 at the most/],
    ['topsum(1,displayName)', /adds numbers, not Edm.String/],
    ['concat(identity)', /another sequence/],
    ["concat(compute(1 as x),compute('a' as x))", /different types/],
    ['aggregate($count as n)/search(x)', /Nothing that can be searched/],
    ['groupby((domain),aggregate($count as n))/filter(m gt 1)', /did you mean 'n'|not a property here/],
  ] as const) {
    test(text || 'nothing', async () => {
      const { status, json } = await service.send('GET', `/beta/Customers?$apply=${encodeURIComponent(text)}`)
      assert.equal(status, 400, JSON.stringify(json))
      assert.match(json.error.message, message)
      assert.equal(json.error.target, '$apply')
    })
  }

  test('a search after what it could look at was aggregated away', async () => {
    const { status, json } = await service.send('GET', '/beta/Customers?$apply=groupby((contractType))&$search=coffee')
    assert.equal(status, 400)
    assert.equal(json.error.target, '$search')
  })

  for (const [name, text] of [
    ['concat again and again', Array.from({ length: 8 }, () => 'concat(identity,identity)').join('/')],
    ['concat within concat', `${'concat('.repeat(60)}identity${',identity)'.repeat(60)}`],
    ['rollup of much', `groupby((${Array.from({ length: 4 }, () => 'rollup(id,domain,displayName,contractId)').join(',')}))`],
    ['too many transformations', Array.from({ length: 41 }, () => 'identity').join('/')],
    ['groups within groups', `${'groupby((id),'.repeat(120)}identity${')'.repeat(120)}`],
  ] as const) {
    test(`${name} is refused before it costs anything`, async () => {
      const { status, json } = await service.send('GET', `/beta/Customers?$apply=${encodeURIComponent(text)}`)
      assert.equal(status, 400, JSON.stringify(json))
      assert.equal(json.error.code, 'Request_UnsupportedQuery')
    })
  }

  for (const [name, text] of [
    ['many filters', Array.from({ length: 40 }, () => 'filter(true)').join('/')],
    ['many computed properties', Array.from({ length: 40 }, (_, i) => `compute(contractType add ${i} as x${i})`).join('/')],
    ['many cuts', Array.from({ length: 40 }, () => 'top(9)').join('/')],
    ['many orders', Array.from({ length: 40 }, () => 'orderby(contractType)').join('/')],
    ['many top lists', Array.from({ length: 40 }, () => 'toppercent(100,contractType)').join('/')],
    ['deep groups', `${'groupby((id),'.repeat(39)}identity${')'.repeat(39)}`],
    ['many aggregates', `aggregate(${Array.from({ length: 240 }, (_, i) => `contractType with sum as x${i}`).join(',')})`],
    ['concat of many', `concat(${Array.from({ length: 39 }, () => 'identity').join(',')})`],
    ['concat in steps', Array.from({ length: 5 }, () => 'concat(identity,identity)').join('/')],
  ] as const) {
    test(`${name} within the limits are answered`, async () => {
      const { status, text: body } = await service.send('GET', `/beta/Customers?$apply=${encodeURIComponent(text)}`)
      assert.equal(status, 200, body.slice(0, 400))
    })
  }

  test('an entity has no $apply', async () => assert.equal((await service.send('GET', "/beta/Customers('a')?$apply=identity")).status, 400))

  test('a link is bound to its query', async () => {
    const first = await service.send('GET', '/beta/Customers?$apply=groupby((domain))', { headers: { prefer: 'maxpagesize=1' } })
    const link = first.json['@odata.nextLink'].slice(service.url.length).replace('domain', 'id')
    assert.equal((await service.send('GET', link)).status, 400)
  })
})
