import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { partner, type Sending, useService } from '../../support/service.ts'

const service = useService()

interface Part {
  readonly id: string
  readonly status: number
  readonly atomicityGroup?: string
  readonly headers: Readonly<Record<string, string>>
  // biome-ignore lint/suspicious/noExplicitAny: a test asks of an answer what it should hold
  readonly body?: any
}

const json = { 'content-type': 'application/json' }

/** Posts a batch, and gives the answers to its requests by their ids. */
async function batch(requests: readonly object[], sending: Sending = {}, target = '/beta/$batch'): Promise<Readonly<Record<string, Part>>> {
  const answer = await service.send('POST', target, { ...sending, body: { requests } })
  assert.equal(answer.status, 200, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json(;|$)/)
  const parts = answer.json.responses as Part[]
  const byId = Object.fromEntries(parts.map((part) => [part.id, part]))
  inOrder.set(byId, parts)
  return byId
}

/** Objects put names that look like numbers first. */
const inOrder = new WeakMap<object, readonly Part[]>()
const statuses = (parts: Readonly<Record<string, Part>>) => inOrder.get(parts)?.map(({ status }) => status)

const create = (id: string, changes: object = {}, more: object = {}) => ({
  id: `create-${id}`,
  method: 'POST',
  url: '/Customers',
  headers: json,
  body: customerBody({ id, azureTenantId: `tenant of ${id}`, ...changes }),
  ...more,
})
const read = (id: string, more: object = {}) => ({ id: `read-${id}`, method: 'GET', url: `/Customers/${id}`, ...more })
const update = (id: string, body: object, more: object = {}) => ({
  id: `update-${id}`,
  method: 'PATCH',
  url: `/Customers/${id}`,
  headers: json,
  body,
  ...more,
})
const exists = async (id: string) => (await service.send('GET', `/beta/Customers/${id}`)).status === 200

