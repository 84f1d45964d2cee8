import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { serveProcess, temporaryFolder } from '../support/process.ts'

test("Microsoft's libraries get a token over https and work, unmodified: @azure/msal-node, @azure/identity, @microsoft/microsoft-graph-client", {
  timeout: 120_000,
}, async (t) => {
  const secret = 'a secret for the test'
  const service = await serveProcess(
    temporaryFolder((clean) => t.after(clean)),
    ['--https-port', 'free', '--development-secret', secret],
  )
  t.after(() => service.end('SIGKILL'))
  const script = fileURLToPath(new URL('./graph-client.script.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify({ origin: service.httpsUrl, secret })], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: service.caFile ?? '', NODE_OPTIONS: '' },
  })
  assert.equal(stdout.trim(), 'all well')
})
