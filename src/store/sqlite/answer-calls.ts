import { type MessagePort, parentPort } from 'node:worker_threads'
import { QueryRefused, StoreUnavailable } from '../store.ts'
import { storeError } from './errors.ts'
import type { Call, Reply } from './thread.ts'

/** The other end of a {@link Thread}: answers each call in turn. Errors cross as text, for an Error's class does not. */
export function answerCalls<Q, A>(answer: (question: Q) => A): void {
  const port = parentPort as MessagePort
  port.on('message', ({ call, question }: Call<Q>) => port.postMessage(reply(call, question)))

  function reply(call: number, question: Q): Reply<A> {
    try {
      return { call, answer: answer(question) }
    } catch (thrown) {
      const error = storeError(thrown)
      if (error instanceof QueryRefused) return { call, refused: error.message }
      if (error instanceof StoreUnavailable) return { call, unavailable: error.message, retryAfter: error.retryAfter }
      return { call, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
  }
}
