import { Worker } from 'node:worker_threads'
import { type Call, Calls, type Reply } from '../calls.ts'
import { StoreUnavailable } from '../store.ts'

/** A worker thread that answers questions one after another. When it dies, what it was asked is refused, and the next question starts it anew. */
export class Thread<Q, A> {
  readonly #url: URL
  readonly #workerData: unknown
  readonly #calls = new Calls<A>()
  #worker: Worker | undefined

  constructor(url: URL, workerData: unknown) {
    this.#url = url
    this.#workerData = workerData
  }

  ask(question: Q): Promise<A> {
    return this.#calls.ask((call) => {
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
    worker.on('message', (reply: Reply<A>) => this.#calls.settle(reply))
    worker.on('error', (error) => this.#fail(worker, error))
    worker.on('exit', () => this.#fail(worker, undefined))
    return worker
  }

  #fail(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#calls.fail(new StoreUnavailable('The database thread stopped.', 1, cause))
  }
}
