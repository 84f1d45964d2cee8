import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { customerBody } from '../support/customer.ts'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'

const run = promisify(execFile)

const curl = spawnSync('curl', ['--version']).status === 0

test('the curl line that serve prints creates a customer when it is pasted', {
  skip: curl ? false : 'curl is not installed',
}, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const service = await serveProcess(data)
  t.after(() => service.end('SIGKILL'))
  const line = service.greeting.split('\n').find((text) => text.includes('curl')) ?? ''
  const { stdout } = await run('bash', ['-c', line.trim()], { cwd: new URL('../..', import.meta.url) })
  const created = JSON.parse(stdout)
  assert.equal(created.displayName, 'Adatum Corporation')
  assert.ok(created.id)
  assert.equal(await service.end('SIGTERM'), 0)
})

test("the page's example with real values comes back equal, also after kill -9 and a new start", async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const sent = {
    '@odata.type': '#microsoft.management.services.api.Customer',
    id: '52dde42a-e42a-52dd-2ae4-dd522ae4dd52',
    partnerId: '4e3f9a7c-0d53-4ff3-9c3e-7f2d0a6e1b11',
    azureTenantId: '9c1f6d1e-53f4-4be0-8a60-2f7f6a1d3e22',
    contractId: '0f8f9c53-7a83-4ac1-9c0f-3a9e6f5b7c33',
    displayName: 'Contoso “Süd” & Söhne',
    domain: 'contoso.example',
    contractType: 3,
    countryLetterCode: 'DE',
    deletedDateTime: '2026-03-01T00:00:00Z',
    isOnBoardedToMTM: true,
    onboardingStatus: 2,
    delegatedPrivilegeStatus: 3,
    lastDAPRefreshDateTimeUtc: '2026-02-03T04:05:06.789Z',
    cosmosCreatedDateTimeUTC: '2025-01-01T00:00:00Z',
    cosmosLastModifiedDateTimeUTC: '2025-06-01T12:30:00.000001Z',
    isDeleted: true,
  }
  const live = { ...sent, id: 'live', azureTenantId: 'other', deletedDateTime: null, isDeleted: false }
  const first = await serveProcess(data)
  t.after(() => first.end('SIGKILL'))
  for (const body of [sent, live]) {
    const response = await fetch(`${first.url}/beta/Customers`, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.equal(response.status, 201)
    const { '@odata.context': context, '@odata.etag': etag, ...properties } = (await response.json()) as Record<string, unknown>
    assert.deepEqual(properties, body)
    assert.equal(context, `${first.url}/beta/$metadata#Customers/$entity`)
    assert.equal(etag, response.headers.get('etag'))
  }
  await first.end('SIGKILL')
  const second = await serveProcess(data)
  t.after(() => second.end('SIGKILL'))
  const response = await fetch(`${second.url}/beta/Customers('live')`, { headers })
  const { '@odata.context': _context, '@odata.etag': _etag, ...properties } = (await response.json()) as Record<string, unknown>
  assert.deepEqual(properties, live)
})

test('SIGTERM lets a request under way finish and ends with 0', async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const service = await serveProcess(data)
  t.after(() => service.end('SIGKILL'))
  const body = JSON.stringify(customerBody())
  const { port } = new URL(service.url)
  const socket = connect(Number(port), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk))
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.write(
    `POST /beta/Customers HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 10)}`,
  )
  await new Promise((resolve) => setTimeout(resolve, 200))
  const ended = service.end('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 200))
  socket.write(body.slice(10))
  await closed
  assert.match(answer, /^HTTP\/1\.1 201 /)
  assert.match(answer, /connection: close/i)
  assert.equal(await ended, 0)
})

for (const [name, args, pattern] of [
  ['an unknown flag', ['serve', '--prot', '80'], /unknown option '--prot'/],
  ['a port that is none', ['serve', '--port', 'eighty'], /^tenantry: --port takes a number from 0 to 65535, not 'eighty'\.$/m],
  [
    'an open address without an issuer',
    ['serve', '--host', '0.0.0.0'],
    /^tenantry: --host must be a loopback address while no issuer is set/m,
  ],
  ['a database that is not known', ['serve', '--database-url', 'mysql://x'], /^tenantry: --database-url takes sqlite:FILE/m],
  ['half a certificate', ['serve', '--tls-key', 'k.pem'], /^tenantry: --tls-key and --tls-cert .* go together\.$/m],
  [
    'a token without the development issuer',
    ['token', '--issuers', 'https://login.example/v2.0'],
    /^tenantry: Tokens come from https:\/\/login\.example/m,
  ],
  ['a tenant that is none', ['token', '--tenant', 'a b'], /A tenant is a GUID or a name/],
] as const) {
  test(`${name} is one clear line and exit code 2`, async () => {
    const { code, stdout, stderr } = await runCommand(args)
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, pattern)
    assert.doesNotMatch(stderr, / at .*\.ts:\d+/)
  })
}

test('a wrong variable of the environment is named', async () => {
  const { code, stderr } = await runCommand(['serve'], { TENANTRY_PAGE_SIZE: '0' })
  assert.equal(code, 2)
  assert.match(stderr, /^tenantry: TENANTRY_PAGE_SIZE takes a number from 1 to 999, not '0'\.\n$/)
})

test('a port that is taken is one clear line and exit code 1', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const data = temporaryFolder((clean) => t.after(clean))
  const { code, stderr } = await runCommand(['serve', '--data', data, '--port', String(port), '--https-port', '0'])
  assert.equal(code, 1)
  assert.match(stderr, /^tenantry: listen EADDRINUSE/)
})

test("a file that is another program's is refused and left alone", async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  writeFileSync(join(data, 'tenantry.db'), 'this is no database, but somebody may need it'.repeat(20))
  const before = readFileSync(join(data, 'tenantry.db'))
  const { code, stderr } = await runCommand(['serve', '--data', data, '--port', '0', '--https-port', '0'])
  assert.equal(code, 1)
  assert.match(stderr, /^tenantry: /)
  assert.deepEqual(readFileSync(join(data, 'tenantry.db')), before)
})

test('two servers on one file are correct', { timeout: 120_000 }, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const services = await Promise.all([serveProcess(data), serveProcess(data)])
  for (const service of services) t.after(() => service.end('SIGKILL'))
  const etags = new Set<string>()
  await Promise.all(
    services.flatMap((service) =>
      Array.from({ length: 8 }, async () => {
        for (let i = 0; i < 20; i++) {
          const response = await fetch(`${service.url}/beta/Customers`, { method: 'POST', headers, body: JSON.stringify(customerBody()) })
          await response.text()
          assert.equal(response.status, 201)
          const etag = response.headers.get('etag') ?? ''
          assert.ok(!etags.has(etag), `the version ${etag} was given twice`)
          etags.add(etag)
        }
      }),
    ),
  )
  assert.equal(etags.size, 320)
  for (const service of services) assert.equal(await (await fetch(`${service.url}/beta/Customers/$count`, { headers })).text(), '320')
})
