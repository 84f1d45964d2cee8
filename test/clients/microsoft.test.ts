import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runScript, serveOverHttps } from '../support/client-script.ts'
import { startGateway } from '../support/gateway.ts'

const options = { timeout: 120_000 }
const script = (name: string) => new URL(name, import.meta.url)

test(
  "Microsoft's libraries get a token over https and work, unmodified: @azure/msal-node, @azure/identity, @microsoft/microsoft-graph-client",
  options,
  async (t) => assert.equal(await runScript(script('./graph-client.script.ts'), await serveOverHttps(t)), 'all well'),
)

test(
  'batches of twenty with dependencies, by @microsoft/msgraph-sdk-core and @microsoft/microsoft-graph-client, unmodified',
  options,
  async (t) => assert.equal(await runScript(script('./batch.script.ts'), await serveOverHttps(t)), 'all well'),
)

test('hand-made requests through the Kiota fetch adapter, and pages by @microsoft/msgraph-sdk-core, unmodified', options, async (t) =>
  assert.equal(await runScript(script('./kiota.script.ts'), await serveOverHttps(t)), 'all well'),
)

test('a client that is refused with 429 waits as long as it is told and goes on', options, async (t) => {
  const service = await serveOverHttps(t, '--rate-limit', '4')
  assert.equal(await runScript(script('./retry.script.ts'), service), 'all well')
  assert.match(await (await fetch(`${service.url}/metrics`)).text(), /status="429"/)
})

test('a client that is refused with 503 by a gateway tries again', options, async (t) => {
  const service = await serveOverHttps(t)
  const [key, cert] = ['key', 'cert'].map((name) => readFileSync(join(service.data, 'tls', `${name}.pem`), 'utf8'))
  let refused = 0
  const gateway = await startGateway(
    service.url,
    ({ url, count }, response) => {
      if (!url.startsWith('/beta/Customers') || count % 2 === 1) return 'pass'
      refused++
      response.writeHead(503, { 'retry-after': '0' }).end()
      return 'handled'
    },
    (clean) => t.after(clean),
    { key: key ?? '', cert: cert ?? '' },
  )
  const told = await runScript(script('./retry.script.ts'), { ...service, tokensFrom: service.origin, origin: gateway.url })
  assert.equal(told, 'all well')
  assert.ok(refused > 0)
})
