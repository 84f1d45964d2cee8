import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { useCommands } from '../support/cli.ts'
import { customerBody } from '../support/customer.ts'
import { startGateway } from '../support/gateway.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const { service, run, file, text, environment } = useCommands()

/** Each test is a partner of its own, so that none sees another's customers. */
const asPartner = async (partner = `partner-${randomUUID()}`) => {
  const token = await service.token(partner)
  return {
    run: (...args: readonly string[]) => run(...args, '--token', token),
    token,
    create: (changes: Readonly<Record<string, unknown>>) => service.create(changes, partner),
    list: async (query = '') => (await service.send('GET', `/beta/Customers?$orderby=azureTenantId${query}`, { as: partner })).json.value,
    count: async () => Number((await service.send('GET', '/beta/Customers/$count', { as: partner })).text),
    send: (method: string, target: string, body?: unknown) => service.send(method, target, { as: partner, ...(body ? { body } : {}) }),
  }
}

const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(file(name), content)
  return file(name)
}

const presets = [
  ...['--set', 'partnerId=4711001', '--set', 'contractId=none', '--set', 'contractType=3', '--set', 'countryLetterCode=de'],
  ...['--set', 'isOnBoardedToMTM=no', '--set', 'onboardingStatus=inProcess', '--set', 'delegatedPrivilegeStatus=none'],
]

describe('what export writes import reads', () => {
  /** Values on which formats break. */
  const awkward = [
    { displayName: '=1+1', contractId: "'=x", domain: "''@x", partnerId: '-x' },
    { displayName: ' edges ', contractId: '"', domain: 'a,b;c\td'.replace('\t', ' '), partnerId: "'" },
    { displayName: 'Größe “Süd” ﬁ 😀 & <b>', contractId: '007', domain: '1e5', partnerId: 'TRUE' },
    { displayName: '_x0041_', contractId: '2026-01-31', domain: 'null', partnerId: '_x000D_y' },
    { displayName: '\u00a0', contractId: '＝1', domain: 'x'.repeat(253), partnerId: ']]>' },
    { contractType: -2147483648, onboardingStatus: 2147483647, delegatedPrivilegeStatus: 99, isOnBoardedToMTM: false },
    { lastDAPRefreshDateTimeUtc: '2026-02-03T04:05:06.789Z', cosmosCreatedDateTimeUTC: '0001-01-01T00:00:00Z' },
    { lastDAPRefreshDateTimeUtc: '1900-02-28T00:00:00Z', cosmosCreatedDateTimeUTC: '9999-12-31T23:59:59.999Z' },
    { lastDAPRefreshDateTimeUtc: '1900-03-01T00:00:00.001Z', cosmosCreatedDateTimeUTC: '2026-02-03T04:05:06.123456Z' },
  ]
  const source = `source-${randomUUID()}`
  before(async () => {
    for (const changes of awkward) await service.create(changes, source)
  })

  for (const [format, ...more] of [
    ['csv'],
    ['csv', '--delimiter', ';', '--bom', '--labels'],
    ['csv', '--delimiter', 'tab'],
    ['json'],
    ['ndjson', '--labels'],
    ['xlsx'],
    ['xlsx', '--labels'],
  ] as const) {
    test(`${[format, ...more].join(' ')}: it comes back equal, and again it changes nothing`, async () => {
      const from = await asPartner(source)
      const to = await asPartner()
      const name = `${randomUUID()}.${format}`
      assert.equal((await from.run('export', '--output', file(name), ...more)).code, 0)
      const first = await to.run('import', file(name))
      assert.equal(first.stdout, `${awkward.length} created, 0 changed, 0 left as they were, 0 refused.\n`, first.stderr)
      assert.deepEqual([first.code, first.stderr], [0, ''])
      const plain = (entities: Record<string, unknown>[]) => entities.map(({ '@odata.etag': _etag, ...entity }) => entity)
      assert.deepEqual(plain(await to.list()), plain(await from.list()))
      const second = await to.run('import', file(name))
      assert.equal(second.stdout, `0 created, 0 changed, ${awkward.length} left as they were, 0 refused.\n`)
      const back = `${randomUUID()}.${format}`
      await to.run('export', '--output', file(back), ...more)
      if (format !== 'xlsx') assert.equal(text(back), text(name))
    })
  }

  test('one command pipes into the other', async () => {
    const from = await asPartner(source)
    const to = await asPartner()
    for (const format of ['csv', 'json', 'ndjson', 'xlsx']) {
      const env = { ...process.env, ...(await environment()), NODE_TEST_CONTEXT: '', FROM: from.token, TO: to.token }
      const script = `set -o pipefail; TENANTRY_TOKEN=$FROM "$0" "$1" export --format ${format} | TENANTRY_TOKEN=$TO "$0" "$1" import - --json`
      const child = spawn('bash', ['-c', script, process.execPath, main], { env })
      let told = ''
      child.stdout.on('data', (chunk) => (told += chunk))
      const [code] = await once(child, 'close')
      assert.equal(code, 0)
      const { created, left } = JSON.parse(told)
      assert.equal(created + left, awkward.length, format)
    }
  })
})

