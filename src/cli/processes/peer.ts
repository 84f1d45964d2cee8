import { type Call, Calls, failedReply, type Reply } from '../../store/calls.ts'
import { StoreUnavailable } from '../../store/store.ts'
import type { Topic, Topics } from './topics.ts'

interface Asked extends Call<unknown> {
  readonly topic: Topic
}

/** What travels between two processes: all that was said in one turn of the event loop. */
export type Messages = readonly (Asked | Reply<unknown>)[]

type Answering<T extends Topic> = (question: Topics[T]['question']) => Topics[T]['answer'] | Promise<Topics[T]['answer']>

/** Another process, which can be asked, and asks. What was asked of one that is gone rejects with {@link StoreUnavailable}. */
export class Peer {
  readonly #send: (messages: Messages) => void
  readonly #calls = new Calls<unknown>()
  readonly #answering = new Map<Topic, (question: never) => unknown>()
  #outgoing: (Asked | Reply<unknown>)[] = []
  #gone = false

  constructor(send: (messages: Messages) => void) {
    this.#send = send
  }

  ask<T extends Topic>(topic: T, question: Topics[T]['question']): Promise<Topics[T]['answer']> {
    if (this.#gone) return Promise.reject(gone())
    return this.#calls.ask((call) => this.#say({ call, topic, question })) as Promise<Topics[T]['answer']>
  }

  answer<T extends Topic>(topic: T, answering: Answering<T>): void {
    this.#answering.set(topic, answering)
  }

  receive(messages: Messages): void {
    for (const message of messages) {
      if ('topic' in message) void this.#reply(message)
      else this.#calls.settle(message)
    }
  }

  /** The other process has ended. */
  leave(): void {
    this.#gone = true
    this.#outgoing = []
    this.#calls.fail(gone())
  }

  async #reply({ call, topic, question }: Asked): Promise<void> {
    try {
      const answering = this.#answering.get(topic)
      if (!answering) throw new Error(`This process answers nothing on ${topic}`)
      this.#say({ call, answer: await answering(question as never) })
    } catch (error) {
      this.#say(failedReply(call, error))
    }
  }

  /** A message costs more than what is in it, so those of one turn go together. */
  #say(message: Asked | Reply<unknown>): void {
    if (this.#gone) return
    if (this.#outgoing.push(message) > 1) return
    setImmediate(() => {
      const messages = this.#outgoing
      this.#outgoing = []
      if (messages.length > 0) this.#send(messages)
    })
  }
}

function gone(): StoreUnavailable {
  return new StoreUnavailable('A process of the service has ended.', 1)
}