describe('each request is answered as alone', () => {
  test('in the order of the batch, with its own status, headers and body', async () => {
    const parts = await batch([
      create('a1'),
      read('a1', { dependsOn: ['create-a1'] }),
      update('a1', { displayName: 'Renamed' }, { dependsOn: ['read-a1'] }),
      { id: 'gone', method: 'delete', url: 'Customers/a1', dependsOn: ['update-a1'] },
      read('a1', { id: 'afterwards', dependsOn: ['gone'] }),
    ])
    assert.deepEqual(Object.keys(parts), ['create-a1', 'read-a1', 'update-a1', 'gone', 'afterwards'])
    assert.deepEqual(statuses(parts), [201, 200, 200, 204, 404])
    const made = parts['create-a1']
    assert.equal(made?.headers.location, `${service.url}/beta/Customers('a1')`)
    assert.equal(made?.headers['Content-Type'], 'application/json;odata.metadata=minimal')
    assert.equal(made?.headers['odata-version'], '4.0')
    assert.equal(made?.headers.etag, made?.body['@odata.etag'])
    assert.match(made?.headers['server-timing'] ?? '', /bind;dur=.*store;dur=/)
    const alone = await service.send('GET', '/beta/Customers/a1')
    assert.equal(parts.afterwards?.body.error.code, alone.json.error.code)
    assert.ok(!('body' in (parts.gone ?? {})))
    const ids = Object.values(parts).map(({ headers }) => headers['request-id'])
    assert.equal(new Set(ids).size, 5)
  })

  test('every fault of a body is told in its own place', async () => {
    const parts = await batch([create('a2', { displayName: '', contractType: 'x' }), create('a3')])
    assert.deepEqual(statuses(parts), [400, 201])
    assert.deepEqual(
      parts['create-a2']?.body.error.details.map(({ target }: { target: string }) => target),
      ['displayName', 'contractType'],
    )
    assert.equal(parts['create-a2']?.headers['content-language'], 'en')
  })

  test('what is no JSON is text or base64url', async () => {
    await service.create({ id: 'a4', displayName: 'Grüße' })
    const parts = await batch([
      { id: 'count', method: 'GET', url: "Customers/$count?$filter=id eq 'a4'" },
      { id: 'value', method: 'GET', url: 'Customers/a4/displayName/$value' },
      { id: 'property', method: 'GET', url: 'Customers/a4/displayName' },
      { id: 'metadata', method: 'GET', url: '$metadata', headers: { accept: 'application/xml' } },
      { id: 'root', method: 'GET', url: '/' },
    ])
    assert.equal(parts.count?.body, '1')
    assert.equal(parts.value?.body, 'Grüße')
    assert.equal(parts.value?.headers['Content-Type'], 'text/plain')
    assert.equal(parts.property?.body.value, 'Grüße')
    assert.match(Buffer.from(parts.metadata?.body, 'base64url').toString(), /^<\?xml.*EntityContainer/s)
    assert.equal(parts.root?.body.value[0].url, 'Customers')
  })

  test('ids and versions are those of the request, or else of the batch', async () => {
    const headers = { 'client-request-id': 'mine', 'odata-maxversion': '4.01', accept: 'application/json;odata.metadata=none' }
    const parts = await batch(
      [
        { id: '1', method: 'GET', url: '/Customers?$top=1' },
        { id: '2', method: 'GET', url: '/Customers?$top=1', headers: { 'Client-Request-Id': 'its own', 'client-request-id2': 'x' } },
        {
          id: '3',
          method: 'GET',
          url: '/Customers?$top=1',
          headers: { 'client-request-id': 'own', 'OData-MaxVersion': '4.0', Accept: '*/*' },
        },
      ],
      { headers },
    )
    assert.equal(parts[1]?.headers['client-request-id'], 'mine')
    assert.equal(parts[1]?.headers['odata-version'], '4.01')
    assert.ok(!('@odata.context' in (parts[1]?.body ?? {})))
    assert.equal(parts[2]?.headers['client-request-id'], 'mine')
    assert.equal(parts[3]?.headers['client-request-id'], 'own')
    assert.equal(parts[3]?.headers['odata-version'], '4.0')
    assert.ok('@odata.context' in (parts[3]?.body ?? {}))
  })

  test('preferences and conditions are its own', async () => {
    const [made] = [await service.create({ id: 'a5' })]
    const parts = await batch([
      update('a5', { displayName: 'x' }, { id: '1', headers: { ...json, Prefer: 'return=minimal' } }),
      update('a5', { displayName: 'y' }, { id: '2', dependsOn: ['1'], headers: { ...json, 'If-Match': made['@odata.etag'] } }),
      { id: '3', method: 'GET', url: '/Customers', headers: { Prefer: 'odata.maxpagesize=1' } },
    ])
    assert.deepEqual(statuses(parts), [204, 412, 200])
    assert.equal(parts[1]?.headers['odata-entityid'], `${service.url}/beta/Customers('a5')`)
    assert.equal(parts[3]?.body.value.length, 1)
    assert.match(parts[3]?.body['@odata.nextLink'], /^http.*\/beta\/Customers\?/)
  })

  test('one caller makes a batch, and sees its own rows alone', async () => {
    await service.create({ id: 'a6' })
    const [mine, other] = [await service.token(partner), await service.token('another-partner')]
    const parts = await batch(
      [
        read('a6', { id: '1' }),
        read('a6', { id: '2', headers: { Authorization: `Bearer ${mine}` } }),
        read('a6', { id: '3', headers: { authorization: `Bearer ${other}` } }),
      ],
      { as: 'another-partner' },
    )
    assert.deepEqual(statuses(parts), [404, 400, 404])
    assert.equal((await service.send('POST', '/beta/$batch', { as: null, body: { requests: [] } })).status, 401)
    const reader = await service.token(partner, { permissions: ['Customer.Read.All'] })
    assert.deepEqual(statuses(await batch([read('a6'), update('a6', { displayName: 'x' })], { token: reader })), [200, 403])
  })

  test('each is told to those who watch, as part of its batch', async () => {
    const parts = await batch([{ id: '1', method: 'GET', url: '/Customers?$top=1' }])
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    assert.match(metrics, /tenantry_http_request_duration_seconds_count\{method="GET",status="200"\} \d/)
    assert.ok(parts[1]?.headers['request-id'])
  })
})