describe('files of other products', () => {
  const tenants = ['1b6f6d0e-0000-4000-8000-000000000001', '1b6f6d0e-0000-4000-8000-000000000002']

  test("Partner Center's export of customers, with what it lacks", async () => {
    const partner = await asPartner()
    const content = `\uFEFFMicrosoft ID,Company name,Primary domain name,Relationship,Tags\r\n${tenants[0]},"Contoso, Ltd",contoso.example,Cloud Reseller,\r\n${tenants[1]},Fabrikam,fabrikam.example,Cloud Reseller,"a;b"\r\n`
    const { code, stdout, stderr } = await partner.run('import', write('Customers.csv', content), ...presets)
    assert.deepEqual([code, stdout], [0, '2 created, 0 changed, 0 left as they were, 0 refused.\n'])
    assert.equal(stderr, 'Columns that are ignored: Relationship, Tags.\n')
    const [first, second] = await partner.list()
    assert.deepEqual(
      [first.azureTenantId, first.displayName, first.domain, first.countryLetterCode, first.onboardingStatus, second.displayName],
      [tenants[0], 'Contoso, Ltd', 'contoso.example', 'DE', 1, 'Fabrikam'],
    )
  })

  test('what is preset is for new customers alone: the others keep what they have', async () => {
    const partner = await asPartner()
    await partner.create({ azureTenantId: tenants[0], displayName: 'Before', onboardingStatus: 2, contractId: 'c-9' })
    const content = `Microsoft ID,Company name,Primary domain name\n${tenants[0]},After,after.example\n`
    assert.equal((await partner.run('import', write('again.csv', content), ...presets)).code, 0)
    const [customer] = await partner.list()
    assert.deepEqual(
      [customer.displayName, customer.domain, customer.onboardingStatus, customer.contractId],
      ['After', 'after.example', 2, 'c-9'],
    )
  })

  test("an answer of Graph's /contracts: its id is the contract's", async () => {
    const partner = await asPartner()
    const contracts = {
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#contracts',
      value: [
        {
          id: 'c0ffee00-0000-4000-8000-000000000001',
          deletedDateTime: null,
          contractType: 'ResellerPartner',
          customerId: tenants[0],
          defaultDomainName: 'contoso.example',
          displayName: 'Contoso',
        },
      ],
    }
    const { code, stderr } = await partner.run('import', write('contracts.json', JSON.stringify(contracts, null, 2)), ...presets)
    assert.deepEqual([code, stderr], [0, ''])
    const [customer] = await partner.list()
    assert.deepEqual(
      [customer.contractId, customer.contractType, customer.azureTenantId, customer.domain],
      ['c0ffee00-0000-4000-8000-000000000001', 3, tenants[0], 'contoso.example'],
    )
    assert.notEqual(customer.id, contracts.value[0]?.id)
  })

  test("Lighthouse's managedTenants/tenants: what stands within is found, and its id is nobody's", async () => {
    const partner = await asPartner()
    const tenant = {
      id: 'c0ffee00-0000-4000-8000-000000000009',
      tenantId: tenants[1],
      displayName: 'Fabrikam',
      createdDateTime: '2025-05-01T08:00:00Z',
      lastUpdatedDateTime: '2026-05-01T08:00:00Z',
      contract: { contractType: 2, defaultDomainName: 'fabrikam.example', displayName: 'Fabrikam as contracted' },
      tenantStatusInformation: {
        delegatedPrivilegeStatus: 'granularDelegatedAdminPrivileges',
        lastDelegatedPrivilegeRefreshDateTime: '2026-06-01T00:00:00Z',
        onboardingStatus: 'active',
        workloadStatuses: [{ displayName: 'x' }],
      },
    }
    const { code, stderr } = await partner.run('import', write('tenants.ndjson', JSON.stringify(tenant)), ...presets)
    assert.equal(code, 0)
    assert.match(stderr, /^Columns that are ignored: id, contract\.displayName, tenantStatusInformation\.workloadStatuses\.\n$/)
    const [customer] = await partner.list()
    assert.deepEqual(
      [
        customer.displayName,
        customer.onboardingStatus,
        customer.delegatedPrivilegeStatus,
        customer.lastDAPRefreshDateTimeUtc,
        customer.contractType,
      ],
      ['Fabrikam', 2, 3, '2026-06-01T00:00:00Z', 2],
    )
    assert.deepEqual([customer.cosmosCreatedDateTimeUTC, customer.domain], ['2025-05-01T08:00:00Z', 'fabrikam.example'])
    assert.notEqual(customer.id, tenant.id)
  })

  test('columns of any name by --map, one for two properties, one for none', async () => {
    const partner = await asPartner()
    const content = `Mandant|Firma|Name|Land\n${tenants[0]}|Contoso|contoso.example|AT\n`
    const maps = [
      '--map',
      'mandant=azureTenantId',
      '--map',
      'Mandant=contractId',
      '--map',
      'Firma=Display Name',
      '--map',
      'Name=domain',
      '--map',
      'Land=',
    ]
    const { code, stderr } = await partner.run(
      'import',
      write('map.txt', content),
      ...maps,
      ...presets.filter((_value, at) => at !== 2 && at !== 3),
    )
    assert.equal(code, 0, stderr)
    assert.equal(stderr, 'Columns that are ignored: Land.\n')
    const [customer] = await partner.list()
    assert.deepEqual(
      [customer.azureTenantId, customer.contractId, customer.displayName, customer.domain, customer.countryLetterCode],
      [tenants[0], tenants[0], 'Contoso', 'contoso.example', 'DE'],
    )
  })

  for (const [name, bytes, more] of [
    ['UTF-16 of Excel', Buffer.from('\uFEFFMicrosoft ID\tCompany name\tDomain\r\n1\tKöln\tk.example\r\n', 'utf16le'), []],
    [
      'Windows-1252, when it is named',
      Buffer.from('Microsoft ID;Company name;Domain\r\n1;Köln;k.example\r\n', 'latin1'),
      ['--encoding', 'windows-1252'],
    ],
  ] as const) {
    test(name, async () => {
      const partner = await asPartner()
      const { code, stderr } = await partner.run('import', write('encoded.csv', bytes), ...more, ...presets)
      assert.equal(code, 0, stderr)
      assert.equal((await partner.list())[0].displayName, 'Köln')
    })
  }

  test('bytes that are no UTF-8 are told of, and nothing is done', async () => {
    const partner = await asPartner()
    const { code, stderr } = await partner.run(
      'import',
      write('latin.csv', Buffer.from('Microsoft ID;Company name;Domain\r\n1;Köln;k.example\r\n', 'latin1')),
      ...presets,
    )
    assert.equal(code, 1)
    assert.match(stderr, /^tenantry: The file is not UTF-8 .*--encoding names what it is/)
    assert.equal(await partner.count(), 0)
  })
})

