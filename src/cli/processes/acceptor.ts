import type { ChildProcess } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

export type Scheme = 'http' | 'https'

/** What goes with a connection that is handed to a process. */
export interface Handover {
  readonly scheme: Scheme
  readonly number: number
}

/** What a process tells as soon as it has the connection. */
export interface Taken {
  readonly taken: number
}

/** Connections that wait while there is no process to take them; past it the oldest is closed. */
const limit = 1_000

/**
 * Listens, and hands each connection to the next process in turn, unread. The ports stay while processes come and go, and so do connections that no process has yet.
 * (The runtime's own `cluster` forgets a connection whose process dies while it is handed over: the client would wait for ever.)
 */
export class Acceptor {
  readonly #servers: Server[] = []
  readonly #handing = new Map<number, { readonly scheme: Scheme; readonly socket: Socket; readonly child: ChildProcess }>()
  #children: ChildProcess[] = []
  #waiting: { readonly scheme: Scheme; readonly socket: Socket }[] = []
  #number = 0
  #closed = false

  /** Gives the port, which is a free one for 0. Rejects when it cannot be had. */
  async listen(scheme: Scheme, host: string, port: number): Promise<number> {
    // `localhost` is an address of each protocol; the first must be had.
    const [first = host, ...others] = host === 'localhost' ? (await lookup(host, { all: true })).map(({ address }) => address) : [host]
    const bound = await this.#listen(scheme, first, port)
    await Promise.allSettled(others.map((other) => this.#listen(scheme, other, bound)))
    return bound
  }

  /** From now on this process takes its turns. */
  add(child: ChildProcess): void {
    this.#children.push(child)
    const waiting = this.#waiting
    this.#waiting = []
    for (const { scheme, socket } of waiting) this.#accept(scheme, socket)
  }

  /** For a process that has ended, and from which no message is left to be read. What was on its way to it goes to another. */
  remove(child: ChildProcess): void {
    this.#children = this.#children.filter((other) => other !== child)
    for (const [number, { scheme, socket, child: taker }] of this.#handing) {
      if (taker !== child) continue
      this.#handing.delete(number)
      this.#accept(scheme, socket)
    }
  }

  /** A process has a connection: it need not be kept open here. */
  taken(number: number): void {
    this.#handing.get(number)?.socket.destroy()
    this.#handing.delete(number)
  }

  close(): void {
    this.#closed = true
    for (const server of this.#servers) server.close()
    for (const { socket } of [...this.#waiting, ...this.#handing.values()]) socket.destroy()
    this.#waiting = []
  }

  async #listen(scheme: Scheme, host: string, port: number): Promise<number> {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#accept(scheme, socket))
    server.listen({ port, host })
    await once(server, 'listening')
    this.#servers.push(server)
    return (server.address() as AddressInfo).port
  }

  #accept(scheme: Scheme, socket: Socket): void {
    socket.on('error', () => undefined)
    if (this.#closed) {
      socket.destroy()
      return
    }
    const child = this.#children.shift()
    if (!child) {
      if (this.#waiting.push({ scheme, socket }) > limit) this.#waiting.shift()?.socket.destroy()
      return
    }
    this.#children.push(child)
    const number = ++this.#number
    this.#handing.set(number, { scheme, socket, child })
    // One that is ending cannot be told any more; when it has ended, the connection is handed on.
    child.send({ scheme, number } satisfies Handover, socket, { keepOpen: true }, () => undefined)
  }
}
