import assert from 'node:assert/strict'
import { isAbsolute, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { type Config, ConfigError, isLoopback, readConfig, type SettingName, settings } from '../../src/config.ts'

const names = Object.keys(settings) as SettingName[]
type Flags = Parameters<typeof readConfig>[0]
const own = 'https://login.example/{tenantid}/v2.0'

describe('a setting that cannot be is one line that names it and shows what was said', () => {
  for (const [flags, message] of [
    [{ port: '80a' }, /^--port takes a number from 0 to 65535, not '80a'\.$/],
    [{ port: '-1' }, /^--port takes/],
    [{ port: '65536' }, /^--port takes/],
    [{ port: ' 80' }, /^--port takes/],
    [{ port: '1e3' }, /^--port takes/],
    [{ port: '' }, /^--port takes/],
    [{ httpsPort: 'none' }, /^--https-port takes/],
    [{ processes: '0' }, /^--processes takes a number from 1 to 64, not '0'\.$/],
    [{ host: '0.0.0.0' }, /^--host must be a loopback address/],
    [{ host: '::' }, /^--host must be/],
    [{ host: '128.0.0.1' }, /^--host must be/],
    [{ databaseUrl: 'mysql://x' }, /^--database-url takes/],
    [{ databaseUrl: 'sqlite:' }, /^--database-url takes/],
    [{ publicUrl: 'tenantry.example' }, /^--public-url takes/],
    [{ publicUrl: 'ftp://tenantry.example' }, /^--public-url takes/],
    [{ publicUrl: 'https://tenantry.example/path' }, /^--public-url takes/],
    [{ publicUrl: 'https://tenantry.example?x' }, /^--public-url takes/],
    [{ issuers: 'login.example' }, /^--issuers takes/],
    [{ issuers: 'http://login.example' }, /^--issuers takes https/],
    [{ issuers: `${own},javascript:x` }, /^--issuers takes/],
    [{ audience: ' , ' }, /^--audience takes/],
    [{ trustedProxies: 'localhost' }, /^--trusted-proxies takes/],
    [{ trustedProxies: '127.0.0.1,300.1.1.1' }, /^--trusted-proxies takes/],
    [{ tlsKey: 'k.pem' }, /^--tls-key and --tls-cert .* go together\.$/],
    [{ tlsCert: 'c.pem' }, /^--tls-key and --tls-cert .* go together\.$/],
    [{ maxPageSize: '0' }, /^--max-page-size takes a number from 1/],
    [{ maxPageSize: '50', pageSize: '51' }, /^--page-size takes a number from 1 to 50/],
    [{ maxBodyBytes: '1' }, /^--max-body-bytes takes/],
    [{ maxUrlLength: '60001' }, /^--max-url-length takes/],
    [{ drainSeconds: '-1' }, /^--drain-seconds takes/],
    [{ logLevel: 'loud' }, /^--log-level takes/],
  ] as const satisfies readonly (readonly [Flags, RegExp])[]) {
    test(JSON.stringify(flags), () =>
      assert.throws(
        () => readConfig(flags, {}),
        (error: unknown) => error instanceof ConfigError && message.test(error.message) && !error.message.includes('\n'),
      ),
    )
  }
  test('from the environment it is named by its variable', () =>
    assert.throws(() => readConfig({}, { TENANTRY_PORT: 'x' }), /^Error: TENANTRY_PORT takes a number .*, not 'x'\.$/))
})

describe('a setting is read', () => {
  const reads = (flags: Flags, expected: Partial<Config>, environment: Readonly<Record<string, string>> = {}) =>
    test(JSON.stringify({ ...flags, ...environment }), () => {
      const config = readConfig(flags, environment)
      for (const name of Object.keys(expected) as (keyof Config)[]) assert.deepEqual(config[name], expected[name], name)
    })
  reads({}, { host: '127.0.0.1', port: 8080, https: true, httpsPort: 8443, publicUrl: undefined, issuers: [] })
  reads(
    { pageSize: '5', maxQueryNodes: '7' },
    {
      limits: {
        pageSize: 5,
        maxPageSize: 999,
        maxSkip: 1_000_000,
        maxBulkChanges: 1_000,
        batchRequests: 20,
        urlLength: 16_384,
        query: { depth: 100, nodes: 7, transformations: 40, listItems: 500, searchTerms: 50, orderKeys: 10, copies: 50 },
      },
    },
  )
  reads({}, { maxBodyBytes: 4_194_304, audiences: ['api://tenantry'], trustedProxies: [], tls: undefined })
  reads({ port: '0', httpsPort: '0' }, { port: 0, https: false })
  reads({ httpsPort: 'free' }, { https: true, httpsPort: 0 })
  reads({ issuers: own }, { issuers: [own], https: false })
  reads({ issuers: own, host: '0.0.0.0' }, { host: '0.0.0.0' })
  reads(
    { issuers: own, tlsKey: 'k', tlsCert: 'c' },
    { https: true, httpsPort: 8443, tls: { keyFile: resolve('k'), certFile: resolve('c') } },
  )
  reads({ publicUrl: 'https://tenantry.example/' }, { publicUrl: 'https://tenantry.example' })
  reads({ audience: 'a, b' }, { audiences: ['a', 'b'] })
  reads({ trustedProxies: '10.0.0.0/8,::1' }, { trustedProxies: ['10.0.0.0/8', '::1'] })
  reads({ databaseUrl: 'sqlite:x.db' }, { database: { kind: 'sqlite', file: resolve('x.db') } })
  reads({ databaseUrl: 'sqlite:///var/x.db' }, { database: { kind: 'sqlite', file: '/var/x.db' } })
  reads({ data: 'somewhere' }, { dataFolder: resolve('somewhere'), database: { kind: 'sqlite', file: resolve('somewhere/tenantry.db') } })
  reads({ port: '1' }, { port: 1 }, { TENANTRY_PORT: '2' })
  reads({}, { port: 2 }, { TENANTRY_PORT: '2' })
  reads({}, { port: 8080 }, { TENANTRY_PORT: '' })
})

test('flags and variables are spelt alike, and no two the same', () => {
  for (const name of names) {
    const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    assert.equal(settings[name].flag, kebab)
    assert.equal(settings[name].variable, `TENANTRY_${kebab.replaceAll('-', '_').toUpperCase()}`)
  }
  assert.ok(isAbsolute(readConfig({}, {}).dataFolder))
})

test('loopback is this machine alone', () => {
  for (const host of ['localhost', '127.0.0.1', '127.255.0.3', '::1']) assert.ok(isLoopback(host), host)
  for (const host of ['', '0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', '1127.0.0.1', 'localhost.evil.example', '::ffff:10.0.0.1'])
    assert.ok(!isLoopback(host), host)
})
