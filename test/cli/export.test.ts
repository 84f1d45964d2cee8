import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { useCommands } from '../support/cli.ts'
import { deadAddress, startGateway } from '../support/gateway.ts'
import { runCommand } from '../support/process.ts'
import { partner } from '../support/service.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const { service, run, file, text, environment } = useCommands()
const rows = 2_300

describe('export', () => {
  before(async () => {
    for (let i = 0; i < rows; i += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_none, j) =>
          service.create({
            id: `c${String(i + j).padStart(5, '0')}`,
            displayName: `Customer ${i + j}`,
            domain: `c${i + j}.example`,
            onboardingStatus: (i + j) % 6,
          }),
        ),
      )
    await service.create({
      id: 'formula',
      displayName: '=HYPERLINK("http://evil.example";"x")',
      contractId: "'=1",
      domain: 'a;=b',
      onboardingStatus: 99,
    })
    await service.create({ displayName: "Another partner's" }, 'fabrikam')
  })

  test('writes every row, past pages, in every text format; the partner alone', async () => {
    const csv = await run('export', '--orderby', 'id')
    assert.equal(csv.code, 0)
    const read: Record<string, string>[] = parse(csv.stdout, { columns: true })
    assert.equal(read.length, rows + 1)
    assert.equal(new Set(read.map(({ id }) => id)).size, rows + 1)
    assert.deepEqual(Object.keys(read[0] ?? {}), [
      'id',
      'partnerId',
      'azureTenantId',
      'contractId',
      'displayName',
      'domain',
      'contractType',
      'countryLetterCode',
      'deletedDateTime',
      'isOnBoardedToMTM',
      'onboardingStatus',
      'delegatedPrivilegeStatus',
      'lastDAPRefreshDateTimeUtc',
      'cosmosCreatedDateTimeUTC',
      'cosmosLastModifiedDateTimeUTC',
      'isDeleted',
    ])
    const ndjson = await run('export', '--orderby', 'id', '--format', 'ndjson')
    const lines = ndjson.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const json = JSON.parse((await run('export', '--orderby', 'id', '--format', 'json')).stdout)
    assert.deepEqual(json, lines)
    assert.deepEqual(
      read.map(({ id, cosmosCreatedDateTimeUTC, isOnBoardedToMTM, onboardingStatus, lastDAPRefreshDateTimeUtc }) => [
        id,
        cosmosCreatedDateTimeUTC,
        isOnBoardedToMTM === 'true',
        Number(onboardingStatus),
        lastDAPRefreshDateTimeUtc || null,
      ]),
      json.map((entity: Record<string, unknown>) => [
        entity.id,
        entity.cosmosCreatedDateTimeUTC,
        entity.isOnBoardedToMTM,
        entity.onboardingStatus,
        entity.lastDAPRefreshDateTimeUtc,
      ]),
    )
    const { value } = (await service.send('GET', "/beta/Customers?$filter=id eq 'c00007'")).json
    const { '@odata.type': _type, '@odata.etag': _etag, ...entity } = value[0]
    assert.deepEqual(
      json.find(({ id }: { id: string }) => id === 'c00007'),
      entity,
    )
  })

  test('follows filter, search, order and select; ids and names are always among the columns', async () => {
    const { stdout } = await run(
      'export',
      '--filter',
      'onboardingStatus eq 2',
      '--search',
      'c1',
      '--orderby',
      'domain desc',
      '--select',
      'domain',
    )
    const [names, ...read] = parse(stdout) as string[][]
    assert.deepEqual(names, ['id', 'displayName', 'domain'])
    const { value } = (await service.send('GET', '/beta/Customers?$filter=onboardingStatus eq 2&$search=c1&$orderby=domain desc&$top=999'))
      .json
    assert.deepEqual(
      read.map(([id]) => id),
      value.map(({ id }: { id: string }) => id),
    )
  })

  test('puts labels beside codes, and nothing beside a code that means nothing', async () => {
    const { stdout } = await run(
      'export',
      '--filter',
      "id eq 'c00002' or id eq 'formula'",
      '--select',
      'onboardingStatus',
      '--labels',
      '--orderby',
      'id',
    )
    assert.equal(
      stdout,
      'id,displayName,onboardingStatus,onboardingStatusLabel\r\nc00002,Customer 2,2,active\r\nformula,"\'=HYPERLINK(""http://evil.example"";""x"")",99,\r\n',
    )
  })

  test('a text is no formula, nor can it begin one in a cell of its own', async () => {
    const { stdout } = await run('export', '--filter', "id eq 'formula'", '--select', 'contractId,domain', '--delimiter', ';')
    assert.equal(stdout.split('\r\n')[1], `formula;"'=HYPERLINK(""http://evil.example"";""x"")";''=1;"a;=b"`)
  })

  test('a file stands whole or not at all, and is told of', async (t) => {
    const { code, stdout, stderr } = await run('export', '--output', file('all.csv'), '--bom')
    assert.deepEqual([code, stderr], [0, ''])
    assert.equal(stdout, `2,301 customers were written to ${file('all.csv')}.\n`)
    assert.ok(text('all.csv').startsWith('\uFEFFid,'))
    const gateway = await startGateway(
      service.url,
      ({ count }, response) => {
        if (count < 3) return 'pass'
        response.writeHead(500).end()
        return 'handled'
      },
      (clean) => t.after(clean),
    )
    const failed = await run('export', '--output', file('broken.csv'), '--url', gateway.url)
    assert.equal(failed.code, 1)
    assert.match(failed.stderr, /^tenantry: The service answered 500 Internal Server Error\.$/m)
    assert.ok(!existsSync(file('broken.csv')))
    assert.deepEqual(
      readdirSync(file('.')).filter((name) => name.endsWith('.part')),
      [],
    )
    const told = await run('export', '--output', file('some.ndjson'), '--filter', "startswith(id,'c0000')", '--json')
    assert.deepEqual(JSON.parse(told.stdout), { exported: 10, file: file('some.ndjson'), format: 'ndjson' })
  })

  test('what is no file is written to and not replaced; what cannot be written is told', async () => {
    const some = ['--filter', "id eq 'c00001'", '--select', 'id', '--format', 'csv']
    assert.equal((await run('export', ...some, '--output', '/dev/null')).code, 0)
    assert.ok(statSync('/dev/null').isCharacterDevice())
    symlinkSync('linked.csv', file('link.csv'))
    writeFileSync(file('linked.csv'), 'before')
    assert.equal((await run('export', ...some, '--output', file('link.csv'))).code, 0)
    assert.equal(text('linked.csv'), 'id,displayName\r\nc00001,Customer 1\r\n')
    for (const [path, message] of [
      [file('no/such/folder.csv'), /cannot be written \(ENOENT\)\.$/m],
      [file('.'), / is a folder\.$/m],
    ] as const) {
      const { code, stderr } = await run('export', ...some, '--output', path)
      assert.equal(code, 2)
      assert.match(stderr, message)
    }
  })

  test('goes on after 503 and a lost answer', async (t) => {
    const gateway = await startGateway(
      service.url,
      ({ count }, response) => {
        if (count === 4) return 'lose the answer'
        if (count !== 2) return 'pass'
        response.writeHead(503, { 'retry-after': '1' }).end()
        return 'handled'
      },
      (clean) => t.after(clean),
    )
    const { code, stdout, stderr } = await run('export', '--select', 'id', '--url', gateway.url)
    assert.equal(code, 0, stderr)
    assert.match(stderr, /Trying again in 1 s\./)
    assert.equal(new Set(stdout.trimEnd().split('\r\n')).size, rows + 2)
  })

  test('none is a file with its head alone', async () => {
    assert.equal((await run('export', '--filter', 'false', '--select', 'id')).stdout, 'id,displayName\r\n')
    assert.equal((await run('export', '--filter', 'false', '--format', 'json')).stdout, '[]\n')
    assert.equal((await run('export', '--filter', 'false', '--format', 'ndjson')).stdout, '')
  })

  test('a reader that has enough may leave', async () => {
    const child = spawn('bash', ['-c', 'set -o pipefail; "$0" "$1" export | head -n 2', process.execPath, main], {
      env: { ...process.env, ...(await environment()), NODE_TEST_CONTEXT: '' },
    })
    let complaints = ''
    child.stderr.on('data', (chunk) => (complaints += chunk))
    const [code] = await once(child, 'close')
    assert.deepEqual([code, complaints], [0, ''])
  })

  for (const [name, args, message] of [
    ['a filter that is none', ['--filter', 'displayName eq'], /^tenantry: .*expect/i],
    ['a property that is none', ['--select', 'nam'], /^tenantry: .*nam/],
    ['a format that is none', ['--format', 'pdf'], /^tenantry: --format takes csv, json, ndjson, xlsx, not 'pdf'\.$/m],
    ['a file whose name tells no format', ['--output', 'customers'], /^tenantry: --format says what customers is to be/],
    ['--json without a file', ['--json'], /^tenantry: --json tells about a file/],
    ['a wrong delimiter', ['--delimiter', 'x'], /^tenantry: --delimiter takes one of/],
    ['a wrong address', ['--url', 'localhost'], /^tenantry: --url takes an address/],
    ['a token that is none', ['--token', 'x'], /^tenantry: /],
  ] as const) {
    test(`${name} is one clear line and exit code 2`, async () => {
      const { code, stdout, stderr } = await run('export', ...args)
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, message)
      assert.equal(stderr.trimEnd().split('\n').length, 1)
    })
  }

  test('nobody at the address is exit code 1, and says what to look at', async () => {
    const { code, stderr } = await runCommand(['export', '--url', await deadAddress()], { TENANTRY_TOKEN: await service.token(partner) })
    assert.equal(code, 1)
    assert.match(stderr, /^tenantry: Nothing listens at http:\/\/127\.0\.0\.1:\d+\/v1\.0: is the service started/)
  })

  test('--help has examples and the exit codes', async () => {
    const { code, stdout } = await run('export', '--help')
    assert.equal(code, 0)
    assert.match(stdout, /Examples:\n {2}tenantry export/)
    assert.match(stdout, /Exit codes: 0 done; 1/)
    assert.match(stdout, /TENANTRY_URL/)
  })

  test('xlsx stands in a pipe as well', async () => {
    const { code } = await run('export', '--output', file('all.xlsx'))
    assert.equal(code, 0)
    assert.equal(readFileSync(file('all.xlsx')).subarray(0, 2).toString(), 'PK')
  })
})