describe('a plan', () => {
  test('prints what would be created, changed, left, deleted and refused, and does nothing', async () => {
    const partner = await asPartner()
    const base = { partnerId: 'p', contractId: 'c', domain: 'd.example', contractType: 3, countryLetterCode: 'DE', isOnBoardedToMTM: true }
    await partner.create({ ...base, id: 'same', azureTenantId: 't-same', displayName: 'Same', onboardingStatus: 2 })
    await partner.create({
      ...base,
      id: 'other',
      azureTenantId: 't-other',
      displayName: 'Other',
      onboardingStatus: 1,
      lastDAPRefreshDateTimeUtc: '2026-01-01T00:00:00Z',
    })
    await partner.create({ ...base, id: 'absent', azureTenantId: 't-absent', displayName: 'Absent' })
    const before = await partner.list()
    const content = [
      'tenant id,display name,onboarding status,lastDAPRefreshDateTimeUtc,country',
      'T-SAME,Same,active,,de',
      't-other,Another,active,,AT',
      't-new,New,inactive,,DE',
      't-bad,Bad,nonsense,yesterday,DE',
      '',
    ].join('\n')
    const path = write('plan.csv', content)
    const rest = presets
      .filter((value) => !/country|onboardingStatus/.test(value))
      .join(' ')
      .replaceAll('--set --set', '--set')
      .replace(/ --set$/, '')
      .split(' ')
    const plan = await partner.run('import', path, '--dry-run', '--delete-missing', ...rest, '--set', 'domain=x.example')
    assert.equal(
      plan.stdout,
      [
        '~ line 3  Another  (other)',
        '    displayName: "Other" → "Another"',
        '    countryLetterCode: "DE" → "AT"',
        '    onboardingStatus: 1 inProcess → 2 active',
        '    lastDAPRefreshDateTimeUtc: "2026-01-01T00:00:00Z" → null',
        '+ line 4  New  (t-new)',
        "! line 5  'onboardingStatus' takes an integral number or ineligible, inProcess, active, inactive, unknownFutureValue, disabled, not 'nonsense'. 'lastDAPRefreshDateTimeUtc' takes a date such as 2026-01-31 or 2026-01-31T13:45:00Z (UTC, unless it has an offset), not 'yesterday'.",
        'Plan: 1 to create, 1 to change, 1 to leave as they are, 0 to delete, 1 refused. Nothing was changed.',
        '',
      ].join('\n'),
    )
    assert.equal(plan.code, 1)
    assert.match(plan.stderr, /^Nothing is deleted, for 1 rows were refused\.$/m)
    const good = write('good.csv', content.replace(/t-bad.*\n/, ''))
    const whole = await partner.run('import', good, '--dry-run', '--delete-missing', '--json', ...rest, '--set', 'domain=x.example')
    assert.deepEqual(
      whole.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
      [
        {
          action: 'change',
          line: 3,
          id: 'other',
          displayName: 'Another',
          changes: {
            displayName: { from: 'Other', to: 'Another' },
            countryLetterCode: { from: 'DE', to: 'AT' },
            onboardingStatus: { from: 1, to: 2 },
            lastDAPRefreshDateTimeUtc: { from: '2026-01-01T00:00:00Z', to: null },
          },
        },
        { action: 'create', line: 4, azureTenantId: 't-new', displayName: 'New' },
        { action: 'delete', id: 'absent', displayName: 'Absent' },
        { created: 1, changed: 1, left: 1, deleted: 1, refused: 0, dryRun: true, stopped: false },
      ],
    )
    assert.equal(whole.code, 0)
    assert.deepEqual(await partner.list(), before)
    const done = await partner.run('import', good, '--delete-missing', '--yes', ...rest, '--set', 'domain=x.example')
    assert.equal(done.stdout, '1 created, 1 changed, 1 left as they were, 1 deleted, 0 refused.\n')
    assert.deepEqual(
      (await partner.list()).map(({ azureTenantId, displayName }: Record<string, string>) => [azureTenantId, displayName]),
      [
        ['t-new', 'New'],
        ['t-other', 'Another'],
        ['t-same', 'Same'],
      ],
    )
  })

  test('may be read in part', async () => {
    const partner = await asPartner()
    const path = write('long.csv', `azureTenantId\n${Array.from({ length: 9_000 }, (_none, i) => `t${i}`).join('\n')}\n`)
    const env = { ...process.env, ...(await environment()), NODE_TEST_CONTEXT: '', TENANTRY_TOKEN: partner.token }
    const child = spawn(
      'bash',
      ['-c', 'set -o pipefail; "$0" "$1" import "$2" --dry-run --quiet | head -n 1', process.execPath, main, path],
      { env },
    )
    let complaints = ''
    child.stderr.on('data', (chunk) => (complaints += chunk))
    const [code] = await once(child, 'close')
    assert.deepEqual([code, complaints], [0, ''])
  })

  test('a plan and the import agree on rows with ids', async () => {
    const partner = await asPartner()
    const held = await partner.create({ id: 'held', azureTenantId: 't-held' })
    const gone = await partner.create({ id: 'gone', azureTenantId: 't-gone' })
    await partner.send('DELETE', `/beta/Customers('${gone.id}')`)
    const rows = [
      customerBody({ id: 'another', azureTenantId: held.azureTenantId }),
      customerBody({ id: gone.id, azureTenantId: 't-else' }),
      { id: held.id, displayName: 'Renamed' },
      { id: gone.id, azureTenantId: 't-none', isDeleted: true },
      customerBody({ id: 'new', azureTenantId: 't-new' }),
      customerBody({ id: 'other', azureTenantId: 'T-NEW' }),
    ]
    const path = write('ids.json', JSON.stringify(rows, null, 1).replace(/\{\s+/g, '{').replaceAll(',\n ', ','))
    const plan = await partner.run('import', path, '--dry-run', '--json')
    const reasons = [
      /The customer 'held' has this azureTenantId; the row says 'another'/,
      /'gone' is deleted\. POST \/directory\/deletedItems\/gone\/restore/,
      /Its 'id' stands in line \d+ already/,
      /Its 'azureTenantId' stands in line \d+ already/,
    ]
    const steps = plan.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      steps.map(({ action }) => action),
      ['refuse', 'refuse', 'change', 'refuse', 'create', 'refuse', undefined],
    )
    const refused = steps.filter(({ action }) => action === 'refuse')
    for (const [at, reason] of reasons.entries()) assert.match(refused[at].reasons.join(), reason)
    const done = await partner.run('import', path, '--continue-on-error', '--json')
    assert.equal(done.code, 1)
    assert.deepEqual(JSON.parse(done.stdout), { ...steps.at(-1), dryRun: false })
  })
})

