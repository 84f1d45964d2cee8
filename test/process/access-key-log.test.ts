import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'

test('a key is in no log, not even at debug; that it was made, used and revoked is', { timeout: 60_000 }, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const service = await serveProcess(data, ['--https-port', '0', '--log-level', 'debug'])
  t.after(() => service.end('SIGKILL'))
  let log = ''
  service.child.stderr?.on('data', (chunk) => (log += chunk))
  const settings = { TENANTRY_URL: service.url, TENANTRY_DATA: data }
  const key = JSON.parse((await runCommand(['key', 'create', '--name', 'logged', '--json'], settings)).stdout)
  const basic = `Basic ${Buffer.from(`feed:${key.secretText}`).toString('base64')}`
  for (const headers of [{ 'x-api-key': key.secretText }, { authorization: basic }, { 'x-api-key': `${key.secretText}x` }])
    await fetch(`${service.url}/beta/Customers`, { headers })
  await runCommand(['key', 'revoke', key.id], settings)
  assert.equal(await service.end('SIGTERM'), 0)
  const secret = key.secretText.split('.').at(-1)
  assert.ok(!log.includes(secret) && !log.includes(basic.slice(6)))
  for (const [kind, id] of [
    ['accessKeyMade', key.id],
    ['accessKeyRevoked', key.id],
    ['requestFinished', '/beta/Customers'],
  ])
    assert.match(log, new RegExp(`"${kind}".*${id}`))
})
