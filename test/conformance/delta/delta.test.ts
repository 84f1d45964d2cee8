import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { type Answer, type Sending, useService } from '../../support/service.ts'

const service = useService({ operatorTenants: 'operators' })

/** The target of an absolute link. */
const targetOf = (link: string) => link.slice(service.url.length)

/** A partner of its own for each test, so that none sees another's changes. */
function partnerOf(name: string) {
  const as = `delta-${name}`
  const get = (target: string, sending: Sending = {}) => service.send('GET', target, { as, ...sending })
  const send = async (method: string, target: string, body?: unknown) => {
    const answer = await service.send(method, target, { as, ...(body === undefined ? {} : { body }) })
    assert.ok(answer.status < 300, answer.text)
    return answer
  }
  /** A round to its end. */
  const round = async (target: string, sending: Sending = {}) => {
    const pages: string[][] = []
    const answers: Answer[] = []
    for (let next: string | undefined = target; next !== undefined; ) {
      const answer: Answer = await get(next, pages.length === 0 ? sending : {})
      assert.equal(answer.status, 200, answer.text)
      pages.push(answer.json.value.map(told))
      answers.push(answer)
      const [more, delta] = [answer.json['@odata.nextLink'], answer.json['@odata.deltaLink']]
      assert.equal(Number(more === undefined) + Number(delta === undefined), 1, 'a page has one of the two links')
      if (delta !== undefined) return { pages, answers, deltaLink: targetOf(delta), seen: pages.flat() }
      next = targetOf(more)
    }
    return assert.fail()
  }
  return {
    as,
    get,
    round,
    create: (...ids: readonly string[]) => Promise.all(ids.map((id) => service.create({ id }, as))),
    change: (id: string, displayName = 'changed') => send('PATCH', `/beta/Customers('${id}')`, { displayName }),
    remove: (id: string) => send('DELETE', `/beta/Customers('${id}')`),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a test asks of an answer what it should hold
const told = (entity: any): string => (entity['@removed'] ? `${entity.id}:${entity['@removed'].reason}` : entity.id)

describe('following changes (Graph: delta query; Protocol 4.01, 11.3)', () => {
  for (const [name, address] of [
    ['plain', '/beta/Customers/delta'],
    ['call', '/beta/Customers/delta()'],
    ['qualified', '/beta/Customers/microsoft.graph.delta()'],
    ['qualified-plain', '/v1.0/Customers/microsoft.graph.delta'],
    ['bare-root', '/customers/Delta'],
  ] as const) {
    test(`${address}: all entities first, then what was changed, deleted and created since`, async () => {
      const { create, round, change, remove, get } = partnerOf(name)
      await create('a', 'b', 'c')
      const first = await round(address)
      assert.deepEqual(first.pages, [['a', 'b', 'c']])
      const root = address.startsWith('/v1.0') ? '/v1.0' : '/beta'
      assert.ok(first.deltaLink.startsWith(`${root}/Customers/delta?$deltatoken=`), first.deltaLink)
      assert.deepEqual((await round(first.deltaLink)).pages, [[]])
      await change('b')
      await remove('c')
      await create('d')
      const second = await get(first.deltaLink)
      assert.deepEqual(second.json.value.map(told), ['b', 'c:changed', 'd'])
      assert.equal(second.json['@odata.context'], `${service.url}${root}/$metadata#Customers/$delta`)
      assert.deepEqual(second.json.value[1], { id: 'c', '@removed': { reason: 'changed' } })
      const { '@odata.context': context, ...entity } = (await get(`${root}/Customers('b')`)).json
      assert.ok(context)
      assert.deepEqual(second.json.value[0], entity, 'as a read of it gives it')
      assert.deepEqual((await round(targetOf(second.json['@odata.deltaLink']))).pages, [[]])
    })
  }

  test('a link can be followed again, from any of its rounds', async () => {
    const { create, round, change, remove } = partnerOf('again')
    await create('a', 'b')
    const first = await round('/beta/Customers/delta')
    await change('a')
    const second = await round(first.deltaLink)
    await remove('a')
    assert.deepEqual((await round(second.deltaLink)).seen, ['a:changed'])
    assert.deepEqual((await round(first.deltaLink)).seen, ['a:changed'])
    assert.deepEqual((await round('/beta/Customers/delta')).seen, ['b'])
  })

  test('a managing tenant that has nothing yet follows from the beginning', async () => {
    const { create, round } = partnerOf('nothing')
    const first = await round('/beta/Customers/delta')
    assert.deepEqual(first.pages, [[]])
    await create('a')
    assert.deepEqual((await round(first.deltaLink)).seen, ['a'])
  })

  test('HEAD is answered as GET, without a body', async () => {
    const { as } = partnerOf('head')
    const answer = await service.send('HEAD', '/beta/Customers/delta', { as })
    assert.deepEqual([answer.status, answer.text], [200, ''])
  })
})

describe('pages', () => {
  for (const [name, query, headers, sizes] of [
    ['prefer', '', { prefer: 'odata.maxpagesize=2' }, [2, 2, 1]],
    ['top', '?$top=3', {}, [3, 2]],
    ['both', '?$top=4', { prefer: 'maxpagesize=3' }, [3, 2]],
  ] as const) {
    test(`${query} ${JSON.stringify(headers)}: the size goes with the links of the round, not with the delta link`, async () => {
      const { create, round, change } = partnerOf(`pages-${name}`)
      await create('a', 'b', 'c', 'd', 'e')
      const first = await round(`/beta/Customers/delta${query}`, { headers })
      assert.deepEqual(
        first.pages.map(({ length }) => length),
        sizes,
      )
      assert.equal(first.answers[0]?.headers.get('preference-applied'), 'prefer' in headers ? `odata.maxpagesize=${sizes[0]}` : null)
      for (const id of ['a', 'b', 'c', 'd', 'e']) await change(id)
      assert.deepEqual((await round(first.deltaLink)).pages, [['a', 'b', 'c', 'd', 'e']])
      assert.deepEqual((await round(`${first.deltaLink}&$top=2`)).pages, [['a', 'b'], ['c', 'd'], ['e']])
      assert.deepEqual((await round(first.deltaLink, { headers: { prefer: 'maxpagesize=3' } })).pages, [
        ['a', 'b', 'c'],
        ['d', 'e'],
      ])
    })
  }

  test('what changes during a round is told: in its later pages as it is then, and in the next round', async () => {
    const { create, get, round, change, remove } = partnerOf('during')
    await create('a', 'b', 'c', 'd')
    const page = await get('/beta/Customers/delta?$top=2')
    await change('a')
    await change('c', 'changed before it was told')
    await remove('d')
    await create('b2', 'a2')
    const rest = await round(targetOf(page.json['@odata.nextLink']))
    assert.deepEqual(rest.seen, ['b2', 'c'])
    assert.equal(rest.answers[0]?.json.value[1].displayName, 'changed before it was told')
    assert.deepEqual((await round(rest.deltaLink)).seen.sort(), ['a', 'a2', 'b2', 'c', 'd:changed'])
  })

  test('a size that cannot be is 400', async () => {
    const { get } = partnerOf('sizes')
    for (const size of ['0', '-1', 'x', '1000', '99999999999']) {
      const answer = await get(`/beta/Customers/delta?$top=${size}`)
      assert.equal(answer.status, 400, answer.text)
      assert.equal(answer.json.error.target, '$top')
    }
  })
})

describe('$deltatoken=latest', () => {
  for (const query of ['$deltatoken=latest', '$deltaToken=LATEST', 'deltatoken=latest&$select=domain']) {
    test(`${query}: nothing, and a link to what follows`, async () => {
      const { create, round } = partnerOf(`latest-${query.replace(/\W/g, '-')}`)
      await create('a')
      const first = await round(`/beta/Customers/delta?${query}`)
      assert.deepEqual(first.pages, [[]])
      await create('b')
      assert.deepEqual((await round(first.deltaLink)).seen, ['b'])
    })
  }
  test('an empty token starts anew', async () => {
    const { create, round } = partnerOf('empty-token')
    await create('a')
    assert.deepEqual((await round('/beta/Customers/delta?$deltatoken=')).seen, ['a'])
  })
})

describe('$select', () => {
  test('is given once; the key is always told', async () => {
    const { create, round, change, remove } = partnerOf('select')
    await create('a', 'b', 'c')
    const first = await round('/beta/Customers/delta?$select=domain,displayName&$top=2')
    const [answer] = first.answers
    assert.equal(answer?.json['@odata.context'], `${service.url}/beta/$metadata#Customers(id,displayName,domain)/$delta`)
    assert.deepEqual(Object.keys(answer?.json.value[0]), ['@odata.type', '@odata.etag', 'id', 'displayName', 'domain'])
    await change('b')
    await remove('c')
    const [second] = (await round(first.deltaLink)).answers
    assert.deepEqual(
      second?.json.value.map((entity: object) => Object.keys(entity).filter((name) => !name.startsWith('@odata'))),
      [
        ['id', 'displayName', 'domain'],
        ['id', '@removed'],
      ],
    )
  })
  test('of an unknown property is 400', async () => {
    assert.equal((await partnerOf('select-unknown').get('/beta/Customers/delta?$select=domian')).status, 400)
  })
})

describe('$filter', () => {
  for (const [name, filter] of [
    ['or', "id eq 'a' or id eq 'c' or 'n' eq id"],
    ['in', "id in ('a','c','n','a')"],
    ['mixed', "(id in ('a','c')) or id eq @n&@n='n'"],
  ] as const) {
    test(`${filter}: these are followed, and no others`, async () => {
      const { create, round, change, remove } = partnerOf(`filter-${name}`)
      await create('a', 'b', 'c')
      const first = await round(`/beta/Customers/delta?$filter=${encodeURI(filter)}`)
      assert.deepEqual(first.seen, ['a', 'c'])
      await change('b')
      await remove('a')
      await create('n')
      assert.deepEqual((await round(first.deltaLink)).seen, ['a:changed', 'n'])
    })
  }
  for (const filter of [
    "displayName eq 'x'",
    "id ne 'a'",
    "id eq 'a' and id eq 'b'",
    "not (id eq 'a')",
    'id eq null',
    "startswith(id,'a')",
    "id eq 'a' or domain eq 'b'",
    'isDeleted eq true',
    "id eq concat('a','b')",
    'true',
  ]) {
    test(`${filter} is 400, and says what can be asked`, async () => {
      const answer = await partnerOf('filters').get(`/beta/Customers/delta?$filter=${encodeURIComponent(filter)}`)
      assert.equal(answer.status, 400, answer.text)
      assert.match(answer.json.error.message, /id in \('a','b'\)/)
      assert.equal(answer.json.error.target, '$filter')
    })
  }
  test('of more keys than a link holds is 400; as many as it holds make links that work', async () => {
    const { get } = partnerOf('filter-many')
    const list = (count: number, length: number, fill = 'x') =>
      Array.from({ length: count }, (_, i) => `'${String(i).padStart(length, fill)}'`).join(',')
    const ask = (items: string) => get(`/beta/Customers/delta?$filter=${encodeURIComponent(`id in (${items})`)}`)
    assert.equal((await ask(list(51, 3))).status, 400)
    assert.equal((await ask(list(17, 128))).status, 400)
    const most = await ask(list(50, 40, 'é'))
    assert.equal(most.status, 200)
    assert.equal((await get(targetOf(most.json['@odata.deltaLink']))).status, 200)
  })
})

describe('options that mean nothing here', () => {
  for (const query of [
    '$orderby=id',
    '$skip=1',
    '$count=true',
    '$search=x',
    '$expand=x',
    '$compute=1 as x',
    '$apply=identity',
    '$deltatoken=x&$skiptoken=y',
    '$frobnicate=1',
  ]) {
    test(`${query} is 400, never ignored`, async () => {
      const answer = await partnerOf('options').get(`/beta/Customers/delta?${query}`)
      assert.equal(answer.status, 400, answer.text)
    })
  }
  test('an option beside a link that holds it is 400', async () => {
    const { round, get } = partnerOf('beside')
    const { deltaLink } = await round('/beta/Customers/delta?$select=id')
    for (const option of ['$select=id', "$filter=id eq 'a'"]) assert.equal((await get(`${deltaLink}&${option}`)).status, 400)
    assert.equal((await get(`${deltaLink}&custom=1`)).status, 200)
  })
  test('other methods are 405; what follows delta in a path is 404', async () => {
    const { as } = partnerOf('methods')
    const answer = await service.send('POST', '/beta/Customers/delta', { as, body: customerBody() })
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'HEAD, GET'])
    assert.equal((await service.send('GET', '/beta/Customers/delta/$count', { as })).status, 404)
  })
})

