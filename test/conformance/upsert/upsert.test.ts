import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const byKey = (id: string) => `/beta/Customers('${id}')`
const byTenant = (azureTenantId: string) => `/beta/Customers(azureTenantId='${azureTenantId}')`
const ifMissing = { prefer: 'create-if-missing' }
type Headers = Readonly<Record<string, string>>

describe('an upsert by PATCH or PUT (Protocol 4.01, 11.4.4; Graph: Prefer: create-if-missing)', () => {
  for (const [method, headers, created, updated] of [
    ['PATCH', {}, 404, 200],
    ['PATCH', ifMissing, 201, 200],
    ['PATCH', { prefer: 'create-if-missing; return=representation' }, 201, 200],
    ['PATCH', { 'if-none-match': '*' }, 201, 412],
    ['PATCH', { 'if-none-match': 'W/"1"' }, 404, 200],
    ['PATCH', { ...ifMissing, 'if-match': '*' }, 412, 200],
    ['PATCH', { ...ifMissing, 'if-match': 'W/"999999"' }, 412, 412],
    ['PATCH', { 'if-match': '*', 'if-none-match': '*' }, 412, 412],
    ['PUT', {}, 201, 200],
    ['PUT', { 'if-none-match': '*' }, 201, 412],
    ['PUT', { 'if-match': '*' }, 412, 200],
    ['PUT', { 'if-match': 'W/"999999"' }, 412, 412],
  ] as const) {
    for (const [how, address] of [
      ['key', byKey],
      ['alternate key', byTenant],
    ] as const) {
      test(`${method} by ${how} with ${JSON.stringify(headers)}: ${created} where nothing is, ${updated} where something is`, async () => {
        const name = randomUUID()
        const body = customerBody(how === 'key' ? {} : { azureTenantId: name })
        const first = await service.send(method, address(name), { body, headers })
        assert.equal(first.status, created, first.text)
        if (created === 201) {
          assert.equal(first.headers.get('location'), `${service.url}${byKey(first.json.id)}`)
          assert.equal(first.headers.get('etag'), first.json['@odata.etag'])
          assert.equal(how === 'key' ? first.json.id : first.json.azureTenantId, name)
          assert.deepEqual((await service.send('GET', byKey(first.json.id))).json, first.json)
        } else {
          assert.equal((await service.send('GET', address(name))).status, 404)
          const seed = how === 'key' ? { ...body, id: name } : body
          assert.equal((await service.send('POST', '/beta/Customers', { body: seed })).status, 201)
        }
        const second = await service.send(method, address(name), { body: { ...body, displayName: 'Second' }, headers })
        assert.equal(second.status, updated, second.text)
        assert.equal(second.headers.get('location'), null)
        const now = await service.send('GET', address(name))
        assert.equal(now.json.displayName, updated === 200 ? 'Second' : 'Adatum Corporation')
      })
    }
  }

  test('tells which preferences it has honoured, and with return=minimal where the entity is', async () => {
    const name = randomUUID()
    const headers = { prefer: 'create-if-missing, return=minimal' }
    const created = await service.send('PATCH', byTenant(name), { body: customerBody({ azureTenantId: name }), headers })
    assert.equal(created.status, 204)
    assert.equal(created.headers.get('preference-applied'), 'create-if-missing, return=minimal')
    assert.equal(created.headers.get('location'), created.headers.get('odata-entityid'))
    const updated = await service.send('PATCH', byTenant(name), { body: {}, headers })
    assert.equal(updated.status, 204)
    assert.equal(updated.headers.get('location'), null)
    assert.equal(updated.headers.get('odata-entityid'), created.headers.get('odata-entityid'))
  })

  test('honours $select in both cases', async () => {
    const name = randomUUID()
    for (const status of [201, 200]) {
      const answer = await service.send('PUT', `${byTenant(name)}?$select=domain`, { body: customerBody({ azureTenantId: name }) })
      assert.equal(answer.status, status)
      assert.deepEqual(
        Object.keys(answer.json).filter((member) => !member.includes('@')),
        ['domain'],
      )
    }
  })

  test('the address gives the key: the body need not repeat it', async () => {
    const name = randomUUID()
    const { azureTenantId: _, ...body } = customerBody()
    const created = await service.send('PUT', byTenant(name), { body })
    assert.equal(created.status, 201, created.text)
    assert.equal(created.json.azureTenantId, name)
    assert.match(created.json.id, /^[0-9a-f-]{36}$/)
    const chosen = await service.send('PATCH', byTenant(randomUUID()), { body: { ...body, id: `own ${name}` }, headers: ifMissing })
    assert.equal(chosen.status, 201)
    assert.equal(chosen.json.id, `own ${name}`)
  })

  test('by alternate key in another letter case: the value stands as it was, unless the body says otherwise', async () => {
    const name = randomUUID()
    await service.create({ azureTenantId: name })
    const { azureTenantId: _, ...body } = customerBody()
    assert.equal((await service.send('PUT', byTenant(name.toUpperCase()), { body })).json.azureTenantId, name)
    const told = { ...body, azureTenantId: name.toUpperCase() }
    assert.equal((await service.send('PUT', byTenant(name), { body: told })).json.azureTenantId, name.toUpperCase())
  })

  for (const [what, method, address, body, headers, target] of [
    ['another id than the address', 'PUT', byKey('one'), customerBody({ id: 'two' }), {}, 'id'],
    ['another id than the address, only in case', 'PUT', byKey('one'), customerBody({ id: 'ONE' }), {}, 'id'],
    ['another tenant than the address', 'PUT', byTenant('one'), customerBody({ azureTenantId: 'two' }), {}, 'azureTenantId'],
    ['another tenant than the address', 'PATCH', byTenant('one'), { azureTenantId: 'two' }, {}, 'azureTenantId'],
    ['an id that is too long', 'PUT', byKey('x'.repeat(129)), customerBody(), {}, 'id'],
    ['an id with a control character', 'PATCH', byKey('%07'), customerBody(), ifMissing, 'id'],
    ['an empty tenant', 'PUT', byTenant(''), customerBody({ azureTenantId: undefined }), {}, 'azureTenantId'],
    ['a wrong value', 'PATCH', byKey('one'), customerBody({ contractType: 'x' }), ifMissing, 'contractType'],
  ] as const) {
    test(`${method} with ${what} is 400 and creates nothing`, async () => {
      const before = (await service.send('GET', '/beta/Customers/$count')).text
      const answer = await service.send(method, address, { body, headers: headers as Headers })
      assert.equal(answer.status, 400, answer.text)
      assert.deepEqual(
        answer.json.error.details.map((detail: { target: string }) => detail.target),
        [target],
      )
      assert.equal((await service.send('GET', '/beta/Customers/$count')).text, before)
    })
  }

  test('with too little to create: every property that lacks is told, and an update is none the worse for it', async () => {
    const name = randomUUID()
    const answer = await service.send('PATCH', byTenant(name), { body: { displayName: 'x', partnerId: 'p' }, headers: ifMissing })
    assert.equal(answer.status, 400)
    const lacking = [
      'contractId',
      'domain',
      'contractType',
      'countryLetterCode',
      'isOnBoardedToMTM',
      'onboardingStatus',
      'delegatedPrivilegeStatus',
    ]
    assert.deepEqual(
      answer.json.error.details.map((detail: { target: string }) => detail.target),
      lacking,
    )
    await service.create({ azureTenantId: name })
    assert.equal((await service.send('PATCH', byTenant(name), { body: { displayName: 'x' }, headers: ifMissing })).status, 200)
  })

  test('an id that a deleted customer has is 409, and says how to go on', async () => {
    const { id } = await service.create()
    await service.send('DELETE', byKey(id))
    for (const [method, headers] of [
      ['PUT', {}],
      ['PATCH', ifMissing],
    ] as const) {
      const answer = await service.send(method, byKey(id), { body: customerBody(), headers })
      assert.equal(answer.status, 409, answer.text)
      assert.equal(answer.json.error.target, 'id')
      assert.ok(answer.json.error.message.includes(`POST /directory/deletedItems/${id}/restore`))
    }
  })

  test('a tenant that another customer has is 409, naming it', async () => {
    const holder = await service.create()
    const answer = await service.send('PUT', byKey(randomUUID()), { body: customerBody({ azureTenantId: holder.azureTenantId }) })
    assert.equal(answer.status, 409)
    assert.ok(answer.json.error.message.includes(holder.id))
    const mine = await service.create()
    const { azureTenantId } = holder
    assert.equal((await service.send('PUT', byKey(mine.id), { body: customerBody({ azureTenantId }) })).status, 409)
    assert.deepEqual((await service.send('GET', byKey(mine.id))).json, mine)
  })

  test('50 upserts of one tenant at once make one customer', async () => {
    const name = randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        service.send(i % 2 === 0 ? 'PUT' : 'PATCH', byTenant(i % 3 === 0 ? name : name.toUpperCase()), {
          body: customerBody({ azureTenantId: undefined, displayName: `writer ${i}` }),
          headers: ifMissing,
        }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array.from({ length: 49 }, () => 200), 201])
    assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1)
    assert.equal((await service.send('GET', `/beta/Customers/$count?$filter=azureTenantId eq '${name}'`)).text, '1')
  })

  test('of 50 that would only create exactly one does', async () => {
    const name = randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        service.send('PUT', byTenant(name), { body: customerBody({ azureTenantId: name }), headers: { 'if-none-match': '*' } }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array.from({ length: 49 }, () => 412)])
  })
})
