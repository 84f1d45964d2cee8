import type { Model } from '../../edm/entity-type.ts'
import type { Observer } from '../../observe/observation.ts'
import type { ReadPlan, WritePlan } from '../../plan/plan.ts'
import { isBounded } from '../../sql/compile-read.ts'
import type { Table } from '../../sql/table.ts'
import type { ReadResult, Store, WriteResult } from '../store.ts'
import { StoreUnavailable } from '../store.ts'
import { Connection } from './connection.ts'
import { storeError } from './errors.ts'
import { migrate } from './migrate.ts'
import { executeRead } from './reader.ts'
import { ReaderPool } from './reader-pool.ts'
import { Thread } from './thread.ts'
import { tablesOf } from './writer.ts'

/** What a database thread is started with. */
export interface ThreadData {
  readonly file: string
  readonly model: Model
  /** How long a read on the reader thread may run (milliseconds). */
  readonly readTimeout: number
}

interface Waiting {
  readonly plan: WritePlan
  readonly resolve: (result: WriteResult) => void
  readonly reject: (error: unknown) => void
}

/** Writes of one transaction at the most: bounds how long its commit takes. */
const groupLimit = 256

/** Writes that may wait; past it the store says that it cannot keep up. */
const queueLimit = 10_000

/**
 * One file, by the runtime's own SQLite: WAL, every commit synced to the disk.
 * Bounded reads run here, long ones on threads of their own, writes on another; writes that arrive while a commit is under way are committed together after it.
 * Several servers on one file are correct: the write lock is the database's, and the counters live in it.
 */
export class SqliteStore implements Store {
  readonly #tables: ReadonlyMap<string, Table>
  readonly #connection: Connection
  readonly #writer: Thread<readonly WritePlan[], WriteResult[]>
  readonly #readers: ReaderPool
  readonly #observe: Observer
  #waiting: Waiting[] = []
  #committing: Promise<void> | undefined
  #closed = false

  constructor(
    file: string,
    model: Model,
    observe: Observer,
    options: { readonly readTimeout?: number; readonly readThreads?: number } = {},
  ) {
    const setUp = new Connection(file, { readOnly: false })
    try {
      observe({ kind: 'migrated', store: 'sqlite', ...migrate(setUp) })
    } finally {
      setUp.close()
    }
    this.#tables = tablesOf(model)
    this.#connection = new Connection(file, { readOnly: true })
    const data: ThreadData = { file, model, readTimeout: options.readTimeout ?? 10_000 }
    this.#writer = new Thread(threadUrl('writer-thread'), data)
    this.#readers = new ReaderPool(options.readThreads ?? 2, () => new Thread(threadUrl('reader-thread'), data))
    this.#observe = observe
  }

  read(plan: ReadPlan): ReadResult | Promise<ReadResult> {
    if (!isBounded(plan)) return this.#readers.ask(plan)
    const table = this.#tables.get(plan.entitySet)
    if (!table) throw new Error(`No table keeps ${plan.entitySet}`)
    try {
      return executeRead(plan, table, this.#connection)
    } catch (error) {
      throw storeError(error)
    }
  }

  write(plan: WritePlan): Promise<WriteResult> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('The service is stopping.', 1))
    if (this.#waiting.length >= queueLimit) return Promise.reject(new StoreUnavailable('Too many writes are waiting.', 1))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ plan, resolve, reject })
      this.#committing ??= this.#commitGroups()
    })
  }

  async ready(): Promise<void> {
    try {
      this.#connection.get({ text: 'select 1 from "managing_tenants" limit 1', parameters: [] })
    } catch (error) {
      throw storeError(error)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#committing
    await Promise.all([this.#writer.close(), this.#readers.close()])
    this.#connection.close()
  }

  /** Group commit: the first write waits for the others of its turn of the event loop, the rest gather while the disk works. */
  async #commitGroups(): Promise<void> {
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, groupLimit)
      const start = performance.now()
      try {
        const results = await this.#writer.ask(group.map(({ plan }) => plan))
        this.#observe({ kind: 'writesCommitted', writes: group.length, milliseconds: performance.now() - start })
        group.forEach(({ resolve, reject }, i) => {
          const result = results[i]
          if (result) resolve(result)
          else reject(new Error('The writer answered fewer writes than it was given.'))
        })
      } catch (error) {
        if (group.length === 1 || error instanceof StoreUnavailable) for (const { reject } of group) reject(error)
        else await this.#commitOneByOne(group)
      }
    }
    this.#committing = undefined
  }

  /** A group that failed whole is tried write by write, so that a bad one fails alone. */
  async #commitOneByOne(group: readonly Waiting[]): Promise<void> {
    for (const { plan, resolve, reject } of group) {
      await this.#writer
        .ask([plan])
        .then(([result]) => (result ? resolve(result) : reject(new Error('The writer gave no answer.'))), reject)
    }
  }
}

/** The module of a thread: TypeScript in a checkout, JavaScript in the published package. */
function threadUrl(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}
