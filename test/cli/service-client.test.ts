import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openService } from '../../src/cli/open-service.ts'
import { createServiceClient, type ServiceError } from '../../src/cli/service-client.ts'
import { readClientConfig } from '../../src/client-config.ts'
import { ConfigError } from '../../src/config.ts'
import { customerBody } from '../support/customer.ts'
import { deadAddress, startGateway } from '../support/gateway.ts'
import { serveProcess, temporaryFolder } from '../support/process.ts'
import { partner, useService } from '../support/service.ts'

const service = useService()
const clientAt = (url: string, changes = {}) =>
  createServiceClient({ root: `${url}/v1.0`, token: () => service.token(partner), timeoutSeconds: 20, ...changes })

describe('a client of the service', () => {
  test('creates, reads and follows links', async () => {
    const client = clientAt(service.url)
    const created = await client.send({ method: 'POST', target: 'Customers', body: customerBody() })
    assert.equal(created.status, 201)
    const { id } = created.body as { id: string }
    const answer = await client.send({ target: `Customers('${id}')` })
    assert.deepEqual(answer.body, created.body)
    await service.create()
    const page = (await client.send({ target: 'Customers?$top=2&$select=id', headers: { prefer: 'odata.maxpagesize=1' } })).body as Record<
      string,
      unknown
    >
    const next = (await client.send({ target: String(page['@odata.nextLink']) })).body as { value: unknown[] }
    assert.equal(next.value.length, 1)
  })

  test("tells what the service refuses in the service's words", async () => {
    await assert.rejects(clientAt(service.url).send({ target: 'Customers?$filter=nonsense eq 1' }), (error: ServiceError) => {
      assert.equal(error.status, 400)
      assert.equal(error.code, 'Request_BadRequest')
      assert.match(error.message, /nonsense/)
      return true
    })
    const body = customerBody({ displayName: '', domain: 7 })
    await assert.rejects(clientAt(service.url).send({ method: 'POST', target: 'Customers', body }), (error: ServiceError) => {
      assert.deepEqual(
        error.details.map(({ target }) => target),
        ['displayName', 'domain'],
      )
      return true
    })
  })

  for (const status of [429, 503]) {
    test(`waits as long as ${status} asks, and tries again, also a create`, async (t) => {
      const gateway = await startGateway(
        service.url,
        ({ count }, response) => {
          if (count > 2) return 'pass'
          response.writeHead(status, { 'retry-after': count === 1 ? '1' : new Date(Date.now() + 1_000).toUTCString() }).end()
          return 'handled'
        },
        (clean) => t.after(clean),
      )
      const waits: number[] = []
      const client = clientAt(gateway.url, { waiting: (_reason: string, seconds: number) => waits.push(seconds) })
      assert.equal((await client.send({ method: 'POST', target: 'Customers', body: customerBody() })).status, 201)
      assert.equal(gateway.asked.length, 3)
      assert.ok(waits.length === 2 && (waits[0] ?? 0) >= 1, String(waits))
    })
  }

  test('gives up after its tries, and says why', async (t) => {
    const gateway = await startGateway(
      service.url,
      (_request, response) => {
        response.writeHead(503, { 'content-type': 'application/json' })
        response.end('{"error":{"code":"serviceNotAvailable","message":"The database is away."}}')
        return 'handled'
      },
      (clean) => t.after(clean),
    )
    await assert.rejects(clientAt(gateway.url, { attempts: 2 }).send({ target: 'Customers' }), /The database is away\./)
    assert.equal(gateway.asked.length, 2)
  })

  test('sends again what is done once by being done twice, when the answer was lost, and a create not', async (t) => {
    let losing = true
    const gateway = await startGateway(
      service.url,
      ({ method }) => {
        if (method === 'GET' || !losing) return 'pass'
        losing = false
        return 'lose the answer'
      },
      (clean) => t.after(clean),
    )
    const client = clientAt(gateway.url)
    const { id } = await service.create()
    await client.send({ target: 'Customers?$top=1' })
    assert.equal((await client.send({ method: 'PATCH', target: `Customers('${id}')`, body: { displayName: 'Changed' } })).status, 200)
    assert.equal(gateway.asked.length, 3)
    losing = true
    await assert.rejects(
      client.send({ method: 'POST', target: 'Customers', body: customerBody() }),
      (error: ServiceError) => error.status === 0,
    )
  })

  test('an answer that does not come is told after the time that it may take', async (t) => {
    const gateway = await startGateway(
      service.url,
      () => 'handled',
      (clean) => t.after(clean),
    )
    await assert.rejects(clientAt(gateway.url, { timeoutSeconds: 0.2 }).send({ target: 'Customers' }), /gave no answer within 0\.2 s/)
  })

  test('a wrong address is told at once', async () => {
    await assert.rejects(clientAt(await deadAddress()).send({ target: 'Customers' }), /Nothing listens at http:\/\/127\.0\.0\.1:\d+\/v1\.0/)
    await assert.rejects(clientAt('http://nowhere.invalid').send({ target: 'Customers' }), /cannot be resolved|cannot be asked/)
  })

  test('a link to another origin never gets the token', async (t) => {
    const other = await startGateway(
      service.url,
      () => 'pass',
      (clean) => t.after(clean),
    )
    await clientAt(service.url).send({ target: `${other.url}/v1.0/Customers?$top=1` })
    assert.deepEqual(other.asked, [])
  })

  test('a request can be stopped while it waits', async (t) => {
    const gateway = await startGateway(
      service.url,
      (_request, response) => {
        response.writeHead(503, { 'retry-after': '30' }).end()
        return 'handled'
      },
      (clean) => t.after(clean),
    )
    const stop = new AbortController()
    const client = clientAt(gateway.url, { waiting: () => stop.abort() })
    await assert.rejects(client.send({ target: 'Customers', signal: stop.signal }), { name: 'AbortError' })
  })
})

