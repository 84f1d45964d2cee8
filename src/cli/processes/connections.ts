import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Scheme } from './acceptor.ts'

/** How often connections that have become idle are closed while a process ends (milliseconds). */
const often = 100

/** The connections that a process was given, and the servers that read them: these do not listen themselves. */
export class Connections {
  readonly #servers = new Map<Scheme, Server>()
  readonly #open = new Set<Socket>()

  serve(scheme: Scheme, server: Server): void {
    this.#servers.set(scheme, server)
    // With this a server begins to watch over its connections: time limits, and which are idle.
    server.emit('listening')
  }

  take(scheme: Scheme, socket: Socket): void {
    const server = this.#servers.get(scheme)
    if (!server) {
      socket.destroy()
      return
    }
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
    server.emit('connection', socket)
  }

  /** Closes all, whatever is under way. */
  end(): void {
    for (const socket of this.#open) socket.destroy()
  }

  /** Resolves when all that was under way is answered. */
  async drain(): Promise<void> {
    while (this.#open.size > 0) {
      for (const server of this.#servers.values()) server.closeIdleConnections()
      await new Promise((resolve) => setTimeout(resolve, often))
    }
  }
}
