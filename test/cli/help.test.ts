import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runProgram } from '../../src/cli/program.ts'
import { runCommand, temporaryFolder } from '../support/process.ts'

/** What a command prints, called in this process. */
async function call(...args: readonly string[]): Promise<{ readonly code: number; readonly printed: string; readonly complained: string }> {
  let [printed, complained] = ['', '']
  const code = await runProgram(args, '1.2.3', {
    print: (line) => (printed += `${line}\n`),
    complain: (line) => (complained += `${line}\n`),
  })
  return { code, printed, complained }
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const { printed: help } = await call('--help')
const commands = [...help.matchAll(/^ {2}([a-z]+)(?: \[.*?\]| <.*?>)* {2,}\S/gm)]
  .map(([, name = '']) => name)
  .filter((name) => name !== 'help')

test('the help names every command in a group, and how to go on', async () => {
  for (const name of ['serve', 'token', 'explain', 'migrate', 'backup', 'restore', 'doctor']) assert.ok(commands.includes(name), name)
  assert.doesNotMatch(help, /^Commands:/m)
  assert.match(help, /tenantry COMMAND --help/)
  assert.deepEqual(await call('help'), { code: 0, printed: help, complained: '' })
})

for (const name of commands) {
  describe(`tenantry ${name} --help`, () => {
    test('has examples, exit codes and no noise', async () => {
      const { code, printed, complained } = await call(name, '--help')
      assert.deepEqual([code, complained], [0, ''])
      assert.match(printed, new RegExp(`^Usage: tenantry ${name} `))
      assert.match(printed, new RegExp(`^Examples:(?:\\n {2}.*)*\\btenantry ${name}\\b`, 'm'))
      assert.match(printed, /^Exit codes: 0 /m)
      assert.doesNotMatch(printed, /default: false/)
      assert.deepEqual(await call('help', name), { code: 0, printed, complained: '' })
    })

    test('an unknown flag is one line and exit code 2', async () => {
      const { code, printed, complained } = await call(name, '--no-such-flag', 'x')
      assert.deepEqual([code, printed], [2, ''])
      assert.match(complained, /unknown option '--no-such-flag'/)
    })
  })
}

test('an unknown command names the nearest', async () => {
  const { code, complained } = await call('bakcup')
  assert.equal(code, 2)
  assert.match(complained, /unknown command 'bakcup'\n\(Did you mean backup\?\)/)
})

describe('--json', () => {
  test('of token: the token, whose it is and when it expires', async (t) => {
    const data = temporaryFolder((clean) => t.after(clean))
    const { code, printed } = await call('token', '--data', data, '--tenant', 'contoso', '--json')
    assert.equal(code, 0)
    const { token, tenantId, expires } = JSON.parse(printed)
    assert.equal(token.split('.').length, 3)
    assert.equal(tenantId, 'contoso')
    assert.ok(Date.parse(expires) > Date.now())
  })

  test('of explain: trees, plan, statements', async () => {
    const { printed } = await call('explain', "GET /beta/Customers?$filter=displayName eq 'x'", '--json')
    const { options, plan, statements } = JSON.parse(printed)
    assert.deepEqual([options[0].name, plan.kind], ['filter', 'readPage'])
    assert.match(statements[0].text, /^select /)
    assert.ok(statements[0].steps.length > 0)
  })

  test('of migrate: from and to', async (t) => {
    const data = temporaryFolder((clean) => t.after(clean))
    const first = JSON.parse((await call('migrate', '--data', data, '--json')).printed)
    assert.deepEqual({ ...first, to: 0 }, { from: 0, to: 0, distributed: false, restored: false })
    assert.equal(JSON.parse((await call('migrate', '--data', data, '--json')).printed).from, first.to)
  })
})

test('a reader that closes the pipe is no failure', async () => {
  const { stdout, stderr } = await promisify(execFile)('bash', [
    '-c',
    `'${process.execPath}' '${main}' serve --help | head -1; echo "\${PIPESTATUS[0]}"`,
  ])
  assert.deepEqual([stdout, stderr], ['Usage: tenantry serve [options]\n0\n', ''])
})

test('the version is told', async () => {
  const { code, stdout } = await runCommand(['--version'])
  assert.equal(code, 0)
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
})
