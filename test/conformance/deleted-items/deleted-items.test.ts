import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { type TestService, useService } from '../../support/service.ts'

const service = useService()
const list = '/beta/directory/deletedItems/microsoft.graph.Customer'
const item = (id: string) => `/beta/directory/deletedItems/${encodeURIComponent(id)}`
const living = (id: string) => `/beta/Customers('${id}')`
const get = (target: string, headers: Readonly<Record<string, string>> = {}) => service.send('GET', target, { headers })

/** Creates a customer, deletes it, and gives it as a deleted item. */
async function gone(changes: Readonly<Record<string, unknown>> = {}, as?: string) {
  const { id } = await service.create(changes, as)
  const sending = as === undefined ? {} : { as }
  assert.equal((await service.send('DELETE', living(id), sending)).status, 204)
  return (await service.send('GET', item(id), sending)).json
}

describe('deleted items (Graph: directory/deletedItems)', () => {
  test('one is found by its id, with or without its type, in every form of a key', async () => {
    const deleted = await gone({ displayName: 'Gone' })
    assert.equal(deleted.isDeleted, true)
    assert.ok(deleted.deletedDateTime)
    for (const target of [
      `/directory/deletedItems/${deleted.id}`,
      `/v1.0/directory/deleteditems/${deleted.id}`,
      `/beta/directory/deletedItems('${deleted.id}')`,
      `/beta/directory/deletedItems(id='${deleted.id}')`,
      `${list}/${deleted.id}`,
      `${list}('${deleted.id}')`,
      `/beta/directory/deletedItems/microsoft.management.services.api.Customer/${deleted.id}`,
      `${item(deleted.id)}/microsoft.graph.customer`,
    ]) {
      const answer = await get(target)
      assert.equal(answer.status, 200, `${target}: ${answer.text}`)
      assert.equal(answer.json.id, deleted.id)
      assert.equal(answer.headers.get('etag'), deleted['@odata.etag'])
      assert.match(answer.json['@odata.context'], /\/\$metadata#Customers\/\$entity$/)
    }
    assert.equal((await get(`${item(deleted.id)}/displayName/$value`)).text, 'Gone')
    assert.deepEqual((await get(`${item(deleted.id)}/domain`)).json.value, 'adatum.example')
    assert.equal((await get(`${item(deleted.id)}?$select=domain&$compute=length(domain) as l`)).json.domain, 'adatum.example')
    assert.equal((await get(item(deleted.id), { 'if-none-match': deleted['@odata.etag'] })).status, 304)
    const full = await get(item(deleted.id), { accept: 'application/json;odata.metadata=full' })
    assert.equal(full.json['@odata.editLink'], `${service.url}${list}/${deleted.id}`)
    assert.equal((await get(full.json['@odata.editLink'].slice(service.url.length))).json.id, deleted.id)
  })

  test('living ones, those of another partner and those that never were are 404', async () => {
    const { id } = await service.create()
    const theirs = await gone({}, 'fabrikam-partners')
    for (const each of [id, theirs.id, 'nobody']) {
      assert.equal((await get(item(each))).status, 404)
      assert.equal((await service.send('DELETE', item(each))).status, 404)
      assert.equal((await service.send('POST', `${item(each)}/restore`)).status, 404)
    }
    assert.equal((await service.send('GET', item(theirs.id), { as: 'fabrikam-partners' })).status, 200)
  })

  test('a restored one is as it was, and no deleted item any more', async () => {
    const created = await service.create()
    await service.send('DELETE', living(created.id))
    const answer = await service.send('POST', `${item(created.id)}/restore`)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.headers.get('location'), null)
    const { '@odata.etag': etag, cosmosLastModifiedDateTimeUTC: _m, ...restored } = answer.json
    const { '@odata.etag': _e, cosmosLastModifiedDateTimeUTC: _m2, ...expected } = created
    assert.deepEqual(restored, expected)
    assert.equal(answer.headers.get('etag'), etag)
    assert.deepEqual((await get(living(created.id))).json, answer.json)
    assert.equal((await get(item(created.id))).status, 404)
    assert.equal((await service.send('POST', `${item(created.id)}/restore`)).status, 404)
  })

  test('a restore takes no parameters, and answers 204 to return=minimal', async () => {
    const { id } = await gone()
    const restore = (body: unknown, headers: Readonly<Record<string, string>> = {}, name = 'restore') =>
      service.send('POST', `${list}/${id}/${name}`, { body, headers })
    assert.equal((await restore({ force: true })).status, 400)
    assert.equal((await restore('[]')).status, 400)
    assert.equal((await restore({}, { 'if-match': 'W/"999999"' })).status, 412)
    const answer = await restore({}, { prefer: 'return=minimal' }, 'microsoft.graph.restore')
    assert.equal(answer.status, 204)
    assert.equal(answer.headers.get('odata-entityid'), `${service.url}${living(id)}`)
    assert.equal((await get(living(id))).status, 200)
  })

  test('a restore is 409 while another has the tenant id, naming it, and changes nothing', async () => {
    const deleted = await gone()
    const holder = await service.create({ azureTenantId: deleted.azureTenantId.toUpperCase() })
    const answer = await service.send('POST', `${item(deleted.id)}/restore`)
    assert.equal(answer.status, 409)
    assert.equal(answer.json.error.target, 'azureTenantId')
    assert.ok(answer.json.error.message.includes(`'${holder.id}'`))
    assert.deepEqual((await get(item(deleted.id))).json, deleted)
    await service.send('DELETE', living(holder.id))
    assert.equal((await service.send('POST', `${item(deleted.id)}/restore`)).status, 200)
  })

  test('a purge is for good, and frees the id', async () => {
    const { id } = await gone()
    assert.equal((await service.send('DELETE', item(id), { headers: { 'if-match': 'W/"999999"' } })).status, 412)
    const answer = await service.send('DELETE', item(id))
    assert.equal(answer.status, 204)
    assert.equal(answer.text, '')
    for (const [method, target] of [
      ['GET', item(id)],
      ['DELETE', item(id)],
      ['POST', `${item(id)}/restore`],
      ['GET', living(id)],
    ] as const)
      assert.equal((await service.send(method, target)).status, 404)
    assert.equal((await service.send('POST', '/beta/Customers', { body: customerBody({ id }) })).status, 201)
  })

  test('take the permissions that customers take', async () => {
    const { id } = await gone()
    const token = await service.token('contoso-partners', { permissions: ['Customer.Read.All'] })
    for (const [method, target, status] of [
      ['GET', list, 200],
      ['GET', item(id), 200],
      ['DELETE', item(id), 403],
      ['POST', `${item(id)}/restore`, 403],
    ] as const)
      assert.equal((await service.send(method, target, { token })).status, status)
    assert.equal((await service.send('GET', list, { as: null })).status, 401)
  })

  for (const [method, target, status, allow] of [
    ['GET', '/beta/directory/deletedItems', 400],
    ['GET', '/beta/directory/deletedItems/$count', 400],
    ['GET', '/beta/directory', 404],
    ['GET', '/beta/directory/nothing', 404],
    ['GET', '/beta/directory/deletedItems/microsoft.graph.user', 404],
    ['GET', `${list}(azureTenantId='x')`, 400],
    ['GET', `${list}/$count/x`, 404],
    ['GET', `${list}/x/colour`, 404],
    ['GET', `${list}/x/restore`, 405, 'POST'],
    ['POST', list, 405, 'HEAD, GET'],
    ['PATCH', list, 405, 'HEAD, GET'],
    ['PATCH', item('x'), 405, 'HEAD, GET, DELETE'],
    ['PUT', item('x'), 405, 'HEAD, GET, DELETE'],
    ['PUT', `${item('x')}/displayName`, 405, 'HEAD, GET'],
    ['POST', `${item('x')}/restore?$select=id`, 400],
    ['GET', `${list}?$expand=x`, 400],
  ] as const) {
    test(`${method} ${target} is ${status}`, async () => {
      const answer = await service.send(method, target, method === 'GET' ? {} : { body: {} })
      assert.equal(answer.status, status, answer.text)
      assert.equal(answer.headers.get('allow'), allow ?? null)
    })
  }

  test('of a restore and a create of one tenant exactly one happens', async () => {
    for (let round = 0; round < 10; round++) {
      const deleted = await gone()
      const [restored, created] = await Promise.all([
        service.send('POST', `${item(deleted.id)}/restore`),
        service.send('POST', '/beta/Customers', { body: customerBody({ azureTenantId: deleted.azureTenantId }) }),
      ])
      assert.deepEqual([restored.status, created.status].sort(), restored.status === 200 ? [200, 409] : [201, 409])
      assert.equal((await get(`/beta/Customers/$count?$filter=azureTenantId eq '${deleted.azureTenantId}'`)).text, '1')
    }
  })

  test('of a delete and an update the delete wins, and nobody is told otherwise', async () => {
    for (let round = 0; round < 10; round++) {
      const created = await service.create()
      const headers = { 'if-match': created['@odata.etag'] }
      const [deleted, updated] = await Promise.all([
        service.send('DELETE', living(created.id), { headers }),
        service.send('PATCH', living(created.id), { headers, body: { displayName: 'late' } }),
      ])
      assert.ok((deleted.status === 204) !== (updated.status === 200), `${deleted.status} ${updated.status}`)
      const now = await get(deleted.status === 204 ? item(created.id) : living(created.id))
      assert.equal(now.json.displayName, deleted.status === 204 ? 'Adatum Corporation' : 'late')
    }
  })
})

