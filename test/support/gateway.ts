import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What a gateway does to a request instead of passing it on. */
export type Interference = (
  passed: { readonly method: string; readonly url: string; readonly count: number },
  response: ServerResponse,
) => 'pass' | 'handled' | 'lose the answer'

/** A gateway before a service: it passes requests on, unless it is told to interfere. Gives its address and what was asked. */
export async function startGateway(
  serviceUrl: string,
  interfere: Interference,
  after: (clean: () => void) => void,
  tls?: { readonly key: string; readonly cert: string },
) {
  const asked: string[] = []
  const pass = (incoming: IncomingMessage, response: ServerResponse) => {
    const { method = 'GET', url = '/' } = incoming
    asked.push(`${method} ${url}`)
    const decision = interfere({ method, url, count: asked.length }, response)
    if (decision === 'handled') {
      incoming.resume()
      return
    }
    const outgoing = request(`${serviceUrl}${url}`, { method, headers: incoming.headers }, (answer) => {
      if (decision === 'lose the answer') {
        answer.resume()
        answer.on('end', () => response.destroy())
        return
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  }
  const server = (tls ? createHttpsServer(tls, pass) : createServer(pass)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  // The certificate of a development service is good for `localhost`, too, by which name clients know it.
  return { url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`, asked }
}

/** An address at which nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