describe('addresses', () => {
  test('relative to the version, absolute on the own origin, or a whole path', async () => {
    await service.create({ id: 'b1' })
    const own = service.url
    const urls = [
      '/Customers/b1',
      'Customers/b1',
      "customers('b1')",
      '/beta/Customers/b1',
      '/v1.0/Customers/b1',
      `${own}/beta/Customers/b1`,
      `${own.replace('http', 'HTTP')}/v1.0/Customers('b1')`,
      `${own}/Customers/b1`,
      "Customers?$filter=id eq 'b1'",
      'Customers?$filter=id%20eq%20%27b1%27',
    ]
    for (const target of ['/beta/$batch', '/v1.0/$batch', '/$batch', '/beta/%24batch']) {
      const parts = await batch(
        urls.map((url, i) => ({ id: String(i), method: 'GET', url })),
        {},
        target,
      )
      assert.deepEqual(
        statuses(parts),
        urls.map(() => 200),
      )
      const version = target.startsWith('/v1.0') ? 'v1.0' : 'beta'
      assert.match(parts[0]?.body['@odata.context'], new RegExp(`^${own}/${version}/`))
      assert.match(parts[4]?.body['@odata.context'], new RegExp(`^${own}/v1.0/`))
    }
  })

  for (const url of [
    'https://graph.microsoft.com/v1.0/Customers',
    'http://127.0.0.1:1/beta/Customers',
    'http:///beta/Customers',
    '//evil.example/Customers',
    'file:///etc/passwd',
    'javascript:alert(1)',
  ]) {
    test(`${url} is not ours`, async () => {
      const parts = await batch([{ id: '1', method: 'GET', url }])
      assert.equal(parts[1]?.status, 400)
      assert.equal(parts[1]?.body.error.target, 'url')
    })
  }

  test('a batch takes POST alone, and 415, 406 and 401 as any address', async () => {
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
      const answer = await service.send(method, '/beta/$batch')
      assert.equal(answer.status, 405)
      assert.equal(answer.headers.get('allow'), 'POST')
    }
    const body = { requests: [] }
    assert.equal((await service.send('POST', '/beta/$batch', { body, headers: { 'content-type': 'text/plain' } })).status, 415)
    assert.equal((await service.send('POST', '/beta/$batch', { body, headers: { accept: 'application/xml' } })).status, 406)
    assert.equal((await service.send('POST', '/beta/$batch?$filter=true', { body })).status, 400)
    assert.equal((await service.send('POST', '/beta/$batch/x', { body })).status, 404)
    assert.deepEqual((await service.send('POST', '/beta/$batch', { body })).json, { responses: [] })
  })
})

describe('dependsOn', () => {
  test('after a failure 424, along the whole chain; others go on', async () => {
    const parts = await batch([
      read('nobody', { id: '1' }),
      create('d1', {}, { dependsOn: ['1'] }),
      read('d1', { dependsOn: ['create-d1'] }),
      create('d2'),
      read('d2', { dependsOn: ['create-d2'] }),
    ])
    assert.deepEqual(statuses(parts), [404, 424, 424, 201, 200])
    assert.equal(parts['create-d1']?.body.error.code, 'FailedDependency')
    assert.ok(!(await exists('d1')))
  })

  test('twenty in a row', async () => {
    const requests = Array.from({ length: 10 }, (_, i) => [
      create(`e${i}`, {}, { id: `${2 * i}`, ...(i > 0 ? { dependsOn: [`${2 * i - 1}`] } : {}) }),
      read(`e${i}`, { id: `${2 * i + 1}`, dependsOn: [`${2 * i}`] }),
    ]).flat()
    assert.deepEqual(statuses(await batch(requests)), Array.from({ length: 10 }, () => [201, 200]).flat())
  })

  test('continue-on-error=false leaves out what follows a failure; said to be so, what is said is applied', async () => {
    const requests = [create('f1'), read('nobody', { id: 'fails' }), create('f2')]
    for (const prefer of ['continue-on-error=false', 'odata.continue-on-error=false']) {
      const answer = await service.send('POST', '/beta/$batch', {
        body: { requests: [read('nobody', { id: 'fails' }), create('f2')] },
        headers: { prefer },
      })
      assert.deepEqual(
        answer.json.responses.map(({ id, status }: Part) => [id, status]),
        [['fails', 404]],
      )
      assert.equal(answer.headers.get('preference-applied'), 'continue-on-error=false')
    }
    assert.ok(!(await exists('f2')))
    assert.deepEqual(statuses(await batch(requests, { headers: { prefer: 'odata.continue-on-error' } })), [201, 404, 201])
  })

  test('a condition that is not offered fails its request with 424', async () => {
    const parts = await batch([read('nobody', { id: '1' }), create('f3', {}, { dependsOn: ['1'], if: 'not $1/$succeeded' })])
    assert.deepEqual(statuses(parts), [404, 424])
    assert.equal(parts['create-f3']?.body.error.target, undefined)
    assert.equal((await batch([create('f3', {}, { if: 'true' })]))['create-f3']?.body.error.target, 'if')
  })
})