describe('metadata', () => {
  test('none leaves the links, the keys and what is removed', async () => {
    const { create, round, remove } = partnerOf('none')
    await create('a', 'b')
    const accept = { headers: { accept: 'application/json;odata.metadata=none' } }
    const first = await round('/beta/Customers/delta?$select=id', accept)
    assert.deepEqual(Object.keys(first.answers[0]?.json), ['@odata.deltaLink', 'value'])
    assert.deepEqual(first.answers[0]?.json.value, [{ id: 'a' }, { id: 'b' }])
    await remove('a')
    assert.deepEqual((await round(first.deltaLink, accept)).answers[0]?.json.value, [{ id: 'a', '@removed': { reason: 'changed' } }])
  })
  test('full adds the links of what is there and what is gone; $format goes with the links', async () => {
    const { create, round, remove } = partnerOf('full')
    await create('a', "b'c")
    const first = await round(`/beta/Customers/delta?$top=1&$format=${encodeURIComponent('application/json;odata.metadata=full')}`)
    assert.equal(first.answers[1]?.json.value[0]['@odata.id'], `${service.url}/beta/Customers('b''c')`)
    await remove('a')
    const [answer] = (await round(first.deltaLink)).answers
    assert.deepEqual(answer?.json.value, [
      { '@odata.id': `${service.url}/beta/Customers('a')`, id: 'a', '@removed': { reason: 'changed' } },
    ])
  })
  test('$metadata declares the function', async () => {
    const { json } = await service.send('GET', '/beta/$metadata', { headers: { accept: 'application/json' } })
    const [declared] = json['microsoft.graph'].delta
    assert.equal(declared.$Kind, 'Function')
    assert.equal(declared.$IsBound, true)
    assert.equal(declared.$ReturnType.$Collection, true)
    assert.equal(json['microsoft.graph']['@Core.DefaultNamespace'], true)
  })
})

