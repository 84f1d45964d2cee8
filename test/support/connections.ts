import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { Agent, request as send } from 'node:http'

/** Why the processes of a service cannot be looked at here; undefined where they can. */
export const processesHidden: string | undefined = existsSync('/proc/self/task')
  ? undefined
  : 'this system does not show processes in /proc'

/** Ids of the processes that a process has started and that are alive. */
export function childrenOf(pid: number | undefined): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

export function isAlive(pid: number): boolean {
  // One that has ended, and that nobody has asked for yet, is a zombie.
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

export function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:')
    } catch {
      return false
    }
  }).length
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

/** A client with one connection, which is one process's of a service that has several. */
export interface Connection {
  /** Rejects when the connection breaks before the whole answer is there. */
  readonly send: (method: string, path: string, options?: { headers?: Record<string, string>; body?: unknown }) => Promise<Reply>
  readonly close: () => void
}

export function connectTo(origin: string, common: Readonly<Record<string, string>> = {}): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    send: (method, path, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const bytes = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
        const length = bytes === undefined ? {} : { 'content-length': String(Buffer.byteLength(bytes)) }
        const outgoing = send(`${origin}${path}`, { method, agent, headers: { ...common, ...length, ...headers } }, (response) => {
          let text = ''
          response.on('data', (chunk) => (text += chunk))
          response.on('error', reject)
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
        })
        outgoing.on('error', reject)
        outgoing.end(bytes)
      }),
    close: () => agent.destroy(),
  }
}
