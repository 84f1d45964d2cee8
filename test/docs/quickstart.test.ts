import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment, type ServedProcess, serveProcess, temporaryFolder } from '../support/process.ts'
import { blocksOf, fits } from './blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const curl = spawnSync('curl', ['--version']).status === 0 ? undefined : 'there is no curl on this machine'
const separator = '=== the next block ==='

/** The commands of the page in one shell, one after the other, as its reader enters them. */
function follow(service: ServedProcess, folder: string, blocks: readonly string[]): readonly string[] {
  const script = blocks.join(`\necho; echo '${separator}'\n`).replaceAll('http://127.0.0.1:8080', service.url)
  const { stdout, stderr, status } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...cleanEnvironment(),
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      TENANTRY_DATA: join(folder, 'data'),
      TENANTRY_URL: service.url,
    },
  })
  assert.equal(status, 0, stderr)
  return stdout.split(`\n${separator}\n`)
}

describe('docs/quickstart.md, followed word by word', { skip: curl, timeout: 120_000 }, () => {
  const blocks = blocksOf('quickstart.md').filter(({ language }) => language === 'sh')
  let outputs: readonly string[] = []
  let service: ServedProcess
  const folder = temporaryFolder(after)
  before(async () => {
    service = await serveProcess(join(folder, 'data'))
    // The reader is in the folder of the checkout; the test is in one of its own, so that the files that it makes go with it.
    for (const name of ['package.json', 'node_modules', 'src']) symlinkSync(join(root, name), join(folder, name))
    outputs = follow(
      service,
      folder,
      blocks.map(({ text }) => text),
    )
  })
  for (const [i, { text, output, line }] of blocks.entries())
    test(`line ${line}: ${text.split('\n')[0]?.slice(0, 80)}`, () => {
      const actual = (outputs[i] ?? '').replaceAll(service.url, 'http://127.0.0.1:8080')
      assert.ok(output !== undefined && fits(actual, output), `it printed\n${actual}\nand not\n${output}`)
    })

  test('there is something to follow', () => assert.ok(blocks.length >= 8))
})
