import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createListener } from 'node:net'
import { test } from 'node:test'
import { Connections } from '../../src/cli/processes/connections.ts'

/** A server that is given its connections by a listener that is not its own. */
async function startApart(after: (clean: () => void) => void) {
  const connections = new Connections()
  const server = createServer({ requestTimeout: 50, headersTimeout: 50, connectionsCheckingInterval: 10 }, (_request, response) =>
    response.end('done'),
  )
  connections.serve('http', server)
  const listener = createListener((socket) => connections.take('http', socket)).listen(0, '127.0.0.1')
  after(() => {
    listener.close()
    connections.end()
  })
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  return { connections, open: () => connect(port, '127.0.0.1') }
}

test('a request that arrives too slowly is answered with 408', { timeout: 20_000 }, async (t) => {
  const { open } = await startApart((clean) => t.after(clean))
  const client = open()
  client.write('GET / HTTP/1.1\r\nhost: x\r\n')
  let answer = ''
  client.on('data', (chunk) => (answer += chunk))
  await once(client, 'close')
  assert.match(answer, /^HTTP\/1\.1 408 /)
})

test('draining closes connections that are idle, and waits for none of them', { timeout: 20_000 }, async (t) => {
  const { connections, open } = await startApart((clean) => t.after(clean))
  const client = open()
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  const [answer] = await once(client, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 200 /)
  await Promise.all([connections.drain(), once(client, 'close')])
})
