import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { customerBody } from '../support/customer.ts'
import { cleanEnvironment, serveProcess, temporaryFolder } from '../support/process.ts'
import { blocksOf, fits } from './blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
const curl = spawnSync('curl', ['--version']).status === 0 ? undefined : 'there is no curl on this machine'

describe('docs/clients.md: what is not marked untried is run as it stands', { timeout: 180_000 }, () => {
  const secret = 'a secret for the test'
  let environment: NodeJS.ProcessEnv = {}
  // Within the checkout, so that the packages are found.
  mkdirSync(join(root, '.test-results'), { recursive: true })
  const folder = mkdtempSync(join(root, '.test-results', 'docs-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const data = temporaryFolder(after)

  before(async () => {
    const service = await serveProcess(data, [
      ...['--https-port', 'free', '--development-secret', secret],
      // As the page says for Excel and Power BI.
      ...['--max-page-size', '10000', '--page-size', '1000'],
    ])
    const settings = { TENANTRY_DATA: data, TENANTRY_URL: service.url }
    const { stdout } = await run(process.execPath, [join(root, 'src/main.ts'), 'token'], { env: { ...cleanEnvironment(), ...settings } })
    environment = {
      ...cleanEnvironment(),
      ...settings,
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      ORIGIN: service.httpsUrl,
      SECRET: secret,
      TOKEN: stdout.trim(),
      NODE_EXTRA_CA_CERTS: service.caFile,
    }
    const [, tenant = ''] = /"tid":"([^"]+)"/.exec(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString()) ?? []
    // The programs of the page are of `contoso-partners`, the commands of the tenant that the issuer thinks of by itself.
    for (const tid of new Set(['contoso-partners', tenant])) {
      const args = ['token', '--tenant', tid]
      const token = (await run(process.execPath, [join(root, 'src/main.ts'), ...args], { env: environment })).stdout.trim()
      const answer = await fetch(`${service.url}/v1.0/Customers`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(customerBody({ displayName: 'Adatum Corporation', onboardingStatus: 2 })),
      })
      assert.equal(answer.status, 201)
    }
  })

  const blocks = blocksOf('clients.md')
  for (const { language, text, output = '', line } of blocks) {
    if (language === 'js')
      test(`line ${line}: ${text.split('\n')[0]}`, async () => {
        const file = join(folder, `line-${line}.mjs`)
        writeFileSync(file, text)
        const { stdout } = await run(process.execPath, [file], { env: environment })
        assert.ok(fits(stdout, output), `it printed\n${stdout}\nand not\n${output}`)
      })
    if (language === 'sh')
      test(`line ${line}: ${text.split('\n')[0]}`, { skip: curl }, async () => {
        const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', text], { env: environment, cwd: root })
        assert.ok(fits(stdout, output), `it printed\n${stdout}\nand not\n${output}`)
      })
  }

  test('there is something to run, and the anchors of the page stand', () => {
    assert.ok(blocks.filter(({ language }) => language === 'js').length >= 6)
  })
})