describe('the list of deleted items', () => {
  const tenant = `lister-${randomUUID()}`
  const names = ['Alpha', 'beta', 'Gamma', 'delta', 'Epsilon'] as const
  const arrange = async ({ create, send }: TestService) => {
    for (const displayName of names) {
      const { id } = await create({ displayName, contractType: displayName.length, id: `id ${displayName}` }, tenant)
      await send('DELETE', living(id), { as: tenant })
    }
    await create({ displayName: 'Living' }, tenant)
  }
  const lister = useService({}, arrange)
  const ask = (target: string, headers: Readonly<Record<string, string>> = {}) => lister.send('GET', target, { as: tenant, headers })
  const namesIn = (json: { readonly value: readonly { readonly displayName: string }[] }) =>
    json.value.map(({ displayName }) => displayName)

  for (const [query, expected] of [
    ['', [...names]],
    ['?$orderby=id', ['Alpha', 'Epsilon', 'Gamma', 'beta', 'delta']],
    ['?$orderby=displayName desc', ['Gamma', 'Epsilon', 'delta', 'beta', 'Alpha']],
    ["?$filter=contains(displayName,'TA')", ['beta', 'delta']],
    ['?$filter=isDeleted eq false', []],
    ['?$filter=deletedDateTime ne null', [...names]],
    ['?$search=gamma', ['Gamma']],
    ['?$top=2&$skip=1', ['beta', 'Gamma']],
    ['?$filter=contractType gt 5', ['Epsilon']],
    ['?$orderby=deletedDateTime desc', [...names].reverse()],
    ['?$select=displayName&$compute=contractType mul 2 as twice&$filter=twice eq 8', ['beta']],
  ] as const) {
    test(query || '(all)', async () => {
      const answer = await ask(`${list}${query}`)
      assert.equal(answer.status, 200, answer.text)
      assert.deepEqual(namesIn(answer.json), expected)
    })
  }

  test('tells the context of the set', async () => {
    assert.equal((await ask(list)).json['@odata.context'], `${lister.url}/beta/$metadata#Customers`)
  })

  test('counts, in the list and by $count', async () => {
    const answer = await ask(`${list}?$count=true&$top=1`)
    assert.equal(answer.json['@odata.count'], 5)
    assert.equal((await ask(`${list}/$count`)).text, '5')
    assert.equal((await ask(`${list}/$count?$filter=contractType eq 5`)).text, '3')
    assert.equal((await lister.send('GET', `${list}/$count`, { as: 'nobody' })).text, '0')
  })

  test('$apply works on them alone', async () => {
    const answer = await ask(`${list}?$apply=groupby((contractType),aggregate($count as n))&$orderby=contractType`)
    assert.deepEqual(
      answer.json.value.map(({ contractType, n }: Record<string, unknown>) => [contractType, n]),
      [
        [4, 1],
        [5, 3],
        [7, 1],
      ],
    )
  })

  test('comes in pages, whose links stay with the deleted', async () => {
    for (const query of ['', '?$orderby=displayName', '?$apply=groupby((displayName))']) {
      const seen: string[] = []
      for (let next: string | undefined = `${list}${query}`; next; ) {
        const answer = await ask(next, { prefer: 'maxpagesize=2' })
        assert.equal(answer.status, 200, answer.text)
        assert.ok(answer.json.value.length <= 2)
        seen.push(...namesIn(answer.json))
        const link: string | undefined = answer.json['@odata.nextLink']
        if (link) assert.ok(link.startsWith(`${lister.url}${list}?`), link)
        next = link?.slice(lister.url.length)
      }
      assert.deepEqual([...seen].sort(), [...names].sort())
    }
  })

  test('a token of the one list does not open the other', async () => {
    const { json } = await ask(list, { prefer: 'maxpagesize=2' })
    const query = json['@odata.nextLink'].split('?')[1]
    assert.equal((await ask(`/beta/Customers?${query}`)).status, 400)
  })
})

