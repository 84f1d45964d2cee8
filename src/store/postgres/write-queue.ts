import type { Observer } from '../../observe/observation.ts'
import { StoreUnavailable, type WriteGroup, type WriteResult } from '../store.ts'

interface Waiting {
  readonly group: WriteGroup
  readonly resolve: (results: readonly WriteResult[]) => void
  readonly reject: (error: unknown) => void
}

type Commit = (groups: readonly WriteGroup[], tenantId: string) => Promise<readonly (readonly WriteResult[])[]>

/** Writes that may wait; past it the store says that it cannot keep up. */
const queueLimit = 10_000

/**
 * Group commit: of one managing tenant one transaction is under way at a time, and writes that arrive meanwhile go together into the next.
 * Managing tenants take turns at the connections.
 */
export class WriteQueue {
  readonly #commit: Commit
  readonly #connections: number
  readonly #groupLimit: number
  readonly #observe: Observer
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #running = new Set<string>()
  #size = 0
  #idle: (() => void) | undefined

  constructor(commit: Commit, options: { readonly connections: number; readonly groupLimit: number; readonly observe: Observer }) {
    this.#commit = commit
    this.#connections = options.connections
    this.#groupLimit = options.groupLimit
    this.#observe = options.observe
  }

  add(group: WriteGroup, tenantId: string): Promise<readonly WriteResult[]> {
    if (this.#size >= queueLimit) return Promise.reject(new StoreUnavailable('Too many writes are waiting.', 1))
    return new Promise((resolve, reject) => {
      const queue = this.#waiting.get(tenantId) ?? []
      this.#waiting.set(tenantId, queue)
      queue.push({ group, resolve, reject })
      this.#size++
      // The first write waits for the others of its turn of the event loop.
      setImmediate(() => this.#next())
    })
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    if (this.#size > 0 || this.#running.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
  }

  #next(): void {
    for (const [tenantId, queue] of this.#waiting) {
      if (this.#running.size >= this.#connections) return
      if (this.#running.has(tenantId)) continue
      const together = queue.splice(0, this.#howMany(queue))
      // Who has been served goes to the end of the line.
      this.#waiting.delete(tenantId)
      if (queue.length > 0) this.#waiting.set(tenantId, queue)
      if (together.length === 0) continue
      this.#running.add(tenantId)
      this.#size -= together.length
      void this.#run(together, tenantId).finally(() => {
        this.#running.delete(tenantId)
        this.#next()
        if (this.#size === 0 && this.#running.size === 0) this.#idle?.()
      })
    }
  }

  /** How many of those that wait go into the next transaction: one at least. */
  #howMany(queue: readonly Waiting[]): number {
    let [count, writes] = [0, 0]
    for (const { group } of queue) {
      writes += group.plans.length
      if (count > 0 && writes > this.#groupLimit) break
      count++
    }
    return count
  }

  async #run(together: readonly Waiting[], tenantId: string): Promise<void> {
    const start = performance.now()
    try {
      const answers = await this.#commit(
        together.map(({ group }) => group),
        tenantId,
      )
      const writes = together.reduce((count, { group }) => count + group.plans.length, 0)
      this.#observe({ kind: 'writesCommitted', writes, milliseconds: performance.now() - start })
      together.forEach(({ resolve }, i) => {
        resolve(answers[i] ?? [])
      })
    } catch (error) {
      if (together.length === 1 || error instanceof StoreUnavailable) for (const { reject } of together) reject(error)
      // Groups that failed together are tried one by one, so that a bad one fails alone.
      else for (const waiting of together) await this.#run([waiting], tenantId)
    }
  }
}
