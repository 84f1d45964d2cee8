import type { ReadPlan } from '../../plan/plan.ts'
import { askerOf, type ReadResult } from '../store.ts'
import { Turns } from '../turns.ts'
import type { Thread } from './thread.ts'

/** Threads for reads that can be long. */
export class ReaderPool {
  readonly #turns: Turns
  readonly #threads: readonly Thread<ReadPlan, ReadResult>[]
  readonly #idle: Thread<ReadPlan, ReadResult>[]

  constructor(size: number, start: () => Thread<ReadPlan, ReadResult>) {
    this.#turns = new Turns(size)
    this.#threads = Array.from({ length: size }, start)
    this.#idle = [...this.#threads]
  }

  ask(plan: ReadPlan): Promise<ReadResult> {
    return this.#turns.take(askerOf(plan), async () => {
      const thread = this.#idle.pop()
      if (!thread) throw new Error('There are more turns than threads')
      try {
        return await thread.ask(plan)
      } finally {
        this.#idle.push(thread)
      }
    })
  }

  async close(): Promise<void> {
    this.#turns.close()
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}
