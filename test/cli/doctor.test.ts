import assert from 'node:assert/strict'
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, type TestContext, test } from 'node:test'
import type { Check } from '../../src/cli/doctor/check.ts'
import { checkClock } from '../../src/cli/doctor/check-clock.ts'
import { makeCertificate } from '../support/certificate.ts'
import { ask, makeDatabase, postgresMissing } from '../support/databases.ts'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'

const folder = (t: TestContext) => temporaryFolder((clean) => t.after(clean))

/** What the doctor finds, and that the exit code says the same. */
async function examine(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await runCommand(['doctor', '--json', ...args], environment)
  assert.equal(stderr, '')
  const { healthy, checks } = JSON.parse(stdout) as { healthy: boolean; checks: readonly Check[] }
  assert.equal(code, healthy ? 0 : 1)
  assert.equal(
    healthy,
    checks.every(({ outcome }) => outcome !== 'problem'),
  )
  for (const { outcome, advice } of checks) assert.equal(advice === undefined, outcome === 'ok')
  const of = (name: string) => checks.filter((check) => check.name === name).map(({ outcome, message }) => `${outcome}: ${message}`)
  return { healthy, checks, of }
}

describe('the doctor', () => {
  test('finds a new installation and a running one well, and changes nothing', async (t) => {
    const data = join(folder(t), 'data')
    const before = await examine(['--data', data])
    assert.ok(before.healthy)
    assert.deepEqual(before.of('data'), [`ok: ${data} will be made on first start.`])
    assert.deepEqual(readdirSync(join(data, '..')), [])
    const service = await serveProcess(data, ['--https-port', 'free'])
    t.after(() => service.end('SIGKILL'))
    const beside = await examine(['--data', data])
    assert.ok(beside.healthy, JSON.stringify(beside.checks))
    assert.match(beside.of('database').join(), /^ok: .* can be read and written to\.$/)
    assert.match(beside.of('migrations').join(), /^ok: The schema is up to date \(\d+\)\.$/)
    assert.match(beside.of('certificate').join(), /^ok: Made by the service .* until \d{4}-\d\d-\d\d/)
  })

  test('writes a line for each, and under it what to do', async (t) => {
    const data = folder(t)
    writeFileSync(join(data, 'tenantry.db'), 'somebody else wrote this')
    const { code, stdout } = await runCommand(['doctor', '--data', data], { TENANTRY_PAGESIZE: '10' })
    assert.equal(code, 1)
    assert.match(stdout, /^warning +settings +TENANTRY_PAGESIZE is no setting\.\n +→ Did you mean TENANTRY_PAGE_SIZE\?$/m)
    assert.match(stdout, /^problem +database +\S+ is no database of Tenantry\.\n +→ /m)
    assert.match(stdout, /\n1 problem, 1 warning\.\n$/)
  })

  test('settings that cannot be are a problem, told as serve tells them', async () => {
    const { checks } = await examine(['--port', 'eighty'])
    assert.deepEqual(
      checks.map(({ name, message }) => [name, message]),
      [['settings', "--port takes a number from 0 to 65535, not 'eighty'."]],
    )
  })

  test('an open address without TLS or a proxy is warned of', async (t) => {
    const { of } = await examine(['--data', folder(t), '--host', '0.0.0.0', '--issuers', 'http://127.0.0.1:1/v2.0'])
    assert.match(of('settings').join('\n'), /^warning: Tokens and customers travel over plain http to 0\.0\.0\.0\.$/m)
  })

  test('a data folder that everybody may look into is warned of', async (t) => {
    const data = folder(t)
    chmodSync(data, 0o755)
    assert.match((await examine(['--data', data])).of('data').join(), /^warning: .* open to every user/)
  })

  test('a data folder that is a file is a problem', async (t) => {
    const data = join(folder(t), 'data')
    writeFileSync(data, '')
    assert.match((await examine(['--data', data])).of('data').join(), /^problem: .* cannot be written to/)
  })

  test('a damaged database and one of a newer version are problems', async (t) => {
    const data = folder(t)
    assert.equal((await runCommand(['migrate', '--data', data])).code, 0)
    const file = join(data, 'tenantry.db')
    const database = new DatabaseSync(file)
    database.exec('pragma user_version = 999')
    database.close()
    assert.match((await examine(['--data', data])).of('migrations').join(), /^problem: .* newer version/)
    const older = new DatabaseSync(file)
    older.exec('pragma user_version = 1')
    older.close()
    assert.match((await examine(['--data', data])).of('migrations').join(), /^ok: Schema 1: the next start brings it to \d+\.$/)
  })

  test('a database that another process holds locked is a problem', async (t) => {
    const data = folder(t)
    assert.equal((await runCommand(['migrate', '--data', data])).code, 0)
    const database = new DatabaseSync(join(data, 'tenantry.db'))
    t.after(() => database.close())
    database.exec('begin immediate')
    assert.match((await examine(['--data', data])).of('database').join(), /^problem: .*locked/)
  })
})

