import type { Model } from '../../edm/entity-type.ts'
import type { Observer } from '../../observe/observation.ts'
import type { ReadPlan, TrimPlan, WritePlan } from '../../plan/plan.ts'
import { isBounded } from '../../sql/compile-read.ts'
import { compileManagingTenants } from '../../sql/compile-retention.ts'
import { sqlite } from '../../sql/dialects/sqlite.ts'
import type { SqlStatement } from '../../sql/fragment.ts'
import { type Table, tablesOf } from '../../sql/table.ts'
import { keepAccessKeys } from '../access-keys.ts'
import type { AccessKeyStore, MaintainedStore, ReadResult, WriteGroup, WriteResult } from '../store.ts'
import { StoreUnavailable } from '../store.ts'
import { Connection } from './connection.ts'
import { storeError } from './errors.ts'
import { migrate } from './migrate.ts'
import { executeRead } from './reader.ts'
import { ReaderPool } from './reader-pool.ts'
import { Thread } from './thread.ts'

/** What a database thread is started with. */
export interface ThreadData {
  readonly file: string
  readonly model: Model
  /** How long a read on the reader thread may run (milliseconds). */
  readonly readTimeout: number
  /** Megabytes of pages that a reader thread keeps. */
  readonly readMemory: number
}

/**
 * What the thread that writes is asked, and what it answers: the results of groups, the number of changes that are gone, the rows of a statement.
 * Groups and their results cross as JSON text, which costs half of what a clone of their objects does.
 */
export type WriterQuestion = string | TrimPlan | SqlStatement
export type WriterAnswer = string | number | { readonly rows: readonly (readonly unknown[])[] }

/** Who writes for a store that leaves its writes to another process. */
export interface SqliteWriter extends Pick<MaintainedStore, 'writeGroup'> {
  readonly accessKeys: Pick<AccessKeyStore, 'add' | 'remove' | 'noteUse'>
}

export interface SqliteOptions {
  /** How long a read that can be long may run (milliseconds). */
  readonly readTimeout?: number
  readonly readThreads?: number
  /** Megabytes of pages that each thread for long reads keeps. */
  readonly readMemory?: number
  /** Writes of one transaction at the most. */
  readonly groupLimit?: number
  /** Another process has opened the file and writes for this one. */
  readonly writer?: SqliteWriter | undefined
}

interface Waiting {
  readonly group: WriteGroup
  readonly resolve: (results: readonly WriteResult[]) => void
  readonly reject: (error: unknown) => void
}

/** Writes that may wait; past it the store says that it cannot keep up. */
const queueLimit = 10_000

/**
 * One file, by the runtime's own SQLite: WAL, every commit synced to the disk.
 * Bounded reads run here, long ones on threads of their own, writes on another; writes that arrive while a commit is under way are committed together after it.
 * Several servers on one file are correct: the write lock is the database's, and the counters live in it. Processes of one server have one writer among them.
 */
export class SqliteStore implements MaintainedStore {
  readonly accessKeys: AccessKeyStore
  readonly #tables: ReadonlyMap<string, Table>
  readonly #connection: Connection
  readonly #writer: Thread<WriterQuestion, WriterAnswer>
  readonly #readers: ReaderPool
  readonly #observe: Observer
  /** Writes of one transaction at the most: bounds how long its commit takes. */
  readonly #groupLimit: number
  readonly #elsewhere: SqliteWriter | undefined
  #waiting: Waiting[] = []
  #committing: Promise<void> | undefined
  #closed = false

