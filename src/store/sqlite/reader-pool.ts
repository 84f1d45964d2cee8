import type { ReadPlan } from '../../plan/plan.ts'
import type { ReadResult } from '../store.ts'
import { StoreUnavailable } from '../store.ts'
import type { Thread } from './thread.ts'

interface Waiting {
  readonly plan: ReadPlan
  readonly resolve: (result: ReadResult) => void
  readonly reject: (error: unknown) => void
}

/** Reads that may wait; past it the store says that it cannot keep up. */
const queueLimit = 1_000

/**
 * Threads for reads that can be long. A read waits for a thread that is idle, and no managing tenant has all of them at once:
 * whatever one partner asks, another's query goes on beside it.
 */
export class ReaderPool {
  readonly #idle: Thread<ReadPlan, ReadResult>[]
  readonly #threads: readonly Thread<ReadPlan, ReadResult>[]
  readonly #running = new Map<string, number>()
  #waiting: Waiting[] = []

  constructor(size: number, start: () => Thread<ReadPlan, ReadResult>) {
    this.#threads = Array.from({ length: size }, start)
    this.#idle = [...this.#threads]
  }

  ask(plan: ReadPlan): Promise<ReadResult> {
    if (this.#waiting.length >= queueLimit) return Promise.reject(new StoreUnavailable('Too many queries are waiting.', 1))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ plan, resolve, reject })
      this.#next()
    })
  }

  async close(): Promise<void> {
    for (const { reject } of this.#waiting) reject(new StoreUnavailable('The service is stopping.', 1))
    this.#waiting = []
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }

  #next(): void {
    if (this.#idle.length === 0) return
    const share = Math.max(1, this.#threads.length - 1)
    const at = this.#waiting.findIndex(({ plan }) => (this.#running.get(askerOf(plan)) ?? 0) < share)
    const [waiting] = at < 0 ? [] : this.#waiting.splice(at, 1)
    const thread = waiting && this.#idle.pop()
    if (!waiting || !thread) return
    const asker = askerOf(waiting.plan)
    this.#running.set(asker, (this.#running.get(asker) ?? 0) + 1)
    const done = () => {
      const left = (this.#running.get(asker) ?? 1) - 1
      if (left > 0) this.#running.set(asker, left)
      else this.#running.delete(asker)
      this.#idle.push(thread)
      this.#next()
    }
    thread.ask(waiting.plan).then(waiting.resolve, waiting.reject).finally(done)
  }
}

/** Whose share a read counts to; operators who look across partners have one together. */
function askerOf({ access }: ReadPlan): string {
  return access.kind === 'managingTenant' ? `tenant ${access.tenantId}` : 'operators'
}
