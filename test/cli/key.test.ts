import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useCommands } from '../support/cli.ts'
import { runCommand } from '../support/process.ts'
import { partner } from '../support/service.ts'

const { service, run, environment } = useCommands()

const read = (key: string) => service.send('GET', '/beta/Customers', { as: null, headers: { 'x-api-key': key } })

test('a key is made, used, listed and revoked', async () => {
  const none = await run('key', 'list')
  assert.deepEqual([none.code, none.stdout], [0, ''])
  const made = await run('key', 'create', '--name', 'Power BI, finance')
  assert.equal(made.code, 0, made.stderr)
  assert.match(made.stdout, /^tnk\.contoso-partners\.[A-Za-z0-9_-]{43}\n$/)
  assert.match(made.stderr, /\('Power BI, finance'\) is good until \d{4}-.* It is shown this once\.\n$/)
  const key = made.stdout.trim()
  assert.equal((await read(key)).status, 200)

  const list = await run('key', 'list')
  assert.match(list.stdout, /^ID +KEY +MADE +EXPIRES +LAST USED +NAME\n[0-9a-f-]{36} {2}…[A-Za-z0-9_-]{4} {2}.*Power BI, finance\n$/)
  assert.ok(!list.stdout.includes(key))
  const [told] = JSON.parse((await run('key', 'list', '--json')).stdout)
  assert.equal(told.displayName, 'Power BI, finance')

  const revoked = await run('key', 'revoke', told.id)
  assert.deepEqual([revoked.code, revoked.stdout], [0, ''])
  assert.equal((await read(key)).status, 401)
  assert.equal((await run('key', 'revoke', told.id)).code, 2)
})

test('its days are as asked, and all of it can be had as JSON', async () => {
  const made = await run('key', 'create', '--name', 'x', '--days', '7', '--json')
  const { secretText, endDateTime } = JSON.parse(made.stdout)
  assert.equal((await read(secretText)).status, 200)
  assert.ok(Math.abs(Date.parse(endDateTime) - Date.now() - 7 * 86_400_000) < 600_000)
})

test('a wrong call is one line and exit code 2', async () => {
  for (const args of [['create'], ['create', '--name', 'x', '--days', 'seven'], ['create', '--name', 'x', '--days', '4000'], ['revoke']]) {
    const { code, stdout, stderr } = await run('key', ...args)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.notEqual(stderr, '')
  }
  const readOnly = await service.token(partner, { permissions: ['Customer.Read.All'] })
  const refused = await runCommand(['key', 'list'], { ...(await environment()), TENANTRY_TOKEN: readOnly })
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /Customer\.ReadWrite\.All/)
})

test('the help has examples', async () => {
  for (const args of [['key'], ['key', 'create'], ['key', 'list'], ['key', 'revoke']]) {
    const { code, stdout } = await runCommand([...args, '--help'])
    assert.equal(code, 0)
    assert.match(stdout, /Examples:\n {2}tenantry key/)
    assert.match(stdout, /Exit codes: 0 /)
  }
})
