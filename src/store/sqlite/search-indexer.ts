import { compileIndexRows, compileUnindexedCount } from '../../sql/search-index.ts'
import type { Table } from '../../sql/table.ts'
import type { Connection } from './connection.ts'

/** Rows that are put into the index at once. */
const batch = 1_000

/** How long nothing was written before what is left is indexed (milliseconds). */
const idle = 200

/**
 * Keeps the search index up with the rows. A write notes its row only; many rows together go in when there are many, or when the writer is idle.
 * Until then a search looks at the noted rows themselves, so it never misses one.
 */
export class SearchIndexer {
  readonly #connection: Connection
  readonly #tables: readonly Table[]
  readonly #onError: (error: unknown) => void
  #noted = 0
  #timer: NodeJS.Timeout | undefined

  /** What a process before this one has left is indexed as soon as there is time. */
  constructor(connection: Connection, tables: readonly Table[], onError: (error: unknown) => void) {
    this.#connection = connection
    this.#tables = tables
    this.#onError = onError
    this.#rest()
  }

  /** After so many writes were carried out. */
  wrote(writes: number): void {
    this.#noted += writes
    // As many as were written, so that a bulk leaves nothing behind that later writes would pay for.
    for (let due = Math.floor(this.#noted / batch); due > 0; due--) if (!this.#index()) break
    this.#rest()
  }

  /** Indexes one batch. Whether there may be more. */
  indexBatch(): boolean {
    let more = false
    for (const table of this.#tables) {
      if (Number(this.#connection.get(compileUnindexedCount(1, table))?.[0]) === 0) continue
      this.#connection.transaction('immediate', () => {
        for (const statement of compileIndexRows(batch, table)) this.#connection.run(statement)
      })
      more ||= Number(this.#connection.get(compileUnindexedCount(1, table))?.[0]) > 0
    }
    return more
  }

  /** A failure of the index loses nothing: the rows stay noted. */
  #index(): boolean {
    try {
      const more = this.indexBatch()
      this.#noted = more ? batch : 0
      return more
    } catch (error) {
      this.#noted = 0
      this.#onError(error)
      return false
    }
  }

  #rest(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (this.#index()) this.#rest()
    }, idle)
    this.#timer.unref()
  }
}
