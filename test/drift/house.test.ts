import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

function run(command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', command), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return { status, text: `${stdout}${stderr}`, stdout }
}

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[]
  }
}

const cruise = (...paths: readonly string[]): Cruise['summary'] =>
  JSON.parse(
    run('dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...paths).stdout,
  ).summary

test('biome finds nothing', () => {
  const { status, text } = run('@biomejs/biome/bin/biome', 'ci', '.')
  assert.equal(status, 0, text)
})

test('the types hold', () => {
  const { status, text } = run('typescript/bin/tsc', '--noEmit')
  assert.equal(status, 0, text)
})

test('nothing is exported or installed that nobody uses', () => {
  const { status, text } = run('knip/bin/knip.js')
  assert.equal(status, 0, text)
})

describe('who imports whom', () => {
  test('is as ARCHITECTURE.md says', () => {
    const { totalCruised, violations } = cruise('src')
    assert.deepEqual(
      violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
      [],
    )
    assert.ok(totalCruised > 60, `only ${totalCruised} modules were read`)
  })

  test('is really read: planted violations are found', (t) => {
    const planted = join(root, 'src/plan/planted-by-a-test.ts')
    t.after(() => rmSync(planted, { force: true }))
    writeFileSync(
      planted,
      "import { readFileSync } from 'node:fs'\nimport { sql } from '../sql/fragment.ts'\nexport const planted = [readFileSync, sql]\n",
    )
    const found = new Set(cruise('src/plan').violations.map(({ rule }) => rule.name))
    assert.ok(found.has('plan-imports-its-row-only') && found.has('pure-folders-import-no-runtime'), [...found].join())
  })
})

const sources = globSync('src/**/*.ts', { cwd: root }).map((file) => ({
  file: file.replaceAll('\\', '/'),
  text: readFileSync(join(root, file), 'utf8'),
}))
/** Without comments and strings: a word in a message is no use of it. */
const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'(?:[^'\\\n]|\\.)*'/gm, '')

describe('single owners', () => {
  const owned: Readonly<Record<string, readonly [RegExp, RegExp]>> = {
    'the environment is read in config': [/process\.env/, /^src\/(?:client-)?config\.ts$/],
    'the outside is asked by the keys of issuers, and a service by the commands': [
      /\bfetch\(/,
      /^src\/(?:auth\/jwks|cli\/service-client)\.ts$/,
    ],
    'pure folders have no clock, chance or waiting': [
      /\bDate\.now\b|\bnew Date\(\)|Math\.random|\basync\b|\bawait\b|setTimeout|performance\./,
      /^src\/(?!edm\/|model\/|odata\/|plan\/|sql\/|reference\/)/,
    ],
    'SQL is written in sql, and by the adapters for themselves': [
      /\b(?:insert into|delete from|select .* from)\b/i,
      /^src\/(?:sql|store)\//,
    ],
    'no any, no asserted non-null': [/: any\b|\bas any\b|<any>|\w!\.|\w!\[|\)!/, /^never$/],
  }
  for (const [name, [pattern, owner]] of Object.entries(owned)) {
    test(name, () => {
      const strangers = sources.filter(({ file, text }) => !owner.test(file) && pattern.test(code(text))).map(({ file }) => file)
      assert.deepEqual(strangers, [])
    })
  }

  test('files are short: none above 400 lines, the median at most 120', () => {
    const lengths = sources
      .filter(({ file }) => !file.endsWith('fold-table.ts'))
      .map(({ file, text }) => ({ file, lines: text.split('\n').length }))
      .sort((a, b) => a.lines - b.lines)
    assert.deepEqual(
      lengths.filter(({ lines }) => lines > 400),
      [],
    )
    assert.ok((lengths[lengths.length >> 1]?.lines ?? 0) <= 120)
  })

  test('handle.ts reads on one screen', () => {
    assert.ok((sources.find(({ file }) => file === 'src/service/handle.ts')?.text.split('\n').length ?? 99) <= 60)
  })

  test('the lock file names no address', () => {
    assert.doesNotMatch(readFileSync(join(root, 'package-lock.json'), 'utf8'), /"resolved": *"http/)
  })
})

test('the published package is built of JavaScript that finds its own threads', (t) => {
  const out = join(root, '.test-results', 'dist')
  mkdirSync(out, { recursive: true })
  t.after(() => rmSync(join(root, '.test-results'), { recursive: true, force: true }))
  const { status, text } = run('typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', out)
  assert.equal(status, 0, text)
  const built = globSync('**/*.js', { cwd: out })
  for (const name of [
    'main.js',
    'store/sqlite/writer-thread.js',
    'store/sqlite/reader-thread.js',
    'auth/development/provider.js',
    'cli/processes/server-process.js',
  ])
    assert.ok(built.includes(name), name)
  for (const file of built) assert.doesNotMatch(readFileSync(join(out, file), 'utf8'), /from '\.[^']*\.ts'|import\('\.[^']*\.ts'\)/, file)
})
