import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Answer, partner, useService } from '../../support/service.ts'

const name = (n: number) => `n${String(n).padStart(3, '0')}`
const service = useService({ operatorTenants: 'operators' }, async ({ create }) => {
  for (let i = 0; i < 250; i++) await create({ id: name(i) })
})
const get = (target: string, headers: Readonly<Record<string, string>> = {}) => service.send('GET', target, { headers })
const ids = (answer: Answer): string[] => answer.json.value.map((customer: { id: string }) => customer.id)

/** Follows next links to the end. */
async function follow(
  target: string,
  headers: Readonly<Record<string, string>> = {},
  between: (page: number) => Promise<unknown> = async () => undefined,
): Promise<{ readonly seen: string[]; readonly sizes: number[] }> {
  const seen: string[] = []
  const sizes: number[] = []
  for (let next: string | undefined = target; next !== undefined; ) {
    const answer = await get(next, sizes.length === 0 ? headers : {})
    assert.equal(answer.status, 200, answer.text)
    seen.push(...ids(answer))
    sizes.push(ids(answer).length)
    next = answer.json['@odata.nextLink']?.slice(service.url.length)
    await between(sizes.length)
  }
  return { seen, sizes }
}

describe('server-driven paging (Protocol 4.01, 11.2.6.7)', () => {
  for (const metadata of ['none', 'minimal', 'full']) {
    test(`an entity of a page is what a read by its key gives (metadata=${metadata})`, async () => {
      const accept = { accept: `application/json;odata.metadata=${metadata}` }
      for (const page of [
        '/beta/Customers?$top=3',
        '/beta/Customers?$top=3&$orderby=displayName,id',
        "/beta/Customers?$filter=id ge 'n100'&$top=3",
      ]) {
        for (const entity of (await get(page, accept)).json.value) {
          const { '@odata.context': _, ...alone } = (await get(`/beta/Customers('${entity.id}')`, accept)).json
          assert.deepEqual(entity, alone)
        }
      }
    })
  }

  test('250 rows come in pages of 100, by absolute links with the version first', async () => {
    const { seen, sizes } = await follow('/beta/Customers')
    assert.deepEqual(sizes, [100, 100, 50])
    assert.deepEqual(
      seen,
      Array.from({ length: 250 }, (_, i) => name(i)),
    )
    const link: string = (await get('/Customers')).json['@odata.nextLink']
    assert.ok(link.startsWith(`${service.url}/beta/Customers?$skiptoken=`), link)
    assert.ok((await get('/v1.0/customers')).json['@odata.nextLink'].startsWith(`${service.url}/v1.0/Customers?`))
  })

  test('odata.maxpagesize is the size of a page, and goes with the links; with or without its prefix', async () => {
    for (const prefer of ['odata.maxpagesize=60', 'maxpagesize=60']) {
      assert.deepEqual((await follow('/beta/Customers', { prefer })).sizes, [60, 60, 60, 60, 10])
      assert.equal((await get('/beta/Customers', { prefer })).headers.get('preference-applied'), 'odata.maxpagesize=60')
    }
    const answer = await get('/beta/Customers', { prefer: 'odata.maxpagesize=5000' })
    assert.equal(ids(answer).length, 250)
    assert.equal(answer.headers.get('preference-applied'), 'odata.maxpagesize=999')
  })

  for (const prefer of [
    'odata.maxpagesize=-1',
    'odata.maxpagesize=0',
    'odata.maxpagesize=x',
    'odata.maxpagesize',
    'wait=0',
    'respond-async',
    'odata.include-annotations="*"',
  ]) {
    test(`Prefer: ${prefer} is ignored`, async () => {
      const answer = await get('/beta/Customers', { prefer })
      assert.equal(ids(answer).length, 100)
      assert.equal(answer.headers.get('preference-applied'), null)
    })
  }

  test('$top is a total limit: one page without the preference, several with it', async () => {
    assert.deepEqual((await follow('/beta/Customers?$top=130')).sizes, [130])
    assert.deepEqual((await follow('/beta/Customers?$top=130', { prefer: 'maxpagesize=50' })).sizes, [50, 50, 30])
    assert.deepEqual((await follow('/beta/Customers?$top=100', { prefer: 'maxpagesize=50' })).sizes, [50, 50])
    assert.deepEqual((await follow('/beta/Customers?$top=0')).sizes, [0])
    assert.deepEqual((await follow('/beta/Customers?$top=999')).sizes, [250])
    const answer = await get('/beta/Customers?$top=1000')
    assert.equal(answer.status, 400)
    assert.equal(answer.json.error.target, '$top')
  })

  test('$skip, alone and with $top', async () => {
    assert.deepEqual(ids(await get('/beta/Customers?$skip=248')), [name(248), name(249)])
    assert.deepEqual(ids(await get('/beta/Customers?$skip=10&$top=3')), [name(10), name(11), name(12)])
    assert.deepEqual(
      (await follow('/beta/Customers?$skip=100')).seen,
      Array.from({ length: 150 }, (_, i) => name(i + 100)),
    )
    assert.deepEqual(ids(await get('/beta/Customers?$skip=5000')), [])
  })

  test('$select and $count go with the links; the count stands on the first page', async () => {
    const first = await get('/beta/Customers?$select=id,domain&$count=true')
    assert.equal(first.json['@odata.count'], 250)
    assert.equal(first.json['@odata.context'], `${service.url}/beta/$metadata#Customers(id,domain)`)
    const second = await get(first.json['@odata.nextLink'].slice(service.url.length))
    assert.equal(second.json['@odata.count'], undefined)
    assert.deepEqual(Object.keys(second.json.value[0]), ['@odata.type', '@odata.etag', 'id', 'domain'])
  })

  test('a reader sees every row that stood throughout exactly once, while others come and go', async () => {
    const others: string[] = []
    const { seen } = await follow('/beta/Customers', { prefer: 'maxpagesize=20' }, async (page) => {
      for (const spot of [page * 20 - 30, page * 20 + 5]) {
        if (spot < 0) continue
        const id = `${name(spot)}-${others.length}`
        others.push(id)
        await service.create({ id })
        if (others.length % 2 === 0) await service.send('DELETE', `/beta/Customers('${id}')`)
      }
      await service.send('PATCH', `/beta/Customers('${name(page)}')`, { body: { displayName: `changed ${page}` } })
    })
    assert.equal(new Set(seen).size, seen.length, 'nothing twice')
    const stood = seen.filter((id) => id.length === 4)
    assert.equal(stood.length, 250)
    assert.deepEqual(stood, stood.toSorted(), 'in the order of their creation')
    assert.ok(seen.length > 250, 'those that came are seen at the end')
    for (const id of others) await service.send('DELETE', `/beta/Customers('${id}')`)
  })

  for (const query of [
    '$orderby=displayName desc',
    '$orderby=lastDAPRefreshDateTimeUtc,contractType desc',
    '$orderby=length(domain) desc,lastDAPRefreshDateTimeUtc desc',
    '$filter=contractType ge 0&$orderby=contractType',
    '$search=stood&$orderby=displayName',
  ]) {
    test(`the same under ${query}`, async () => {
      const places = ['B', 'a', 'ü', 'Z', 'stood']
      const made = await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          service.create({
            displayName: `stood ${places[i % 5]}`,
            domain: `${'x'.repeat(1 + (i % 3))}.example`,
            contractType: i % 4,
            lastDAPRefreshDateTimeUtc: i % 3 === 0 ? null : `2026-01-0${1 + (i % 7)}T00:00:00Z`,
          }),
        ),
      )
      const stood = new Set(made.map(({ id }: { id: string }) => id))
      const others: string[] = []
      const { seen } = await follow(`/beta/Customers?${encodeURI(query)}`, { prefer: 'maxpagesize=7' }, async (page) => {
        const place = places[page % 5]
        const { id } = await service.create({ displayName: `stood ${place}`, contractType: page % 5, lastDAPRefreshDateTimeUtc: null })
        others.push(id)
        const earlier = others[page % others.length]
        if (page % 3 === 0)
          await service.send('PATCH', `/beta/Customers('${earlier}')`, { body: { displayName: `stood ${places[page % 4]}` } })
        if (page % 5 === 4) await service.send('DELETE', `/beta/Customers('${others.shift()}')`)
      })
      assert.deepEqual(seen.filter((id) => stood.has(id)).sort(), [...stood].sort())
      for (const id of [...stood, ...others]) await service.send('DELETE', `/beta/Customers('${id}')`)
    })
  }
})

