import { StoreUnavailable } from './store.ts'

interface Waiting {
  readonly asker: string
  readonly start: () => void
  readonly reject: (error: unknown) => void
}

/** Pieces of work that may wait; past it the store says that it cannot keep up. */
const queueLimit = 1_000

/**
 * So many pieces of work at once, in the order in which they came, and no asker has all the places:
 * whatever one partner asks, another's query goes on beside it.
 */
export class Turns {
  readonly #places: number
  readonly #running = new Map<string, number>()
  #busy = 0
  #waiting: Waiting[] = []

  constructor(places: number) {
    this.#places = places
  }

  take<T>(asker: string, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= queueLimit) return Promise.reject(new StoreUnavailable('Too many queries are waiting.', 1))
    return new Promise((resolve, reject) => {
      const start = () => {
        this.#busy++
        this.#running.set(asker, (this.#running.get(asker) ?? 0) + 1)
        work()
          .then(resolve, reject)
          .finally(() => this.#done(asker))
      }
      this.#waiting.push({ asker, start, reject })
      this.#next()
    })
  }

  /** Refuses those who wait. */
  close(): void {
    for (const { reject } of this.#waiting) reject(new StoreUnavailable('The service is stopping.', 1))
    this.#waiting = []
  }

  #next(): void {
    if (this.#busy >= this.#places) return
    const share = Math.max(1, this.#places - 1)
    const at = this.#waiting.findIndex(({ asker }) => (this.#running.get(asker) ?? 0) < share)
    const [waiting] = at < 0 ? [] : this.#waiting.splice(at, 1)
    waiting?.start()
  }

  #done(asker: string): void {
    this.#busy--
    const left = (this.#running.get(asker) ?? 1) - 1
    if (left > 0) this.#running.set(asker, left)
    else this.#running.delete(asker)
    this.#next()
  }
}