describe('an operator', () => {
  const service = useService({ operatorTenants: 'operators' })
  const partners = ['contoso-partners', 'fabrikam-partners']

  test('sees the deleted items of all partners, and restores for the one that it names', async () => {
    const ids = new Map<string, string>()
    for (const as of partners) {
      const { id } = await service.create({ azureTenantId: 'the same' }, as)
      ids.set(as, id)
      await service.send('DELETE', living(id), { as })
    }
    const token = await service.token('operators', { permissions: ['Customer.ReadWrite.AllPartners'] })
    const all = await service.send('GET', `${list}?$select=id`, { token })
    assert.deepEqual(new Map(all.json.value.map((row: Record<string, string>) => [row['@tenantry.managingTenantId'], row.id])), ids)
    const [first = '', second = ''] = partners
    const target = `${item(ids.get(second) ?? '')}/restore`
    assert.equal((await service.send('POST', target, { token })).status, 404, "among the operator's own there is none")
    const named = { 'tenantry-managing-tenant': first }
    assert.equal((await service.send('POST', target, { token, headers: named })).status, 404)
    assert.equal((await service.send('POST', target, { token, headers: { 'tenantry-managing-tenant': second } })).status, 200)
    const byTenant = "/beta/Customers(azureTenantId='THE SAME')"
    assert.equal((await service.send('GET', byTenant, { token })).json.id, ids.get(second))
    assert.equal((await service.send('POST', `${item(ids.get(first) ?? '')}/restore`, { token, headers: named })).status, 200)
    const several = await service.send('GET', byTenant, { token })
    assert.equal(several.status, 400)
    assert.equal(several.json.error.target, 'Tenantry-Managing-Tenant')
    assert.equal((await service.send('GET', byTenant, { token, headers: named })).json.id, ids.get(first))
  })
})