/** An issuer on loopback that answers as it is told. */
async function startIssuer(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('the doctor asks issuers', () => {
  test('one that answers is well: its keys are there, and the clocks agree', async (t) => {
    const service = await serveProcess(folder(t))
    t.after(() => service.end('SIGKILL'))
    const issuer = `${service.url}/11111111-1111-4111-8111-111111111111/v2.0`
    const { of } = await examine(['--data', folder(t), '--issuers', issuer])
    assert.deepEqual(of('issuer'), [`ok: ${issuer} answers, with 1 key.`])
    assert.match(of('clock').join(), /^ok: /)
  })

  test('one that is not there is a problem, and says why', async (t) => {
    const { of } = await examine(['--data', folder(t), '--issuers', 'http://127.0.0.1:1/v2.0'])
    assert.match(of('issuer').join(), /^problem: http:\/\/127\.0\.0\.1:1\/v2\.0: .+\.$/)
  })

  for (const [name, keys, called, pattern] of [
    ['one without keys is a problem', [], '', /^problem: .* publishes no key/],
    ['one that calls itself otherwise is warned of', [{ kty: 'RSA' }], '/other', /^warning: .* calls itself /],
  ] as const) {
    test(name, async (t) => {
      const issuer = await startIssuer(t, (request, response) => {
        response.setHeader('content-type', 'application/json')
        response.end(
          JSON.stringify(request.url?.endsWith('configuration') ? { issuer: `${issuer}${called}`, jwks_uri: `${issuer}/keys` } : { keys }),
        )
      })
      assert.match((await examine(['--data', folder(t), '--issuers', issuer])).of('issuer').join(), pattern)
    })
  }

  test('a clock that is ten minutes off is a problem', async (t) => {
    const issuer = await startIssuer(t, (request, response) => {
      response.setHeader('date', new Date(Date.now() - 600_000).toUTCString())
      response.end(
        JSON.stringify(request.url?.endsWith('configuration') ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: [{ kty: 'RSA' }] }),
      )
    })
    assert.match((await examine(['--data', folder(t), '--issuers', issuer])).of('clock').join(), /^problem: .* \d{3} s apart\.$/)
  })

  test('clocks are said to agree within seconds', () => {
    const outcomes = [0, -4_999, 5_000, -59_999, 60_000].map((ahead) => checkClock("the database's", ahead).outcome)
    assert.deepEqual(outcomes, ['ok', 'ok', 'warning', 'warning', 'problem'])
  })
})

