import type { Model } from '../../edm/entity-type.ts'
import type { Observer } from '../../observe/observation.ts'
import type { ReadPlan, TrimPlan, WritePlan } from '../../plan/plan.ts'
import { isBounded } from '../../sql/compile-read.ts'
import { compileManagingTenants } from '../../sql/compile-retention.ts'
import { postgres } from '../../sql/dialects/postgres.ts'
import { type SqlStatement, sql } from '../../sql/fragment.ts'
import { type Table, tablesOf } from '../../sql/table.ts'
import { keepAccessKeys } from '../access-keys.ts'
import {
  type AccessKeyStore,
  askerOf,
  type MaintainedStore,
  type ReadResult,
  StoreUnavailable,
  type WriteGroup,
  type WriteResult,
} from '../store.ts'
import { Turns } from '../turns.ts'
import { Database } from './database.ts'
import { storeError } from './errors.ts'
import { executeRead } from './reader.ts'
import { trimChanges } from './trim.ts'
import { WriteQueue } from './write-queue.ts'
import { commitGroups } from './writer.ts'

export interface PostgresOptions {
  /** Connections of this server at the most. */
  readonly connections?: number
  /** How long a read that can be long may run (milliseconds). */
  readonly readTimeout?: number
  /** Writes of one transaction at the most. */
  readonly groupLimit?: number
}

/** How long any other statement may run (milliseconds): it waits for a lock at the most. */
const shortTimeout = 10_000

/**
 * A PostgreSQL, several servers beside each other on it, or one that is distributed by managing tenant (Citus).
 * A third of the connections is for reads that can be long, a third at the most for writes; the rest is always there for short reads.
 */
export class PostgresStore implements MaintainedStore {
  readonly accessKeys: AccessKeyStore
  readonly #tables: ReadonlyMap<string, Table>
  readonly #short: Database
  readonly #long: Database
  readonly #turns: Turns
  readonly #writes: WriteQueue
  #closed = false

  constructor(url: string, model: Model, observe: Observer, options: PostgresOptions = {}) {
    const { connections = 12, readTimeout = 10_000, groupLimit = 256 } = options
    const onError = (error: unknown) => observe({ kind: 'storeFailed', store: 'postgres', error })
    const third = Math.max(1, Math.floor(connections / 3))
    this.#tables = tablesOf(model, postgres)
    this.#short = new Database({ url, connections: Math.max(2, connections - third), statementTimeout: shortTimeout, onError })
    this.#long = new Database({ url, connections: third, statementTimeout: readTimeout, onError })
    const run = (statement: SqlStatement) =>
      this.#short.all(statement).catch((error: unknown) => {
        throw storeError(error)
      })
    this.accessKeys = keepAccessKeys({ read: run, write: run })
    this.#turns = new Turns(third)
    this.#writes = new WriteQueue(
      async (groups, tenantId) => {
        const [plan] = groups.flatMap(({ plans }) => plans)
        if (!plan) return groups.map(() => [])
        try {
          return await commitGroups(groups, { kind: 'managingTenant', tenantId }, this.#tableOf(plan), this.#short)
        } catch (error) {
          throw storeError(error)
        }
      },
      { connections: third, groupLimit, observe },
    )
  }

  async read(plan: ReadPlan): Promise<ReadResult> {
    const table = this.#tableOf(plan)
    try {
      if (isBounded(plan)) return await this.#short.using((connection) => executeRead(plan, table, connection))
      return await this.#turns.take(askerOf(plan), () => this.#long.using((connection) => executeRead(plan, table, connection)))
    } catch (error) {
      throw storeError(error)
    }
  }

  async write(plan: WritePlan): Promise<WriteResult> {
    const [result] = await this.writeGroup({ plans: [plan], atomic: true })
    return result ?? { outcome: 'undone' }
  }

  async writeGroup(group: WriteGroup): Promise<readonly WriteResult[]> {
    if (this.#closed) throw new StoreUnavailable('The service is stopping.', 1)
    const [plan] = group.plans
    return plan ? this.#writes.add(group, plan.access.tenantId) : []
  }

  async managingTenants(after: string, size: number): Promise<readonly string[]> {
    try {
      return (await this.#long.all(compileManagingTenants(after, size))).map(([tenantId]) => String(tenantId))
    } catch (error) {
      throw storeError(error)
    }
  }

  async trim(plan: TrimPlan): Promise<number> {
    try {
      return await this.#long.using((connection) => trimChanges(plan, connection))
    } catch (error) {
      throw storeError(error)
    }
  }

  /** A standby that was not promoted takes no writes: it is not ready. */
  async ready(): Promise<void> {
    try {
      const [row] = await this.#short.all(
        sql`select pg_is_in_recovery(), (select count(*) from (select 1 from managing_tenants limit 1) as t)`,
      )
      if (row?.[0] === true) throw new StoreUnavailable('The database is read-only.', 1)
    } catch (error) {
      throw storeError(error)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#writes.drain()
    this.#turns.close()
    await Promise.all([this.#short.close(), this.#long.close()])
  }

  #tableOf({ entitySet }: ReadPlan | WritePlan): Table {
    const table = this.#tables.get(entitySet)
    if (!table) throw new Error(`No table keeps ${entitySet}`)
    return table
  }
}