  constructor(file: string, model: Model, observe: Observer, options: SqliteOptions = {}) {
    this.#elsewhere = options.writer
    if (!options.writer) {
      const setUp = new Connection(file, { readOnly: false })
      try {
        observe({ kind: 'migrated', store: 'sqlite', ...migrate(setUp) })
      } finally {
        setUp.close()
      }
    }
    this.#tables = tablesOf(model, sqlite)
    this.#connection = new Connection(file, { readOnly: true })
    const data: ThreadData = { file, model, readTimeout: options.readTimeout ?? 10_000, readMemory: options.readMemory ?? 16 }
    this.#writer = new Thread(threadUrl('writer-thread'), data)
    this.#readers = new ReaderPool(options.readThreads ?? 2, () => new Thread(threadUrl('reader-thread'), data))
    const accessKeys = keepAccessKeys({ read: async (statement) => this.#all(statement), write: (statement) => this.#run(statement) })
    this.accessKeys = { ...accessKeys, ...options.writer?.accessKeys }
    this.#observe = observe
    this.#groupLimit = options.groupLimit ?? 256
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

  async write(plan: WritePlan): Promise<WriteResult> {
    const [result] = await this.writeGroup({ plans: [plan], atomic: true })
    return result ?? { outcome: 'undone' }
  }

  writeGroup(group: WriteGroup): Promise<readonly WriteResult[]> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('The service is stopping.', 1))
    if (this.#elsewhere) return this.#elsewhere.writeGroup(group)
    if (this.#waiting.length >= queueLimit) return Promise.reject(new StoreUnavailable('Too many writes are waiting.', 1))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ group, resolve, reject })
      this.#committing ??= this.#commitGroups()
    })
  }

  async managingTenants(after: string, size: number): Promise<readonly string[]> {
    return this.#all(compileManagingTenants(after, size)).map(([tenantId]) => String(tenantId))
  }

  async trim(plan: TrimPlan): Promise<number> {
    if (this.#closed) throw new StoreUnavailable('The service is stopping.', 1)
    return Number(await this.#writer.ask(plan))
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

  #all(statement: SqlStatement): readonly (readonly unknown[])[] {
    try {
      return this.#connection.all(statement)
    } catch (error) {
      throw storeError(error)
    }
  }

  /** A write by itself, of what is no entity. */
  async #run(statement: SqlStatement): Promise<readonly (readonly unknown[])[]> {
    if (this.#closed) throw new StoreUnavailable('The service is stopping.', 1)
    const answer = await this.#writer.ask(statement)
    if (typeof answer !== 'object') throw new Error('The writer answered another question.')
    return answer.rows
  }

  /** Group commit: the first write waits for the others of its turn of the event loop, the rest gather while the disk works. */
  async #commitGroups(): Promise<void> {
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, this.#howMany())
      const start = performance.now()
      try {
        const answers = await this.#write(together.map(({ group }) => group))
        const writes = together.reduce((count, { group }) => count + group.plans.length, 0)
        this.#observe({ kind: 'writesCommitted', writes, milliseconds: performance.now() - start })
        together.forEach(({ resolve, reject }, i) => {
          const results = answers[i]
          if (results) resolve(results)
          else reject(new Error('The writer answered fewer writes than it was given.'))
        })
      } catch (error) {
        if (together.length === 1 || error instanceof StoreUnavailable) for (const { reject } of together) reject(error)
        else await this.#commitOneByOne(together)
      }
    }
    this.#committing = undefined
  }

  async #write(groups: readonly WriteGroup[]): Promise<readonly (readonly WriteResult[])[]> {
    const answer = await this.#writer.ask(JSON.stringify(groups))
    if (typeof answer !== 'string') throw new Error('The writer answered another question.')
    return JSON.parse(answer)
  }

  /** How many of those that wait go into the next transaction: one at least. */
  #howMany(): number {
    let [count, writes] = [0, 0]
    for (const { group } of this.#waiting) {
      writes += group.plans.length
      if (count > 0 && writes > this.#groupLimit) break
      count++
    }
    return count
  }

  /** Groups that failed together are tried one by one, so that a bad one fails alone. */
  async #commitOneByOne(together: readonly Waiting[]): Promise<void> {
    for (const { group, resolve, reject } of together) {
      await this.#write([group]).then(([results]) => (results ? resolve(results) : reject(new Error('The writer gave no answer.'))), reject)
    }
  }
}

/** The module of a thread: TypeScript in a checkout, JavaScript in the published package. */
function threadUrl(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}
