import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What becomes of the next commit: it passes, its answer is lost, or it never arrives. */
export type Fate = 'passes' | 'answer lost' | 'never arrives'

export interface CommitProxy {
  readonly url: string
  /** The fate of the next commit only. */
  nextCommit: Fate
  readonly close: () => void
}

const commit = 'commit\0'

/** A TCP proxy before a PostgreSQL server that can lose a connection at the moment of a commit. */
export async function startCommitProxy(target: string): Promise<CommitProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const proxy: { nextCommit: Fate } = { nextCommit: 'passes' }
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    let swallow = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    const drop = () => {
      client.destroy()
      upstream.destroy()
    }
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    client.on('data', (data) => {
      if (data.includes(commit) && proxy.nextCommit !== 'passes') {
        const fate = proxy.nextCommit
        proxy.nextCommit = 'passes'
        if (fate === 'never arrives') return drop()
        swallow = true
      }
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (swallow) drop()
      else client.write(data)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = new URL(target)
  url.port = String(typeof address === 'object' && address ? address.port : 0)
  return Object.assign(proxy, {
    url: url.href,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  })
}