describe('a token', () => {
  test('that was changed by hand is 400, in any character', async () => {
    const { create, get, round } = partnerOf('by-hand')
    await create('a', 'b')
    const page = targetOf((await get('/beta/Customers/delta?$top=1')).json['@odata.nextLink'])
    const { deltaLink } = await round('/beta/Customers/delta')
    for (const [link, target] of [
      [page, '$skiptoken'],
      [deltaLink, '$deltatoken'],
    ] as const) {
      for (let i = link.indexOf('token=') + 6; i < link.length; i++) {
        const answer = await get(`${link.slice(0, i)}${link[i] === 'A' ? 'B' : 'A'}${link.slice(i + 1)}`)
        assert.equal(answer.status, 400, answer.text)
        assert.equal(answer.json.error.target, target)
      }
    }
    assert.equal((await get(page.replace('skiptoken', 'deltatoken'))).status, 400)
    assert.equal((await get(deltaLink.replace('deltatoken', 'skiptoken'))).status, 400)
    for (const token of ['x', '.', 'W10.00', 'A@Lot']) assert.equal((await get(`/beta/Customers/delta?$deltatoken=${token}`)).status, 400)
  })
  test('of a list is none of delta, nor the other way round', async () => {
    const { create, get, round } = partnerOf('of-a-list')
    await create('a', 'b')
    const list = (await get('/beta/Customers', { headers: { prefer: 'maxpagesize=1' } })).json['@odata.nextLink']
    assert.equal((await get(targetOf(list).replace('Customers?', 'Customers/delta?'))).status, 400)
    const { deltaLink } = await round('/beta/Customers/delta')
    assert.equal((await get(deltaLink.replace('/delta?', '?'))).status, 400)
  })
  test('of another managing tenant is 400, and tells nothing of it', async () => {
    const [first, second] = [partnerOf('holder'), partnerOf('stranger')]
    await first.create('a', 'b')
    const page = targetOf((await first.get('/beta/Customers/delta?$top=1')).json['@odata.nextLink'])
    for (const link of [page, (await first.round('/beta/Customers/delta')).deltaLink]) {
      const answer = await second.get(link)
      assert.equal(answer.status, 400, answer.text)
      assert.ok(!answer.text.includes(first.as))
    }
  })
  test('goes with any service root', async () => {
    const { create, round } = partnerOf('roots')
    const { deltaLink } = await round('/v1.0/Customers/delta')
    await create('a')
    assert.deepEqual((await round(deltaLink.replace('/v1.0/', '/beta/'))).seen, ['a'])
  })
})

