import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { partner } from '../../support/service.ts'
import { forEachStore } from '../../support/stores.ts'

const day = 86_400_000
const basic = (key: string, user = 'feed') => ({ authorization: `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}` })
const header = (key: string) => ({ 'x-api-key': key })

forEachStore((start) => {
  const service = start()
  const create = async (body: Readonly<Record<string, unknown>> = {}, as?: string) => {
    const answer = await service.send('POST', '/beta/accessKeys', {
      body: { displayName: 'Power BI', ...body },
      ...(as === undefined ? {} : { as }),
    })
    assert.equal(answer.status, 201, answer.text)
    return answer
  }
  const readWith = (headers: Readonly<Record<string, string>>, target = '/beta/Customers?$select=id') =>
    service.send('GET', target, { as: null, headers })

  describe('a key is made', () => {
    test('with its secret in the answer, once', async () => {
      const { json, headers } = await create()
      assert.match(json.secretText, /^tnk\.contoso-partners\.[A-Za-z0-9_-]{43}$/)
      assert.equal(json.hint, json.secretText.slice(-4))
      assert.equal(json.lastUsedDateTime, null)
      assert.match(headers.get('location') ?? '', new RegExp(`/beta/accessKeys/${json.id}$`))
      const told = await service.send('GET', `/beta/accessKeys/${json.id}`)
      const { secretText, ...rest } = json
      assert.deepEqual(told.json, rest)
      assert.deepEqual((await service.send('GET', `/v1.0/AccessKeys('${json.id}')`)).json, rest)
      const list = await service.send('GET', '/beta/accessKeys')
      assert.ok(list.json.value.some(({ id }: { id: string }) => id === json.id))
      assert.ok(!list.text.includes(secretText))
    })

    test('good for 90 days, or as long as it says, up to a year', async () => {
      const { json } = await create()
      const days = (Date.parse(json.endDateTime) - Date.parse(json.createdDateTime)) / day
      assert.ok(days > 89.9 && days < 90.1)
      const end = new Date(Date.now() + 300 * day).toISOString().slice(0, 19)
      assert.equal(
        (await create({ endDateTime: `${end}+02:00` })).json.endDateTime,
        `${new Date(Date.parse(`${end}+02:00`)).toISOString().slice(0, 19)}Z`,
      )
    })

    for (const [body, target] of [
      [{}, 'displayName'],
      [{ displayName: '' }, 'displayName'],
      [{ displayName: 7 }, 'displayName'],
      [{ displayName: 'x', endDateTime: '2020-01-01T00:00:00Z' }, 'endDateTime'],
      [{ displayName: 'x', endDateTime: '9999-01-01T00:00:00Z' }, 'endDateTime'],
      [{ displayName: 'x', endDateTime: 'tomorrow' }, 'endDateTime'],
      [{ displayName: 'x', id: 'mine' }, 'id'],
      [{ displayName: 'x', secretText: 'mine' }, 'secretText'],
    ] as const)
      test(`not from ${JSON.stringify(body)}`, async () => {
        const answer = await service.send('POST', '/beta/accessKeys', { body })
        assert.equal(answer.status, 400)
        assert.equal(answer.json.error.target, target)
      })

    test('and all faults are told at once; what is no object is refused', async () => {
      const answer = await service.send('POST', '/beta/accessKeys', { body: { name: 'x', endDateTime: null } })
      assert.deepEqual(answer.json.error.details.map(({ target }: { target: string }) => target).sort(), [
        'displayName',
        'endDateTime',
        'name',
      ])
      for (const body of ['', '[]', 'null', '"x"', '{'])
        assert.equal((await service.send('POST', '/beta/accessKeys', { body })).status, 400)
      const form = { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
      assert.equal((await service.send('POST', '/beta/accessKeys', form)).status, 415)
    })
  })

  describe('a key stands in for a token', () => {
    test('as the password of Basic, whatever the user name, and in X-Api-Key', async () => {
      const customer = await service.create()
      const { secretText } = (await create()).json
      for (const headers of [basic(secretText), basic(secretText, ''), basic(secretText, 'ü'), header(secretText)]) {
        const answer = await readWith(headers)
        assert.equal(answer.status, 200, answer.text)
        assert.ok(answer.json.value.some(({ id }: { id: string }) => id === customer.id))
        assert.equal((await readWith(headers, `/beta/Customers/${customer.id}`)).status, 200)
        assert.equal((await readWith(headers, '/beta/Customers/$count')).status, 200)
      }
    })

    test('it sees its own partner’s rows and no other’s', async () => {
      const { id } = await service.create({}, 'fabrikam-partners')
      const { secretText } = (await create()).json
      assert.equal((await readWith(header(secretText), `/beta/Customers/${id}`)).status, 404)
      assert.equal((await readWith({ ...header(secretText), 'tenantry-managing-tenant': 'fabrikam-partners' })).status, 403)
      assert.equal((await readWith(header(secretText.replace(partner, 'fabrikam-partners')))).status, 401)
    })

    test('it only reads: writes and keys are 403, and the answer says why', async () => {
      const customer = await service.create()
      const { secretText, id } = (await create()).json
      const requests = [
        ['POST', '/beta/Customers', {}],
        ['PATCH', `/beta/Customers/${customer.id}`, { displayName: 'x' }],
        ['DELETE', `/beta/Customers/${customer.id}`, undefined],
        ['GET', '/beta/accessKeys', undefined],
        ['POST', '/beta/accessKeys', { displayName: 'another' }],
        ['DELETE', `/beta/accessKeys/${id}`, undefined],
      ] as const
      const full = { ...customer, id: undefined, azureTenantId: 'new' }
      for (const [method, target, body] of requests) {
        const sent = method === 'POST' && target === '/beta/Customers' ? full : body
        const answer = await service.send(method, target, {
          as: null,
          headers: header(secretText),
          ...(sent === undefined ? {} : { body: sent }),
        })
        assert.equal(answer.status, 403, `${method} ${target} ${answer.text}`)
        assert.equal(answer.json.error.code, 'Authorization_RequestDenied')
        assert.match(answer.json.error.message, /An access key only reads/)
      }
    })

    test('of a batch, too', async () => {
      const { secretText } = (await create()).json
      const requests = [
        { id: '1', method: 'GET', url: '/Customers?$top=1' },
        { id: '2', method: 'DELETE', url: '/Customers/nobody' },
        { id: '3', method: 'GET', url: '/Customers', headers: { 'X-Api-Key': `${secretText.slice(0, -1)}x` } },
      ]
      for (const headers of [header(secretText), basic(secretText)]) {
        const answer = await service.send('POST', '/beta/$batch', { as: null, headers, body: { requests } })
        assert.equal(answer.status, 200, answer.text)
        const statuses = answer.json.responses.map(({ id, status }: { id: string; status: number }) => `${id} ${status}`).sort()
        assert.deepEqual(statuses, ['1 200', '2 403', '3 400'])
      }
    })

    test('its use is told', async () => {
      const { secretText, id } = (await create()).json
      await readWith(header(secretText))
      // Nobody waits for the note: it is there soon.
      for (let tries = 0; tries < 200; tries++) {
        if ((await service.send('GET', `/beta/accessKeys/${id}`)).json.lastUsedDateTime !== null) return
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      assert.fail('the use was never noted')
    })

    test('a bearer token counts before a key', async () => {
      const { secretText } = (await create({}, 'fabrikam-partners')).json
      const { id } = await service.create()
      assert.equal((await service.send('GET', `/beta/Customers/${id}`, { headers: header(secretText) })).status, 200)
    })
  })

  describe('credentials that are none', () => {
    test('are 401 in the ordinary shape, and never told back', async () => {
      const wrong = `tnk.${partner}.${'A'.repeat(43)}`
      const bad = [
        basic(wrong),
        basic(''),
        basic('not a key'),
        header(wrong),
        header('x'),
        header(`tnk..${'A'.repeat(43)}`),
        header(`${wrong}A`),
        { authorization: 'Basic' },
        { authorization: 'Basic ???' },
        { authorization: `Basic ${Buffer.from(wrong).toString('base64')}` },
        { authorization: `Bearer ${wrong}` },
      ]
      for (const headers of bad) {
        const answer = await readWith(headers as Record<string, string>)
        assert.equal(answer.status, 401, JSON.stringify(headers))
        assert.equal(answer.json.error.code, 'InvalidAuthenticationToken')
        assert.ok(answer.headers.get('www-authenticate'))
        assert.ok(!answer.text.includes('AAAA'))
      }
      assert.match((await readWith(basic(wrong))).headers.get('www-authenticate') ?? '', /^Bearer .*, Basic /)
      // A browser that is told of Basic asks for a user name and a password.
      assert.doesNotMatch((await readWith({})).headers.get('www-authenticate') ?? '', /Basic/)
    })

    test('a key in the URL is not taken', async () => {
      const { secretText } = (await create()).json
      for (const name of ['api-key', 'key', 'x-api-key'])
        assert.equal((await readWith({}, `/beta/Customers?${name}=${secretText}`)).status, 401)
    })
  })

  describe('a key is revoked', () => {
    test('at once, by its own partner alone', async () => {
      const { secretText, id } = (await create()).json
      assert.equal((await readWith(header(secretText))).status, 200)
      assert.equal((await service.send('DELETE', `/beta/accessKeys/${id}`, { as: 'fabrikam-partners' })).status, 404)
      assert.equal((await service.send('GET', `/beta/accessKeys/${id}`, { as: 'fabrikam-partners' })).status, 404)
      assert.equal((await readWith(header(secretText))).status, 200)
      assert.equal((await service.send('DELETE', `/beta/accessKeys/${id}`)).status, 204)
      assert.equal((await readWith(header(secretText))).status, 401)
      assert.equal((await readWith(basic(secretText))).status, 401)
      assert.equal((await service.send('DELETE', `/beta/accessKeys/${id}`)).status, 404)
      assert.equal((await service.send('GET', `/beta/accessKeys/${id}`)).status, 404)
    })
  })

  describe('the addresses of keys', () => {
    test('take what they take', async () => {
      for (const [method, target, allow] of [
        ['PUT', '/beta/accessKeys', 'HEAD, GET, POST'],
        ['PATCH', '/beta/accessKeys/x', 'HEAD, GET, DELETE'],
      ] as const) {
        const answer = await service.send(method, target, { body: {} })
        assert.equal(answer.status, 405)
        assert.equal(answer.headers.get('allow'), allow)
      }
      assert.equal((await service.send('GET', '/beta/accessKeys/x/y')).status, 404)
      assert.equal((await service.send('GET', '/beta/accessKeys?$filter=true')).status, 400)
      assert.equal((await service.send('GET', '/beta/accessKeys', { headers: { accept: 'text/html' } })).status, 406)
      assert.equal((await service.send('GET', '/beta/accessKeys(1)')).status, 400)
      assert.equal((await service.send('HEAD', '/beta/accessKeys')).status, 200)
    })

    test('are for those who may write', async () => {
      assert.equal((await service.send('GET', '/beta/accessKeys', { as: null })).status, 401)
      const token = await service.token(partner, { permissions: ['Customer.Read.All'] })
      for (const method of ['GET', 'POST']) {
        const answer = await service.send(method, '/beta/accessKeys', {
          token,
          ...(method === 'POST' ? { body: { displayName: 'x' } } : {}),
        })
        assert.equal(answer.status, 403)
      }
    })

    test('hold a hundred keys of a tenant at the most', async () => {
      for (let i = 0; i < 100; i++) await create({}, 'many-partners')
      const answer = await service.send('POST', '/beta/accessKeys', { body: { displayName: 'one more' }, as: 'many-partners' })
      assert.equal(answer.status, 400)
      assert.match(answer.json.error.message, /revoke some first/)
    })
  })
})