describe('$<id>', () => {
  test('stands for the entity that an earlier request created or addressed', async () => {
    const parts = await batch([
      { ...create('g1'), id: '1', body: customerBody({ displayName: 'First' }) },
      { id: '2', method: 'GET', url: '$1/displayName', dependsOn: ['1'] },
      { id: '3', method: 'PATCH', url: '/$1', dependsOn: ['1', '2'], headers: json, body: { displayName: 'Second' } },
      { id: '4', method: 'GET', url: '$3?$select=displayName', dependsOn: ['3'] },
      { id: '5', method: 'DELETE', url: `${service.url}/beta/$4`, dependsOn: ['4'] },
      { id: '6', method: 'GET', url: '$1', dependsOn: ['5'] },
    ])
    assert.deepEqual(statuses(parts), [201, 200, 200, 200, 204, 404])
    assert.equal(parts[2]?.body.value, 'First')
    assert.equal(parts[4]?.body.displayName, 'Second')
    assert.doesNotMatch(JSON.stringify(parts), /\/\$[13]/)
  })

  test('its ETag is a condition, its properties are values of a query', async () => {
    await service.create({ id: 'h1', displayName: "O'Hara", domain: 'h.example', contractType: 77 })
    const parts = await batch([
      read('h1', { id: '1' }),
      {
        id: '2',
        method: 'GET',
        url: '/Customers?$filter=displayName eq $1/displayName and contractType eq $1/contractType',
        dependsOn: ['1'],
      },
      { id: '3', method: 'GET', url: "Customers/$count?$filter=domain eq '$1/domain' or domain eq $1/domain", dependsOn: ['1'] },
      {
        id: '4',
        method: 'GET',
        url: 'Customers/$count?$filter=cosmosCreatedDateTimeUTC ge $1/cosmosCreatedDateTimeUTC and deletedDateTime eq $1/deletedDateTime and isDeleted eq $1/isDeleted and id eq @k&@k=$1/id',
        dependsOn: ['1'],
      },
      update('h1', { displayName: 'x' }, { id: '5', dependsOn: ['1', '2', '3', '4'], headers: { ...json, 'if-match': '$1' } }),
      update('h1', { displayName: 'y' }, { id: '6', dependsOn: ['1', '5'], headers: { ...json, 'if-match': '$1' } }),
      { id: '7', method: 'GET', url: 'Customers/h1/domain', dependsOn: ['5'] },
      { id: '8', method: 'GET', url: 'Customers/$count?$filter=domain eq $7', dependsOn: ['7'] },
    ])
    assert.deepEqual(statuses(parts), [200, 200, 200, 200, 200, 412, 200, 200])
    assert.deepEqual(
      parts[2]?.body.value.map(({ id }: { id: string }) => id),
      ['h1'],
    )
    for (const id of [3, 4, 8]) assert.equal(parts[id]?.body, '1', String(id))
  })

  for (const [what, request] of [
    ['no request of this batch', { url: '$9/displayName' }],
    ['a request that it does not depend on', { url: '$2' }],
    ['no ETag', { url: 'Customers/i1', headers: { 'if-none-match': '$3' } }],
    ['an ETag of none', { url: 'Customers/i1', headers: { 'if-match': '$9' } }],
    ['a property that is not there', { url: 'Customers?$filter=domain eq $1/nothing' }],
    ['a prototype', { url: 'Customers?$filter=domain eq $1/constructor' }],
    ['a collection', { url: 'Customers?$filter=domain eq $3' }],
    ['an object', { url: 'Customers?$filter=domain eq $1/domain/length' }],
  ] as const) {
    test(`to ${what} is 400`, async () => {
      const requests = [
        { id: '1', method: 'GET', url: '/Customers/a3' },
        { id: '2', method: 'GET', url: '/Customers?$top=0' },
        { id: '3', method: 'GET', url: '/Customers?$top=1' },
        { id: '4', method: 'GET', dependsOn: ['1', '3'], ...request },
      ]
      const parts = await batch(requests)
      assert.equal(parts[4]?.status, 400, JSON.stringify(parts[4]))
    })
  }

  test('names of the protocol are no references', async () => {
    const parts = await batch([
      { id: 'metadata', method: 'GET', url: '/Customers?$top=1' },
      { id: 'it', method: 'GET', url: '/Customers?$top=1' },
      { id: '3', method: 'GET', url: '$metadata', dependsOn: ['metadata'], headers: { accept: 'application/xml' } },
      { id: '4', method: 'GET', url: '/Customers?$filter=$it/domain ne null&$top=1', dependsOn: ['it'] },
      { id: '5', method: 'GET', url: '/$entity?$id=x' },
    ])
    assert.deepEqual(statuses(parts), [200, 200, 200, 200, 501])
    assert.equal(parts[3]?.headers['Content-Type'], 'application/xml')
  })
})