describe('who may follow', () => {
  test('takes the permission to read, and a token', async () => {
    const as = 'delta-permissions'
    assert.equal((await service.send('GET', '/beta/Customers/delta', { as: null })).status, 401)
    const without = await service.token(as, { permissions: ['Other.Read.All'] })
    assert.equal((await service.send('GET', '/beta/Customers/delta', { token: without })).status, 403)
    const reading = await service.token(as, { permissions: ['Customer.Read.All'], delegated: true })
    assert.equal((await service.send('GET', '/beta/Customers/delta', { token: reading })).status, 200)
  })
  test('an operator names one managing tenant: there is no order across several', async () => {
    const { as, create } = partnerOf('operated')
    await create('a')
    const token = await service.token('operators', { permissions: ['Customer.Read.AllPartners'] })
    const refused = await service.send('GET', '/beta/Customers/delta', { token })
    assert.equal(refused.status, 400, refused.text)
    assert.match(refused.json.error.message, /Tenantry-Managing-Tenant/)
    const headers = { 'tenantry-managing-tenant': as }
    const answer = await service.send('GET', '/beta/Customers/delta', { token, headers })
    assert.deepEqual(answer.json.value.map(told), ['a'])
    assert.equal((await service.send('GET', targetOf(answer.json['@odata.deltaLink']), { token, headers })).status, 200)
  })
})