describe('the doctor reads certificates', () => {
  const issuers = ['--issuers', 'http://127.0.0.1:1/v2.0']
  const found = async (t: TestContext, from: number, until: number, ...args: readonly string[]) => {
    const { keyFile, certFile } = await makeCertificate(folder(t), 'tenantry.example', from, until)
    return (await examine(['--data', folder(t), ...issuers, '--tls-key', keyFile, '--tls-cert', certFile, ...args]))
      .of('certificate')
      .join()
  }

  test('one that is good', async (t) => {
    assert.match(await found(t, -1, 90, '--public-url', 'https://tenantry.example'), /^ok: .* is good until /)
  })
  test('one that expires within a month', async (t) => assert.match(await found(t, -1, 20), /^warning: .* expires on /))
  test('one that has expired', async (t) => assert.match(await found(t, -9, -1), /^problem: .* has expired on /))
  test('one that is not valid yet', async (t) => assert.match(await found(t, 1, 90), /^problem: .* is not valid before /))
  test('one for another host', async (t) => {
    assert.match(await found(t, -1, 90, '--public-url', 'https://other.example'), /^warning: .* is not for other\.example\.$/)
  })
  test("a key that is another certificate's", async (t) => {
    const [one, other] = [await makeCertificate(folder(t), 'a.example', -1, 90), await makeCertificate(folder(t), 'a.example', -1, 90)]
    const { of } = await examine(['--data', folder(t), ...issuers, '--tls-key', one.keyFile, '--tls-cert', other.certFile])
    assert.match(of('certificate').join(), /^problem: .* is not the key of /)
  })
  test('a file that is not there', async (t) => {
    const { of } = await examine(['--data', folder(t), ...issuers, '--tls-key', 'none.pem', '--tls-cert', 'none.pem'])
    assert.match(of('certificate').join(), /^problem: .*ENOENT/)
  })
})

describe('the doctor asks PostgreSQL', { skip: postgresMissing ?? false }, () => {
  const prepare = async (t: TestContext) => {
    const { url, drop } = await makeDatabase()
    t.after(drop)
    return url
  }

  test('one that is well', async (t) => {
    const url = await prepare(t)
    const empty = await examine(['--data', folder(t), '--database-url', url])
    assert.match(empty.of('migrations').join(), /^ok: Schema 0: the next start brings it to \d+\.$/)
    assert.deepEqual(await ask(url, "select 1 from pg_tables where schemaname = 'public'"), [])
    const unready = await examine(['--data', folder(t), '--database-url', url, '--migrate', 'false'])
    assert.match(unready.of('migrations').join(), /^problem: /)
    assert.equal((await runCommand(['migrate', '--database-url', url])).code, 0)
    const { of } = await examine(['--data', folder(t), '--database-url', url])
    assert.match(of('database').join(), /^ok: PostgreSQL at 127\.0\.0\.1:\d+\/test_\S+ \(version \d+\) can be read and written to\.$/)
    assert.match(of('migrations').join(), /^ok: The schema is up to date/)
    assert.match(of('clock').join(), /^ok: /)
    // The tests' server does without for speed.
    assert.match(of('durability').join(), /^problem: The server has fsync = off/)
  })

  test('one that is not there, without telling the password', async (t) => {
    const { of, checks } = await examine(['--data', folder(t), '--database-url', 'postgres://tenantry:geheim@127.0.0.1:1/tenantry'])
    assert.match(of('database').join(), /^problem: PostgreSQL at 127\.0\.0\.1:1\/tenantry: .*ECONNREFUSED/)
    assert.doesNotMatch(JSON.stringify(checks), /geheim/)
  })

  test('one that may not be written to, has no index of words, or too few connections', async (t) => {
    const url = await prepare(t)
    assert.equal((await runCommand(['migrate', '--database-url', url])).code, 0)
    const reader = `reader_${process.pid}`
    t.after(() => ask(url.replace(/[^/]*$/, 'postgres'), `drop role ${reader}`))
    await ask(url, `create role ${reader} login; grant select on all tables in schema public to ${reader}`)
    await ask(url, 'drop index customers_search')
    const asReader = new URL(url)
    asReader.username = reader
    const { of } = await examine(['--data', folder(t), '--database-url', asReader.href, '--database-connections', '900'])
    assert.match(of('database').join(), /^problem: .* cannot be written to: permission denied/)
    assert.match(of('search').join(), /^warning: /)
    assert.match(of('connections').join(), /^warning: /)
  })

  test('a database that takes no writes by its own setting', async (t) => {
    const url = await prepare(t)
    assert.equal((await runCommand(['migrate', '--database-url', url])).code, 0)
    await ask(url, `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`)
    const { of } = await examine(['--data', folder(t), '--database-url', url])
    assert.match(of('database').join(), /^problem: .* read-only transaction/)
  })
})
