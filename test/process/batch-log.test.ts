import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'

test('each request of a batch stands in the log by itself, with the id of its answer and of its batch', { timeout: 60_000 }, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const service = await serveProcess(data, ['--https-port', '0', '--log-level', 'debug'])
  t.after(() => service.end('SIGKILL'))
  let log = ''
  service.child.stderr?.on('data', (chunk) => (log += chunk))
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const requests = [
    { id: '1', method: 'GET', url: '/Customers?$top=1' },
    { id: '2', method: 'DELETE', url: '/Customers/nobody', atomicityGroup: 'g' },
  ]
  const response = await fetch(`${service.url}/beta/$batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ requests }),
  })
  const { responses } = (await response.json()) as { responses: readonly { readonly headers: Readonly<Record<string, string>> }[] }
  const batch = response.headers.get('request-id')
  assert.equal(await service.end('SIGTERM'), 0)
  const lines = log
    .split('\n')
    .filter((line) => line.includes('requestFinished'))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  assert.deepEqual(
    lines.map(({ requestId, method, target, status, batch: of }) => [requestId, method, target, status, of]),
    [
      [responses[0]?.headers['request-id'], 'GET', '/beta/Customers?$top=1', 200, batch],
      [responses[1]?.headers['request-id'], 'DELETE', '/beta/Customers/nobody', 404, batch],
      [batch, 'POST', '/beta/$batch', 200, undefined],
    ],
  )
})