describe('the settings of a client', () => {
  test('an address may name the version or leave it out', () => {
    for (const [address, root] of [
      ['https://tenantry.example', 'https://tenantry.example/v1.0'],
      ['https://tenantry.example/', 'https://tenantry.example/v1.0'],
      ['https://tenantry.example/beta', 'https://tenantry.example/beta'],
      ['https://tenantry.example/v1.0/', 'https://tenantry.example/v1.0'],
      ['http://[::1]:8080', 'http://[::1]:8080/v1.0'],
    ] as const)
      assert.equal(readClientConfig({ url: address }, {}).root, root)
  })

  for (const [flags, message] of [
    [{ url: 'tenantry.example' }, /^--url takes an address/],
    [{ url: 'ftp://tenantry.example' }, /^--url takes an address/],
    [{ url: 'https://tenantry.example?x=1' }, /^--url takes an address/],
    [{ url: 'https://me:secret@tenantry.example' }, /^--url takes no user name/],
    [{ token: 'abc def' }, /^--token holds characters/],
    [{ timeout: '0' }, /^--timeout takes seconds/],
    [{ timeout: 'long' }, /^--timeout takes seconds/],
  ] as const) {
    test(`${JSON.stringify(flags)} is a wrong setting`, () => {
      assert.throws(
        () => readClientConfig(flags, {}),
        (error: Error) => error instanceof ConfigError && message.test(error.message),
      )
    })
  }

  test('a variable is named as one, and its secret is not told', () => {
    assert.throws(() => readClientConfig({}, { TENANTRY_TOKEN: 'sec ret' }), /^Error: TENANTRY_TOKEN holds characters that no token has\.$/)
  })

  test('with the data folder of a development service no token is needed, over http and https', async (t) => {
    const data = temporaryFolder((clean) => t.after(clean))
    const served = await serveProcess(data, ['--https-port', 'free'])
    t.after(() => served.end('SIGKILL'))
    for (const url of [served.url, served.httpsUrl ?? '']) {
      const client = await openService({ url, data }, 'Customer.Read.All', () => undefined)
      assert.deepEqual(((await client.send({ target: 'Customers' })).body as { value: unknown }).value, [])
    }
  })

  for (const [name, flags, message] of [
    ['another machine', { url: 'https://tenantry.example' }, /https:\/\/tenantry\.example\/v1\.0 asks for a token: TENANTRY_TOKEN/],
    ['a folder without keys', { url: 'http://127.0.0.1:1', data: join('/', randomUUID()) }, /^There is no token: TENANTRY_TOKEN/],
    ['a token and a tenant', { token: 'x', tenant: 'contoso' }, /^--tenant is for tokens of the development issuer/],
  ] as const) {
    test(`${name}: what is missing is told`, async () => {
      await assert.rejects(
        openService(flags, 'Customer.Read.All', () => undefined),
        (error: Error) => error instanceof ConfigError && message.test(error.message),
      )
    })
  }
})
