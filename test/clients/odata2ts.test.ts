import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runScript, serveOverHttps } from '../support/client-script.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** What a developer writes against the client that is generated from `$metadata`. The lines that must not compile are part of it. */
const program = `
import assert from 'node:assert/strict'
import { FetchClient } from '@odata2ts/http-client-fetch'
import { tenantryService } from './generated/tenantryService'

const { origin, secret } = JSON.parse(process.argv[2] ?? '{}') as { origin: string; secret: string }

async function main(): Promise<void> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'a-client', client_secret: secret, scope: 'api://tenantry/.default' })
  const answer = await fetch(\`\${origin}/contoso-partners/oauth2/v2.0/token\`, { method: 'POST', body: form })
  const { access_token } = (await answer.json()) as { access_token: string }
  const service = new tenantryService(new FetchClient({ headers: { Authorization: \`Bearer \${access_token}\` } }), \`\${origin}/beta\`)

  const customer = {
    partnerId: 'contoso-partners', azureTenantId: 't-1', contractId: 'c-1', displayName: 'Adatum', domain: 'adatum.example', contractType: 3,
    countryLetterCode: 'DE', isOnBoardedToMTM: true, onboardingStatus: 2, delegatedPrivilegeStatus: 3, isDeleted: false,
    cosmosCreatedDateTimeUTC: '2026-01-02T03:04:05Z', cosmosLastModifiedDateTimeUTC: '2026-01-02T03:04:05Z',
  }
  // @ts-expect-error: what is required cannot be left out
  const incomplete: Parameters<ReturnType<typeof service.Customers>['create']>[0] = { displayName: 'x' }
  assert.ok(incomplete)
  const created = await service.Customers().create(customer)
  assert.equal(created.status, 201)
  const { id } = created.data
  assert.equal(created.data.displayName, 'Adatum')

  const read = await service.Customers(id).query((builder) => builder.select('id', 'displayName'))
  assert.deepEqual([read.data.id, read.data.displayName], [id, 'Adatum'])
  await service.Customers(id).patch({ displayName: 'Renamed' })
  // @ts-expect-error: there is no such property
  await assert.rejects(service.Customers(id).patch({ displayNome: 'x' }))

  const found = await service.Customers().query((builder, customer) => builder
    .filter(customer.displayName.startsWith('Ren'), customer.onboardingStatus.eq(2))
    .orderBy(customer.displayName.desc()).count().top(5))
  assert.equal(found.data['@odata.count'], 1)
  assert.equal(found.data.value[0]?.id, id)
  await service.Customers(id).delete()
  await assert.rejects(service.Customers(id).query(), (error: { status?: number }) => error.status === 404)
  console.log('all well')
}
void main()
`

test('odata2ts generates a typed client from $metadata, which compiles and runs', { timeout: 180_000 }, async (t) => {
  const service = await serveOverHttps(t)
  // Within the checkout, so that the packages are found.
  mkdirSync(join(root, '.test-results'), { recursive: true })
  const folder = mkdtempSync(join(root, '.test-results', 'odata2ts-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string, text: string) => writeFileSync(join(folder, name), text)
  file('metadata.xml', await (await fetch(`${service.url}/beta/$metadata`)).text())
  file('package.json', '{"type":"commonjs"}')
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    outDir: 'built',
    rootDir: '.',
  }
  file('tsconfig.json', JSON.stringify({ compilerOptions }))
  file('program.ts', program)
  const node = (command: string, ...args: readonly string[]) =>
    run(process.execPath, [join(root, 'node_modules', command), ...args], { cwd: folder }).catch((error: { stdout?: string }) =>
      assert.fail(`${command}: ${error.stdout} ${error}`),
    )
  await node('@odata2ts/odata2ts/lib/run-cli.js', '-s', 'metadata.xml', '-o', 'generated', '-m', 'service', '-e', 'ts', '-name', 'tenantry')
  await node('typescript/bin/tsc', '-p', '.')
  assert.equal(await runScript(join(folder, 'built', 'program.js'), service), 'all well')
})
