import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { customerBody } from '../support/customer.ts'
import { cleanEnvironment, servedBy, temporaryFolder } from '../support/process.ts'

// What `npm pack` makes, installed as a user installs it: in an empty folder, without development dependencies.

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** Of all programs called `node`, the one that runs this test. */
const environment = { ...cleanEnvironment(), PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) }

const npm = (folder: string, ...args: readonly string[]) => run('npm', [...args], { cwd: folder, env: environment })

/** What npm says when it is the registry that cannot be had, and not the package that is wrong. */
const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|npm error network/

describe('the published package', () => {
  let files: readonly string[] = []
  let installed = ''
  let skip = ''

  const [source, folder] = [temporaryFolder(after), temporaryFolder(after)]

  before(async () => {
    for (const name of ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'LICENSE', 'README.md', 'CHANGELOG.md'])
      cpSync(join(root, name), join(source, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'))
    const { stdout } = await npm(source, 'pack', '--json')
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as { filename: string; files: { path: string }[] }[]
    files = packed?.files.map(({ path }) => path) ?? []
    const tarball = join(source, packed?.filename ?? '')
    try {
      await npm(folder, 'install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=0', tarball)
      installed = folder
    } catch (error) {
      if (!unreachable.test(String(error))) throw error
      skip = 'the registry of npm cannot be reached'
    }
  })

  test('holds what it needs to run, and nothing else', () => {
    const others = files.filter((file) => !/^dist\/.*\.(?:js|d\.ts)$/.test(file))
    assert.deepEqual(others.sort(), ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
    for (const name of ['main', 'store/sqlite/writer-thread', 'store/sqlite/reader-thread', 'store/postgres/postgres-store'])
      assert.ok(files.includes(`dist/${name}.js`), name)
  })

  test('brings no development dependency', (t) => {
    if (skip) return t.skip(skip)
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: object }
    const brought = Object.keys(devDependencies).filter(
      (name) => !name.startsWith('@types/') && existsSync(join(installed, 'node_modules', name)),
    )
    assert.deepEqual(brought, [])
  })

  test('tells its version and its commands', async (t) => {
    if (skip) return t.skip(skip)
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    assert.equal((await npm(installed, 'exec', '--no', '--', 'tenantry', '--version')).stdout, `${version}\n`)
    assert.match((await npm(installed, 'exec', '--no', '--', 'tenantry', '--help')).stdout, /^Usage: tenantry [\s\S]*\bserve\b/)
  })

  test('serves: a customer is created, read and found, and SIGTERM ends it with 0', async (t) => {
    if (skip) return t.skip(skip)
    const data = join(installed, 'data')
    const program = join(installed, 'node_modules', '.bin', 'tenantry')
    const service = await servedBy(
      spawn(program, ['serve', '--port', '0', '--https-port', 'free'], {
        cwd: installed,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
    t.after(() => service.end('SIGKILL'))
    assert.match(service.greeting, /npx tenantry token/)
    assert.ok(service.httpsUrl && service.caFile?.startsWith(data))
    const token = (await run(program, ['token', '--https-port', '0'], { cwd: installed, env: environment })).stdout.trim()
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const created = await fetch(`${service.url}/beta/Customers`, { method: 'POST', headers, body: JSON.stringify(customerBody()) })
    assert.equal(created.status, 201)
    const { id, displayName } = (await created.json()) as { id: string; displayName: string }
    const read = await fetch(`${service.url}/beta/Customers/${id}`, { headers })
    assert.equal(((await read.json()) as { displayName: string }).displayName, displayName)
    // A count is read on a thread of its own.
    const count = await fetch(`${service.url}/beta/Customers/$count?$search="${encodeURIComponent(displayName)}"`, { headers })
    assert.equal(await count.text(), '1')
    assert.equal(await service.end('SIGTERM'), 0)
  })

  test('gives its types to those who embed it', async (t) => {
    if (skip) return t.skip(skip)
    const source = join(installed, 'embed')
    mkdirSync(source)
    writeFileSync(
      join(source, 'embed.mts'),
      `import { type RunningService, readConfig, startService } from 'tenantry'
const service: RunningService = await startService(readConfig({ port: '0' }))
console.log(service.httpUrl)
await service.stop()
`,
    )
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--types',
      'node',
      '--skipLibCheck',
      '--typeRoots',
    ]
    await run(process.execPath, [tsc, ...options, join(root, 'node_modules', '@types'), join(source, 'embed.mts')], { cwd: installed })
  })

  test('tells a runtime that is too old so in one line', async (t) => {
    const old = await oldRuntime()
    if (old === undefined) return t.skip('no Node.js before 24 is installed')
    await assert.rejects(
      run(old, [join(source, 'dist', 'main.js'), 'serve'], { env: environment }),
      ({ code, stderr }: { code: number; stderr: string }) => {
        assert.equal(code, 1)
        assert.match(stderr, /^tenantry: needs Node\.js 24 or newer, and this is \d+\.\d+\.\d+ \(.+\)\.\n$/)
        return true
      },
    )
  })
})

/** Tests may run on a machine with an older runtime beside ours. */
async function oldRuntime(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const program = join(folder, 'node')
    const version = existsSync(program) ? (await run(program, ['--version'])).stdout : ''
    if (/^v(?:1\d|2[0-3])\./.test(version)) return program
  }
  return undefined
}