describe('a link that was changed by hand is 400', () => {
  test('in any character of its token', async () => {
    const link = (await get('/beta/Customers')).json['@odata.nextLink'].slice(service.url.length)
    const at = link.indexOf('skiptoken=') + 10
    for (let i = at; i < link.length; i++) {
      const changed = `${link.slice(0, i)}${link[i] === 'A' ? 'B' : 'A'}${link.slice(i + 1)}`
      const answer = await get(changed)
      assert.equal(answer.status, 400, changed)
      assert.equal(answer.json.error.target, '$skiptoken')
    }
  })
  test('in an option beside it', async () => {
    const link = (await get('/beta/Customers?$select=id')).json['@odata.nextLink'].slice(service.url.length)
    assert.equal((await get(link)).status, 200)
    assert.equal((await get(link.replace('id', 'domain'))).status, 400)
    assert.equal((await get(`${link}&$top=3`)).status, 400)
    assert.equal((await get(`${link}&custom=3`)).status, 200)
    assert.equal((await get(link.replace('$skiptoken', 'skipToken'))).status, 200)
  })
  for (const token of ['', 'x', '.', 'W10.00', 'A@Lot'])
    test(`$skiptoken=${token}`, async () => assert.equal((await get(`/beta/Customers?$skiptoken=${token}`)).status, 400))
})