describe('atomicityGroup', () => {
  const grouped = (requests: readonly object[], name = 'g') => requests.map((request) => ({ ...request, atomicityGroup: name }))

  test('all happen together', async () => {
    await service.create({ id: 'j1' })
    await service.create({ id: 'j2' })
    const parts = await batch([
      ...grouped([create('j3'), update('j1', { displayName: 'in a group' }), { id: 'delete', method: 'DELETE', url: '/Customers/j2' }]),
      read('j1', { dependsOn: ['g'] }),
    ])
    assert.deepEqual(statuses(parts), [201, 200, 204, 200])
    assert.deepEqual(
      inOrder.get(parts)?.map(({ atomicityGroup }) => atomicityGroup),
      ['g', 'g', 'g', undefined],
    )
    assert.equal(parts['read-j1']?.body.displayName, 'in a group')
    assert.deepEqual([await exists('j3'), await exists('j2')], [true, false])
  })

  for (const [what, failing, status] of [
    ['refused by the store', () => create('k1', { azureTenantId: 'tenant of k0' }, { id: 'fails' }), 409],
    ['missing', () => update('nobody', { displayName: 'x' }, { id: 'fails' }), 404],
    ['changed meanwhile', () => update('k0', { displayName: 'x' }, { id: 'fails', headers: { ...json, 'if-match': 'W/"0"' } }), 412],
    ['malformed', () => create('k1', { displayName: 7 }, { id: 'fails' }), 400],
    ['nowhere', () => ({ id: 'fails', method: 'POST', url: '/Nothing', headers: json, body: {} }), 404],
    ['of another service', () => ({ id: 'fails', method: 'DELETE', url: 'https://evil.example/beta/Customers/k0' }), 400],
    ['a read of nothing', () => read('nobody', { id: 'fails' }), 404],
    ['a batch', () => ({ id: 'fails', method: 'POST', url: '/$batch', headers: json, body: { requests: [] } }), 400],
  ] as const) {
    test(`one that is ${what} undoes all`, async () => {
      await service.send('POST', '/beta/Customers', { body: customerBody({ id: 'k0', azureTenantId: 'tenant of k0' }) })
      const before = await service.send('GET', '/beta/Customers/k0')
      for (const at of [0, 1, 2]) {
        const members: object[] = [create('k2'), update('k0', { displayName: 'half done' })]
        members.splice(at, 0, failing())
        const parts = await batch([...grouped(members), create('k3', {}, { dependsOn: ['g'] }), read('k0')])
        const expected = [424, 424]
        expected.splice(at, 0, status)
        assert.deepEqual(statuses(parts), [...expected, 424, 200], JSON.stringify(parts))
        assert.equal(parts['create-k2']?.body.error.code, 'FailedDependency')
      }
      assert.equal((await service.send('GET', '/beta/Customers/k0')).text, before.text)
      assert.deepEqual([await exists('k2'), await exists('k3')], [false, false])
    })
  }

  test('its members see what those before them did, and may refer to what is not there yet', async () => {
    const parts = await batch(
      grouped([
        { ...create('l'), id: '1', body: customerBody({ azureTenantId: 'tenant of l' }) },
        { id: '2', method: 'PATCH', url: '$1', dependsOn: ['1'], headers: json, body: { displayName: 'Twice' } },
        { id: '3', method: 'DELETE', url: '$2', dependsOn: ['2'] },
        create('l4', { azureTenantId: 'tenant of l' }, { dependsOn: ['3'] }),
      ]),
    )
    assert.deepEqual(statuses(parts), [201, 200, 204, 201])
    assert.equal(parts[2]?.body.id, parts[1]?.body.id)
    assert.equal(parts[2]?.body.displayName, 'Twice')
    assert.ok(await exists('l4'))
  })

  test('reads are of what stood before; they cannot depend on a write of the group', async () => {
    await service.create({ id: 'm1', displayName: 'before' })
    const parts = await batch(grouped([update('m1', { displayName: 'after' }), read('m1')]))
    assert.deepEqual(statuses(parts), [200, 200])
    assert.equal(parts['read-m1']?.body.displayName, 'before')
    const refused = await batch(grouped([update('m1', { displayName: 'again' }), read('m1', { dependsOn: ['update-m1'] })]))
    assert.deepEqual(statuses(refused), [424, 400])
    assert.equal(refused['read-m1']?.body.error.target, 'dependsOn')
    assert.equal((await service.send('GET', '/beta/Customers/m1/displayName')).json.value, 'after')
    assert.deepEqual(statuses(await batch(grouped([read('m1'), read('m1', { id: '2' })]))), [200, 200])
  })

  test('what is not known before the group is done cannot be referred to', async () => {
    const [made] = [create('n1', {}, { id: '1' })]
    const etag = await batch(grouped([made, update('n1', {}, { id: '2', dependsOn: ['1'], headers: { ...json, 'if-match': '$1' } })]))
    assert.deepEqual(statuses(etag), [424, 400])
    assert.match(etag[2]?.body.error.message, /no ETag .* or is not known yet/)
    assert.ok(!(await exists('n1')))
  })

  test('a failed dependency fails the whole group, and a group fails what depends on it', async () => {
    const parts = await batch([
      read('nobody', { id: '1' }),
      ...grouped([create('o1', {}, { dependsOn: ['1'] }), create('o2')]),
      read('o2', { dependsOn: ['g'] }),
      ...grouped([create('o3', {}, { dependsOn: ['g'] })], 'h'),
      ...grouped([create('o4')], 'i'),
    ])
    assert.deepEqual(statuses(parts), [404, 424, 424, 424, 424, 201])
    assert.deepEqual([await exists('o1'), await exists('o2'), await exists('o3')], [false, false, false])
  })

  test('groups that cross each other both happen or not, never by half', async () => {
    const pairs = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        batch(grouped([create(`p${i}`, { azureTenantId: `p${i}` }), create(`q${i}`, { azureTenantId: `p${(i + 1) % 16}` })])),
      ),
    )
    const happened = pairs.map((parts) => statuses(parts)?.every((status) => status === 201) ?? false)
    const rows = await service.send('GET', "/beta/Customers?$filter=startswith(id,'p') or startswith(id,'q')&$select=id")
    const ids = rows.json.value.map(({ id }: { id: string }) => id).sort()
    assert.deepEqual(ids, happened.flatMap((did, i) => (did ? [`p${i}`, `q${i}`] : [])).sort())
    assert.ok(happened.includes(true))
  })

  test('a group is one transaction of one managing tenant', async () => {
    const before = (await service.send('GET', '/beta/Customers/$count')).text
    const parts = await batch(grouped([create('r1'), create('r2'), create('r3', { azureTenantId: 'tenant of r1' })]))
    assert.deepEqual(statuses(parts), [424, 424, 409])
    assert.match(parts['create-r3']?.body.error.message, /held|exists/)
    assert.equal((await service.send('GET', '/beta/Customers/$count')).text, before)
  })
})