describe('rows that are refused', () => {
  const rows = (count: number, bad: readonly number[]) =>
    `azureTenantId,displayName,domain\n${Array.from({ length: count }, (_none, i) => `t${String(i).padStart(5, '0')},${bad.includes(i) ? '' : `Customer ${i}`},${bad.includes(i) ? '=cmd' : 'c.example'}`).join('\n')}\n`

  test('end the import, unless it is to go on; those before them are in', async () => {
    const partner = await asPartner()
    const { code, stdout, stderr } = await partner.run('import', write('stop.csv', rows(1_500, [1_200])), ...presets)
    assert.equal(code, 1)
    assert.equal(stdout, '1,200 created, 0 changed, 0 left as they were, 1 refused.\n')
    assert.match(stderr, /^! line 1202 {2}It is a new customer, and the row does not tell displayName/m)
    assert.match(stderr, /^Stopped there: --continue-on-error goes on/m)
    assert.equal(await partner.count(), 1_200)
  })

  test('go to a file that can be mended and imported, and the rest goes on', async () => {
    const partner = await asPartner()
    const path = write('some.csv', rows(2_500, [0, 1_300, 2_499]))
    const { code, stdout, stderr } = await partner.run('import', path, '--rejects', file('rejected.csv'), ...presets)
    assert.equal(code, 1)
    assert.equal(stdout, '2,497 created, 0 changed, 0 left as they were, 3 refused.\n')
    assert.equal(stderr.match(/^! line (?:2|1302|2501) /gm)?.length, 3)
    const rejected: Record<string, string>[] = parse(text('rejected.csv'), { columns: true })
    assert.deepEqual(
      rejected.map(({ azureTenantId, domain, importLine }) => [azureTenantId, domain, importLine]),
      [
        ['t00000', "'=cmd", '2'],
        ['t01300', "'=cmd", '1302'],
        ['t02499', "'=cmd", '2501'],
      ],
    )
    assert.match(rejected[0]?.importReason ?? '', /does not tell displayName/)
    writeFileSync(file('rejected.csv'), text('rejected.csv').replaceAll(/^(t\d+),,/gm, '$1,Mended,'))
    const again = await partner.run('import', file('rejected.csv'), ...presets)
    assert.deepEqual([again.code, again.stderr, again.stdout], [0, '', '3 created, 0 changed, 0 left as they were, 0 refused.\n'])
    assert.equal((await partner.list("&$filter=displayName eq 'Mended'"))[0].domain, '=cmd')
  })

  test('of NDJSON stay NDJSON', async () => {
    const partner = await asPartner()
    const good = customerBody()
    const path = write(
      'bad.ndjson',
      `${JSON.stringify(good)}\nnonsense\n${JSON.stringify({ ...good, azureTenantId: 'x', contractType: 'odd' })}\n`,
    )
    const { stdout } = await partner.run('import', path, '--rejects', file('bad.out.ndjson'), '--json')
    assert.deepEqual(JSON.parse(stdout), { created: 1, changed: 0, left: 0, deleted: 0, refused: 2, dryRun: false, stopped: false })
    const [first, second] = text('bad.out.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.equal(first.importLine, 2)
    assert.match(first.importReason, /^It is no JSON/)
    assert.deepEqual([second.importLine, second.azureTenantId, second.contractType], [3, 'x', 'odd'])
  })

  test('by the service are told with their lines, too', async () => {
    const partner = await asPartner()
    const { id } = await partner.create({ azureTenantId: 'gone' })
    await partner.send('DELETE', `/beta/Customers('${id}')`)
    const path = write('clash.csv', `id,azureTenantId,displayName,domain\nnew,t-new,New,n.example\n${id},t-gone,Gone,g.example\n`)
    const { code, stdout, stderr } = await partner.run('import', path, '--rejects', file('clash.out.csv'), ...presets)
    assert.deepEqual([code, stdout], [1, '1 created, 0 changed, 0 left as they were, 1 refused.\n'])
    assert.match(stderr, new RegExp(`^! line 3 .*${id}`, 'm'))
    assert.match(text('clash.out.csv'), new RegExp(`^${id},t-gone,Gone,g\\.example,3,`, 'm'))
  })

  test('past the first twenty are counted', async () => {
    const partner = await asPartner()
    const bad = Array.from({ length: 60 }, (_none, i) => i)
    const { stderr, stdout } = await partner.run('import', write('many.csv', rows(60, bad)), '--continue-on-error', ...presets)
    assert.equal(stderr.match(/^! line/gm)?.length, 20)
    assert.match(stderr, /More rows that are refused are counted/)
    assert.match(stdout, /60 refused/)
  })
})

describe('--delete-missing', () => {
  test('is refused without --yes where nobody can be asked, and with an empty file', async () => {
    const partner = await asPartner()
    await partner.create({})
    const empty = write('empty.csv', 'azureTenantId,displayName\n')
    const unasked = await partner.run('import', empty, '--delete-missing')
    assert.deepEqual([unasked.code, unasked.stdout], [2, ''])
    assert.match(unasked.stderr, /--yes says that it may/)
    for (const [name, content] of [
      ['empty.csv', 'azureTenantId,displayName\n'],
      ['empty.json', '[]'],
      ['empty.ndjson', ''],
    ] as const) {
      const { code, stderr } = await partner.run('import', write(name, content), '--delete-missing', '--yes')
      assert.equal(code, 2, name)
      assert.match(stderr, /names no customer: --delete-missing would delete all of them, and does not/)
    }
    assert.equal(await partner.count(), 1)
  })

  test('deletes nothing when a row was refused', async () => {
    const partner = await asPartner()
    const kept = await partner.create({ azureTenantId: 'kept' })
    await partner.create({ azureTenantId: 'bystander' })
    const path = write('half.csv', `azureTenantId,displayName,contractType\n${kept.azureTenantId},Kept,3\nbystander,Bad,many\n`)
    const { code, stderr } = await partner.run('import', path, '--delete-missing', '--yes', '--continue-on-error')
    assert.equal(code, 1)
    assert.match(stderr, /Nothing is deleted, for 1 rows were refused/)
    assert.equal(await partner.count(), 2)
  })

  test('deletes more than a bulk, softly', async () => {
    const partner = await asPartner()
    const lines = Array.from({ length: 1_200 }, (_none, i) => `t${i},Customer ${i},c.example`)
    await partner.run('import', write('all.csv', `azureTenantId,displayName,domain\n${lines.join('\n')}`), ...presets)
    const path = write('few.csv', 'azureTenantId\nt7\nt8\n')
    const { code, stdout } = await partner.run('import', path, '--delete-missing', '--yes')
    assert.deepEqual([code, stdout], [0, '0 created, 0 changed, 2 left as they were, 1,198 deleted, 0 refused.\n'])
    assert.equal(await partner.count(), 2)
    const deleted = await partner.send('GET', '/beta/Customers/$count?$filter=isDeleted eq true')
    assert.equal(deleted.text, '1198')
  })
})

describe('an import that is stopped', () => {
  const count = 12_000
  const head = 'azureTenantId,displayName,domain\n'
  const content = `${head}${Array.from({ length: count }, (_none, i) => `t${i},Customer ${i},c${i}.example`).join('\n')}\n`

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    test(`by ${signal} can be run again, and nothing is doubled or lost`, async (t) => {
      const partner = await asPartner()
      const path = write('large.csv', content)
      let child: ReturnType<typeof spawn> | undefined
      let bulks = 0
      const gateway = await startGateway(
        service.url,
        ({ method }) => {
          if (method === 'PATCH' && ++bulks === 4) child?.kill(signal)
          return 'pass'
        },
        (clean) => t.after(clean),
      )
      child = spawn(process.execPath, [main, 'import', path, ...presets, '--url', gateway.url, '--token', partner.token], {
        env: { ...process.env, NODE_TEST_CONTEXT: '' },
      })
      let told = ''
      let complaints = ''
      child.stdout?.on('data', (chunk) => (told += chunk))
      child.stderr?.on('data', (chunk) => (complaints += chunk))
      const [code] = await once(child, 'close')
      // What the service had when the process was killed it finishes.
      let there = -1
      for (let now = await partner.count(); now !== there; now = await partner.count()) {
        there = now
        await new Promise((resolve) => setTimeout(resolve, 400))
      }
      assert.ok(there >= 1_000 && there < count, `${there} were there`)
      if (signal === 'SIGINT') {
        assert.equal(code, 130)
        assert.match(complaints, /^Stopping once what is under way is done/)
        assert.match(told, new RegExp(`^${there.toLocaleString('en-US')} created, 0 changed, `), 'what is told is what is there')
      }
      const again = await partner.run('import', path, ...presets, '--json')
      assert.deepEqual(JSON.parse(again.stdout), {
        created: count - there,
        changed: 0,
        left: there,
        deleted: 0,
        refused: 0,
        dryRun: false,
        stopped: false,
      })
      assert.equal(await partner.count(), count)
    })
  }

  test('goes on by itself after 503, 429, a lost answer, and with smaller bulks where the service takes no larger', async (t) => {
    const partner = await asPartner()
    let patches = 0
    const gateway = await startGateway(
      service.url,
      ({ method }, response) => {
        if (method !== 'PATCH') return 'pass'
        patches++
        if (patches === 2) return 'lose the answer'
        if (patches !== 4 && patches !== 6 && patches !== 7) return 'pass'
        response.writeHead(patches === 4 ? 503 : patches === 6 ? 429 : 413, { 'retry-after': '1' }).end()
        return 'handled'
      },
      (clean) => t.after(clean),
    )
    const { code, stdout, stderr } = await partner.run('import', write('bumpy.csv', content), ...presets, '--url', gateway.url)
    assert.equal(code, 0, stderr)
    assert.equal(stdout, `${count.toLocaleString('en-US')} created, 0 changed, 0 left as they were, 0 refused.\n`)
    assert.equal(await partner.count(), count)
    assert.match(stderr, /Trying again in 1 s\./)
  })

  test('in a pipe that stays open ends all the same', async () => {
    const partner = await asPartner()
    const child = spawn(process.execPath, [main, 'import', '-', ...presets, '--token', partner.token], {
      env: { ...process.env, ...(await environment()), NODE_TEST_CONTEXT: '' },
    })
    // What it says of the head shows that it reads.
    child.stderr.once('data', () => child.kill('SIGINT'))
    child.stdin.write(`Notes,${head}n,t,Waiting,w.example\n${' \n'.repeat(4_000)}`)
    const [code] = await once(child, 'close')
    assert.equal(code, 130)
  })
})