describe('an operator', () => {
  const asOperator = async (target: string, headers: Readonly<Record<string, string>> = {}) =>
    service.send('GET', target, { headers, token: await service.token('operators', { permissions: ['Customer.Read.AllPartners'] }) })

  test('pages through the rows of all partners, and is told whose each is', async () => {
    await service.create({ id: 'n000' }, 'another-partner')
    const seen: string[] = []
    for (let next: string | undefined = '/beta/Customers?$count=true'; next; ) {
      const answer = await asOperator(next)
      assert.equal(answer.status, 200, answer.text)
      for (const row of answer.json.value) seen.push(`${row['@tenantry.managingTenantId']}/${row.id}`)
      next = answer.json['@odata.nextLink']?.slice(service.url.length)
    }
    assert.equal(seen.length, 251)
    assert.equal(new Set(seen).size, 251)
    assert.equal(seen[0], 'another-partner/n000')
  })
  test('names a partner to see its rows alone', async () => {
    const answer = await asOperator('/beta/Customers', { 'tenantry-managing-tenant': 'another-partner' })
    assert.deepEqual(ids(answer), ['n000'])
    assert.equal((await asOperator('/beta/Customers/$count', { 'tenantry-managing-tenant': partner })).text, '250')
  })
  test('is asked which partner is meant where several have the id', async () => {
    assert.equal((await asOperator("/beta/Customers('n000')")).status, 400)
    assert.equal((await asOperator("/beta/Customers('n001')")).status, 200)
    assert.equal((await asOperator("/beta/Customers('n000')", { 'tenantry-managing-tenant': 'another-partner' })).status, 200)
  })
  test('names one tenant by its id, and nothing else', async () => {
    for (const name of ['a b', "x'", 'a,b', ''])
      assert.equal((await asOperator('/beta/Customers', { 'tenantry-managing-tenant': name })).status, 400)
  })
  test('that may only read writes nothing', async () => {
    const token = await service.token('operators', { permissions: ['Customer.Read.AllPartners'] })
    assert.equal(
      (await service.send('DELETE', "/beta/Customers('n000')", { token, headers: { 'tenantry-managing-tenant': partner } })).status,
      403,
    )
  })
  test('that may write writes for the partner that it names', async () => {
    const token = await service.token('operators', { permissions: ['Customer.ReadWrite.AllPartners'] })
    const answer = await service.send('PATCH', "/beta/Customers('n000')", {
      token,
      headers: { 'tenantry-managing-tenant': 'another-partner' },
      body: { displayName: 'By the operator' },
    })
    assert.equal(answer.status, 200)
    assert.equal(
      (await service.send('GET', "/beta/Customers('n000')/displayName/$value", { as: 'another-partner' })).text,
      'By the operator',
    )
    assert.notEqual((await get("/beta/Customers('n000')/displayName/$value")).text, 'By the operator')
  })
  test('is nobody without the list of operators: the same role of another tenant is 403', async () => {
    const token = await service.token('pretender', { permissions: ['Customer.Read.AllPartners'] })
    const answer = await service.send('GET', '/beta/Customers', { token })
    assert.equal(answer.status, 403)
    assert.match(answer.json.error.message, /Customer\.Read\.All or Customer\.ReadWrite\.All/)
  })
})
