import type { EntityType } from '../../edm/entity-type.ts'
import { fold } from '../../edm/fold.ts'
import type { ManagingTenant } from '../../plan/access.ts'
import type { Standing } from '../../plan/decide-write.ts'
import type { WritePlan } from '../../plan/plan.ts'
import {
  compileAddCounts,
  compileChanges,
  compileFindChange,
  compilePurgeRows,
  compileStandings,
  compileUpsertRows,
  type WrittenRow,
} from '../../sql/compile-set-write.ts'
import { compileTakeVersions } from '../../sql/compile-write.ts'
import { addUp, compileForgetCounts } from '../../sql/counts.ts'
import type { Table } from '../../sql/table.ts'
import { standingOf } from '../rows.ts'
import { StoreUnavailable, type WriteGroup, type WriteResult } from '../store.ts'
import type { Connection, Database } from './database.ts'
import { type Decided, decideGroups, type Step } from './decide-groups.ts'
import { isRetriable, isUnknownOutcome } from './errors.ts'

/** How often a transaction that the database gave up for another's sake is tried. */
const tries = 4

/** How long the outcome of a commit is asked for that nobody heard of (milliseconds). */
const resolveWithin = 20_000

/**
 * Carries out groups of writes of one managing tenant in one transaction: all are durable when this resolves, or none happened when it rejects.
 * The tenant's counter is taken first and held until the commit, so the transactions of a tenant go one after the other on all servers,
 * their numbers become visible in order, and what stands can be read once and decided upon here.
 */
export async function commitGroups(
  groups: readonly WriteGroup[],
  access: ManagingTenant,
  table: Table,
  database: Database,
): Promise<readonly (readonly WriteResult[])[]> {
  for (let left = tries; ; left--) {
    let decided: Decided | undefined
    let committing = false
    try {
      return await database.using(async (connection) => {
        await connection.run('begin')
        try {
          decided = await writeGroups(groups, access, table, connection)
        } catch (error) {
          await connection.rollback()
          throw error
        }
        committing = true
        await connection.run('commit')
        return decided.results
      })
    } catch (error) {
      if (committing && decided && isUnknownOutcome(error)) {
        if (await happened(decided, access, database, error)) return decided.results
        throw error
      }
      if (left <= 1 || !isRetriable(error)) throw error
    }
  }
}

async function writeGroups(groups: readonly WriteGroup[], access: ManagingTenant, table: Table, connection: Connection): Promise<Decided> {
  const plans = groups.flatMap((group) => group.plans)
  const last = Number((await connection.get(compileTakeVersions(access, plans.length)))?.[0])
  const standing = await readStandings(plans, access, table, connection)
  const decided = decideGroups(groups, table.type, standing, last - plans.length + 1)
  if (decided.changes.length === 0) return decided
  if (decided.crossing) for (const step of decided.steps) await writeSteps([step], access, table, connection)
  else await writeSteps(lastSteps(decided.steps), access, table, connection)
  const counts = addUp(decided.counted, table)
  const left = counts.length > 0 ? await connection.all(compileAddCounts(access, counts, table)) : []
  if (left.some(([count]) => Number(count) === 0)) await connection.all(compileForgetCounts(access, table))
  await connection.all(compileChanges(access, decided.changes))
  return decided
}

/** All rows that these writes could touch or stand against. */
async function readStandings(
  plans: readonly WritePlan[],
  access: ManagingTenant,
  table: Table,
  connection: Connection,
): Promise<readonly Standing[]> {
  const { ids, alternates } = namedBy(plans, table.type)
  const rows = (await connection.all(compileStandings(access, ids, alternates, table))).map((row) => standingOf(row, table.type))
  const restored = plans.filter(({ kind }) => kind === 'restore').length > 0
  if (!restored) return rows
  // Who holds the values that a restored row brings back is known only now.
  const brought = alternatesOf(
    rows.map(({ entity }) => entity),
    table.type,
  )
  const holders = (await connection.all(compileStandings(access, [], brought, table))).map((row) => standingOf(row, table.type))
  return [...new Map([...rows, ...holders].map((row) => [row.entity[table.type.key], row])).values()]
}

type Values = Readonly<Record<string, unknown>>

/** The keys, and the folded values of alternate keys, that plans name. */
function namedBy(plans: readonly WritePlan[], type: EntityType) {
  const ids = new Set<string>()
  const values: Values[] = []
  for (const plan of plans) {
    if (plan.kind === 'create') {
      ids.add(String(plan.entity[type.key]))
      values.push(plan.entity)
    } else if (plan.kind === 'restore' || plan.kind === 'purge') ids.add(plan.id)
    else {
      if (plan.address.kind === 'key') ids.add(plan.address.id)
      else values.push({ [plan.address.property]: plan.address.value })
      if (plan.kind === 'update') values.push(plan.changes, plan.otherwise ?? {})
      if (plan.kind === 'update' && plan.otherwise) ids.add(String(plan.otherwise[type.key]))
    }
  }
  return { ids: [...ids], alternates: alternatesOf(values, type) }
}

function alternatesOf(values: readonly Values[], type: EntityType): ReadonlyMap<string, readonly string[]> {
  return new Map(
    type.alternateKeys.map((property) => [
      property,
      [...new Set(values.flatMap(({ [property]: value }) => (typeof value === 'string' ? [fold(value)] : [])))],
    ]),
  )
}

/** What the steps come to, each row once. */
function lastSteps(steps: readonly Step[]): readonly Step[] {
  return [...new Map(steps.map((step) => [step.id, step])).values()]
}

async function writeSteps(steps: readonly Step[], access: ManagingTenant, table: Table, connection: Connection): Promise<void> {
  const gone = steps.filter(({ row }) => !row).map(({ id }) => id)
  const rows = steps.flatMap(({ row }): WrittenRow[] => (row ? [row] : []))
  if (gone.length > 0) await connection.all(compilePurgeRows(access, gone, table))
  if (rows.length > 0) await connection.all(compileUpsertRows(access, rows, table))
}

/**
 * Whether a commit that ended without an answer happened. Taking nothing from the counter waits for the transaction that holds it, if it still runs,
 * so what is seen then is final: the first change is there, or never will be.
 */
async function happened({ changes }: Decided, access: ManagingTenant, database: Database, cause: unknown): Promise<boolean> {
  const [first] = changes
  if (!first) return false
  for (const deadline = performance.now() + resolveWithin; performance.now() < deadline; ) {
    try {
      return await database.using((connection) =>
        connection.transaction('', async () => {
          await connection.all(compileTakeVersions(access, 0))
          return (await connection.get(compileFindChange(access, first.version, first.by.requestId))) !== undefined
        }),
      )
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
  throw new StoreUnavailable(
    'The database was lost while it committed: whether the write happened is not known. Read before you repeat it.',
    5,
    cause,
  )
}
