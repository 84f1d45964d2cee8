import { Worker } from 'node:worker_threads'
import { QueryRefused, StoreUnavailable } from '../store.ts'

/** What travels to a thread and back: one message a call. */
export interface Call<Q> {
  readonly call: number
  readonly question: Q
}

export type Reply<A> =
  | { readonly call: number; readonly answer: A }
  | { readonly call: number; readonly unavailable: string; readonly retryAfter: number }
  | { readonly call: number; readonly refused: string }
  | { readonly call: number; readonly failure: string }

/** A worker thread that answers questions one after another. When it dies, what it was asked is refused, and the next question starts it anew. */
export class Thread<Q, A> {
  readonly #url: URL
  readonly #workerData: unknown
  readonly #waiting = new Map<number, { readonly resolve: (answer: A) => void; readonly reject: (error: unknown) => void }>()
  #worker: Worker | undefined
  #calls = 0

  constructor(url: URL, workerData: unknown) {
    this.#url = url
    this.#workerData = workerData
  }

  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      const call = ++this.#calls
      this.#waiting.set(call, { resolve, reject })
      this.#worker ??= this.#start()
      this.#worker.postMessage({ call, question } satisfies Call<Q>)
    })
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(this.#url, { workerData: this.#workerData })
    worker.on('message', (reply: Reply<A>) => {
      const waiting = this.#waiting.get(reply.call)
      this.#waiting.delete(reply.call)
      if ('answer' in reply) waiting?.resolve(reply.answer)
      else if ('refused' in reply) waiting?.reject(new QueryRefused(reply.refused))
      else waiting?.reject('unavailable' in reply ? new StoreUnavailable(reply.unavailable, reply.retryAfter) : new Error(reply.failure))
    })
    worker.on('error', (error) => this.#fail(worker, error))
    worker.on('exit', () => this.#fail(worker, undefined))
    return worker
  }

  #fail(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(new StoreUnavailable('The database thread stopped.', 1, cause))
    this.#waiting.clear()
  }
}