describe('what cannot be imported', () => {
  for (const [name, args, content, code, message] of [
    ['no such file', ['nowhere.csv'], undefined, 2, /^tenantry: There is no file .*nowhere\.csv\.$/m],
    ['a folder', ['.'], undefined, 2, /^tenantry: .* is a folder\.$/m],
    [
      'a column that is not there',
      ['x.csv', '--map', 'Nope=domain'],
      'azureTenantId\n1\n',
      2,
      /names a column 'Nope', which the file does not have: it has azureTenantId\./,
    ],
    ['a property that is not there', ['x.csv', '--map', 'a=displayname2'], 'a\n1\n', 2, /did you mean displayName\?/],
    [
      'no column of a key',
      ['x.csv'],
      'Name,Domain\nA,a.example\n',
      2,
      /No column tells which customers the rows are about: the file has Name, Domain\./,
    ],
    ['two columns of one name', ['x.csv'], 'azure_tenant_id,Azure Tenant ID\n1,2\n', 2, /two columns called/],
    ['a preset that is none', ['x.csv', '--set', 'contractType=x'], 'a\n', 2, /--set contractType=x: 'contractType' takes/],
    ['a preset of the key', ['x.csv', '--set', 'azureTenantId=x'], 'a\n', 2, /would make all rows one customer/],
    ['an encoding that is none', ['x.csv', '--encoding', 'klingon'], 'a\n', 2, /--encoding takes a name/],
    ['a broken workbook', ['x.xlsx'], 'PK\u0003\u0004 nothing', 1, /The file is no Excel workbook/],
    ['a broken array', ['x.json'], '[{"azureTenantId":"1"', 1, /cut off/],
    ['rejects into the file itself', ['x.csv', '--rejects', 'SELF'], 'a\n', 2, /names the file that is imported/],
    ['rejects as a workbook', ['x.csv', '--rejects', 'r.xlsx'], 'a\n', 2, /--rejects writes CSV or NDJSON/],
  ] as const) {
    test(`${name} is told, with exit code ${code}`, async () => {
      const partner = await asPartner()
      const [path, ...more] = args
      if (content !== undefined) write(path, content)
      const answer = await partner.run('import', file(path), ...more.map((word) => (word === 'SELF' ? file(path) : word)))
      assert.equal(answer.code, code, answer.stderr)
      assert.match(answer.stderr, message)
      assert.doesNotMatch(answer.stderr, / at .*\.ts:\d+/)
      assert.equal(await partner.count(), 0)
      assert.ok(!existsSync(file('r.xlsx')))
    })
  }

  test('a token that may only read plans, and imports nothing', async () => {
    const partner = `partner-${randomUUID()}`
    const token = await service.token(partner, { permissions: ['Customer.Read.All'] })
    const path = write('read.csv', 'azureTenantId,displayName,domain\n1,A,a.example\n')
    const plan = await run('import', path, '--dry-run', ...presets, '--token', token)
    assert.match(plan.stdout, /1 to create/)
    const { code, stderr } = await run('import', path, ...presets, '--token', token)
    assert.equal(code, 2)
    assert.match(stderr, /Customer\.ReadWrite\.All/)
  })
})

