import { type MessagePort, parentPort } from 'node:worker_threads'
import { type Call, failedReply, type Reply } from '../calls.ts'
import { storeError } from './errors.ts'

/** The other end of a {@link Thread}: answers each call in turn. */
export function answerCalls<Q, A>(answer: (question: Q) => A): void {
  const port = parentPort as MessagePort
  port.on('message', ({ call, question }: Call<Q>) => port.postMessage(reply(call, question)))

  function reply(call: number, question: Q): Reply<A> {
    try {
      return { call, answer: answer(question) }
    } catch (error) {
      return failedReply(call, storeError(error))
    }
  }
}
