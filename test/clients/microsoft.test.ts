import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { serveProcess, temporaryFolder } from '../support/process.ts'

const options = { timeout: 120_000 }

test(
  "Microsoft's libraries get a token over https and work, unmodified: @azure/msal-node, @azure/identity, @microsoft/microsoft-graph-client",
  options,
  (t) => runScript(t, './graph-client.script.ts'),
)

test(
  'batches of twenty with dependencies, by @microsoft/msgraph-sdk-core and @microsoft/microsoft-graph-client, unmodified',
  options,
  (t) => runScript(t, './batch.script.ts'),
)

/** Runs a script against a service of its own, in a process that trusts the certificate of it. */
async function runScript(t: TestContext, name: string): Promise<void> {
  const secret = 'a secret for the test'
  const service = await serveProcess(
    temporaryFolder((clean) => t.after(clean)),
    ['--https-port', 'free', '--development-secret', secret],
  )
  t.after(() => service.end('SIGKILL'))
  const script = fileURLToPath(new URL(name, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify({ origin: service.httpsUrl, secret })], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: service.caFile ?? '', NODE_OPTIONS: '' },
  })
  assert.equal(stdout.trim(), 'all well')
}
