import { QueryRefused, StoreUnavailable } from './store.ts'

/** A question on its way to another thread or process, and what comes back: one message each. Errors cross as text, for an Error's class does not. */
export interface Call<Q> {
  readonly call: number
  readonly question: Q
}

export type Reply<A> =
  | { readonly call: number; readonly answer: A }
  | { readonly call: number; readonly unavailable: string; readonly retryAfter: number }
  | { readonly call: number; readonly refused: string }
  | { readonly call: number; readonly failure: string }

/** What is told to the one who asked, instead of an answer. */
export function failedReply(call: number, error: unknown): Reply<never> {
  if (error instanceof QueryRefused) return { call, refused: error.message }
  if (error instanceof StoreUnavailable) return { call, unavailable: error.message, retryAfter: error.retryAfter }
  return { call, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

/** The questions that wait for their replies. */
export class Calls<A> {
  readonly #waiting = new Map<number, { readonly resolve: (answer: A) => void; readonly reject: (error: unknown) => void }>()
  #calls = 0

  /** Sends a question under a number of its own. */
  ask(send: (call: number) => void): Promise<A> {
    return new Promise((resolve, reject) => {
      const call = ++this.#calls
      this.#waiting.set(call, { resolve, reject })
      send(call)
    })
  }

  settle(reply: Reply<A>): void {
    const waiting = this.#waiting.get(reply.call)
    this.#waiting.delete(reply.call)
    if ('answer' in reply) waiting?.resolve(reply.answer)
    else if ('refused' in reply) waiting?.reject(new QueryRefused(reply.refused))
    else waiting?.reject('unavailable' in reply ? new StoreUnavailable(reply.unavailable, reply.retryAfter) : new Error(reply.failure))
  }

  /** The other side is gone: nobody will answer any more. */
  fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