describe('seed', () => {
  test('gives the same customers for the same seed, and others for another', async () => {
    const [first, second, third] = [await asPartner(), await asPartner(), await asPartner()]
    assert.equal((await first.run('seed', '1500')).stdout, '1,500 created, 0 changed, 0 left as they were, 0 refused.\n')
    assert.equal((await first.run('seed', '1500')).stdout, '0 created, 0 changed, 1,500 left as they were, 0 refused.\n')
    await second.run('seed', '20')
    await third.run('seed', '20', '--seed', 'other')
    const plain = (entities: Record<string, unknown>[]) => entities.map(({ '@odata.etag': _etag, id: _id, ...entity }) => entity)
    const some = plain(await second.list())
    const all = plain((await first.list('&$top=999')).concat((await first.list('&$top=999&$skip=999')) as never[]))
    for (const customer of some)
      assert.deepEqual(
        all.find(({ azureTenantId }) => azureTenantId === customer.azureTenantId),
        customer,
      )
    assert.equal(plain(await third.list()).filter(({ azureTenantId }) => some.some((one) => one.azureTenantId === azureTenantId)).length, 0)
    const countries = new Set(all.map(({ countryLetterCode }) => countryLetterCode))
    const statuses = new Set(all.map(({ onboardingStatus }) => onboardingStatus))
    assert.ok(countries.size >= 10 && statuses.size === 5, [...countries, ...statuses].join())
    for (const { isOnBoardedToMTM, onboardingStatus, lastDAPRefreshDateTimeUtc, delegatedPrivilegeStatus } of all) {
      assert.equal(isOnBoardedToMTM, onboardingStatus === 2)
      assert.equal(lastDAPRefreshDateTimeUtc === null, delegatedPrivilegeStatus === 0)
    }
  })

  test('takes a number', async () => {
    for (const number of ['0', '-1', 'many', '1.5', '99999999999']) {
      const { code, stderr } = await run('seed', '--', number)
      assert.equal(code, 2)
      assert.match(stderr, /seed takes a number of customers from 1 to 10000000/)
    }
  })
})

test('--help of each command has examples and the exit codes', async () => {
  for (const command of ['import', 'seed']) {
    const { code, stdout } = await run(command, '--help')
    assert.equal(code, 0)
    assert.match(stdout, /Examples:\n {2}tenantry /)
    assert.match(stdout, /Exit codes: 0 done; 1 rows were refused/)
  }
})
