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

/** What a developer writes against the types that are generated from `/openapi.json`. */
const program = `
import assert from 'node:assert/strict'
import createClient from 'openapi-fetch'
import type { components, paths } from './schema.js'

const { origin, secret } = JSON.parse(process.argv[2] ?? '{}') as { origin: string; secret: string }
const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'a-client', client_secret: secret, scope: 'api://tenantry/.default' })
const answer = await fetch(\`\${origin}/contoso-partners/oauth2/v2.0/token\`, { method: 'POST', body: form })
const { access_token } = (await answer.json()) as { access_token: string }
const client = createClient<paths>({ baseUrl: \`\${origin}/beta\`, headers: { Authorization: \`Bearer \${access_token}\` } })

const body: components['schemas']['CustomerCreate'] = {
  partnerId: 'contoso-partners', azureTenantId: 't-1', contractId: 'c-1', displayName: 'Adatum', domain: 'adatum.example', contractType: 3,
  countryLetterCode: 'DE', isOnBoardedToMTM: true, onboardingStatus: 2, delegatedPrivilegeStatus: 3,
}
// @ts-expect-error: what is required cannot be left out
const incomplete: components['schemas']['CustomerCreate'] = { displayName: 'x' }
assert.ok(incomplete)
const created = await client.POST('/Customers', { body })
assert.equal(created.response.status, 201)
const id = created.data?.id ?? assert.fail()
assert.equal(created.data?.displayName, 'Adatum')

const read = await client.GET('/Customers/{id}', { params: { path: { id }, query: { $select: 'id,displayName' } } })
assert.equal(read.data?.displayName, 'Adatum')
const etag = read.response.headers.get('etag') ?? ''
const renamed = await client.PATCH('/Customers/{id}', { params: { path: { id }, header: { 'If-Match': etag } }, body: { displayName: 'Renamed' } })
assert.equal(renamed.data?.displayName, 'Renamed')
const late = await client.PATCH('/Customers/{id}', { params: { path: { id }, header: { 'If-Match': etag } }, body: { displayName: 'Late' } })
assert.equal(late.response.status, 412)
assert.equal(late.error?.error.code, 'PreconditionFailed')

const list = await client.GET('/Customers', { params: { query: { $filter: "startswith(displayName,'ren')", $count: true, $top: 5 } } })
assert.equal(list.data?.['@odata.count'], 1)
assert.equal(list.data?.value[0]?.id, id)
// @ts-expect-error: there is no such option
await client.GET('/Customers', { params: { query: { $filtre: 'x' } } })
// @ts-expect-error: there is no such address
await client.GET('/Customerz')

const wrong = await client.GET('/Customers', { params: { query: { $filter: 'nonsense eq 1' } } })
assert.match(wrong.error?.error.message ?? '', /nonsense/)

const key = await client.POST('/accessKeys', { body: { displayName: 'typed' } })
const reader = createClient<paths>({ baseUrl: \`\${origin}/beta\`, headers: { 'X-Api-Key': key.data?.secretText ?? '' } })
assert.equal((await reader.GET('/Customers/{id}', { params: { path: { id } } })).data?.id, id)
assert.equal((await client.DELETE('/Customers/{id}', { params: { path: { id } } })).response.status, 204)
console.log('all well')
`

test('openapi-typescript generates types from /openapi.json, with which openapi-fetch compiles and runs', {
  timeout: 180_000,
}, async (t) => {
  const service = await serveOverHttps(t)
  mkdirSync(join(root, '.test-results'), { recursive: true })
  const folder = mkdtempSync(join(root, '.test-results', 'openapi-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string, text: string) => writeFileSync(join(folder, name), text)
  file('package.json', '{"type":"module"}')
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
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
  await node('openapi-typescript/bin/cli.js', `${service.url}/openapi.json`, '-o', 'schema.ts')
  await node('typescript/bin/tsc', '-p', '.')
  assert.equal(await runScript(join(folder, 'built', 'program.js'), service), 'all well')
})
