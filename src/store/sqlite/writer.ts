import type { Entity, EntityType } from '../../edm/entity-type.ts'
import { printChanged, printMembers } from '../../edm/primitives.ts'
import { decideWrite, type Standings } from '../../plan/decide-write.ts'
import type { WritePlan } from '../../plan/plan.ts'
import {
  compileAlternateStanding,
  compileChange,
  compileInsert,
  compilePurge,
  compileStanding,
  compileTakeVersions,
  compileUpdate,
} from '../../sql/compile-write.ts'
import { compileForgetUnindexed, compileNoteInserted, compileNoteUnindexed } from '../../sql/search-index.ts'
import type { Table } from '../../sql/table.ts'
import { refusedResult } from '../refused-result.ts'
import { standingOf } from '../rows.ts'
import type { WriteGroup, WriteResult } from '../store.ts'
import type { Connection } from './connection.ts'
import { Counts } from './counts.ts'

/**
 * Carries out groups of writes that arrived together in one transaction: all are durable when this returns, or none happened when it throws.
 * A write touches its first row only once nothing stands against it, so a refused write leaves nothing to roll back.
 */
export function executeGroups(
  groups: readonly WriteGroup[],
  tables: ReadonlyMap<string, Table>,
  connection: Connection,
): readonly (readonly WriteResult[])[] {
  return connection.transaction('immediate', () => {
    const versions = takeVersions(
      groups.flatMap(({ plans }) => plans),
      connection,
    )
    const counts = new Counts()
    const write = (plan: WritePlan) => executeWrite(plan, tableFor(plan, tables), connection, versions, counts)
    const results = groups.map(({ plans, atomic }) =>
      atomic && plans.length > 1 ? writeAllOrNone(plans, write, connection, counts) : plans.map(write),
    )
    counts.write(connection)
    return results
  })
}

function tableFor({ entitySet }: WritePlan, tables: ReadonlyMap<string, Table>): Table {
  const table = tables.get(entitySet)
  if (!table) throw new Error(`No table keeps ${entitySet}`)
  return table
}

/** Writes until one fails; then none has happened. */
function writeAllOrNone(
  plans: readonly WritePlan[],
  write: (plan: WritePlan) => WriteResult,
  connection: Connection,
  counts: Counts,
): WriteResult[] {
  const results: WriteResult[] = []
  const mark = counts.mark()
  const failed = connection.savepoint(() => {
    for (const plan of plans) {
      const result = write(plan)
      results.push(result)
      if (!('entity' in result) && result.outcome !== 'purged') return 'undo'
    }
    return 'keep'
  })
  if (failed === 'keep') return results
  counts.undoTo(mark)
  const last = results.length - 1
  return plans.map((_, i) => (i === last ? (results[i] ?? { outcome: 'undone' }) : { outcome: 'undone' }))
}

/** The numbers of each managing tenant's counter for these writes: one statement a tenant. A refused write leaves a gap, which nobody minds. */
function takeVersions(plans: readonly WritePlan[], connection: Connection): (plan: WritePlan) => number {
  const counts = new Map<string, number>()
  for (const { access } of plans) counts.set(access.tenantId, (counts.get(access.tenantId) ?? 0) + 1)
  const next = new Map<string, number>()
  for (const [tenantId, count] of counts) {
    const last = Number(connection.get(compileTakeVersions({ kind: 'managingTenant', tenantId }, count))?.[0])
    next.set(tenantId, last - count + 1)
  }
  return ({ access: { tenantId } }) => {
    const version = next.get(tenantId) ?? 0
    next.set(tenantId, version + 1)
    return version
  }
}

function executeWrite(
  plan: WritePlan,
  table: Table,
  connection: Connection,
  take: (plan: WritePlan) => number,
  counts: Counts,
): WriteResult {
  const { access, by } = plan
  const { type } = table
  const decision = decideWrite(plan, type, standingsOf(plan, table, connection))
  switch (decision.decision) {
    case 'insert': {
      const { entity } = decision
      const [id, version, members] = [keyOf(entity, type), take(plan), printMembers(type, entity)]
      connection.run(compileInsert(access, entity, members, version, table))
      connection.run(compileNoteInserted(table))
      counts.add(access, table, undefined, entity)
      connection.run(compileChange(access, { id, version, previous: 0, kind: 'created', by, before: null, after: members }))
      return { outcome: 'created', entity: { managingTenantId: access.tenantId, id, version, members } }
    }
    case 'update': {
      const { entity, standing, change } = decision
      const [id, version, members] = [keyOf(entity, type), take(plan), printMembers(type, entity)]
      connection.run(compileUpdate(access, id, standing.entity, entity, members, version, table))
      if (searchDiffers(standing.entity, entity, table)) connection.run(compileNoteUnindexed(access, id, table))
      counts.add(access, table, standing.entity, entity)
      const before = printChanged(type, standing.entity, entity)
      connection.run(compileChange(access, { id, version, previous: standing.version, kind: change, by, before, after: members }))
      return {
        outcome: plan.kind === 'delete' ? 'deleted' : change === 'restored' ? change : 'updated',
        entity: { managingTenantId: access.tenantId, id, version, members },
      }
    }
    case 'purge': {
      const { entity, version: previous } = decision.standing
      const id = keyOf(entity, type)
      for (const statement of compileForgetUnindexed(access, id, table)) connection.run(statement)
      connection.run(compilePurge(access, id, table))
      counts.add(access, table, entity, undefined)
      connection.run(
        compileChange(access, { id, version: take(plan), previous, kind: 'purged', by, before: printMembers(type, entity), after: null }),
      )
      return { outcome: 'purged' }
    }
    default:
      return refusedResult(decision)
  }
}

function searchDiffers(standing: Entity, entity: Entity, { type }: Table): boolean {
  return type.properties.some(({ name, searched }) => searched && standing[name] !== entity[name])
}

function standingsOf({ access }: WritePlan, table: Table, connection: Connection): Standings {
  const { type } = table
  const standing = (row: readonly unknown[] | undefined) => row && standingOf(row, type)
  return {
    byKey: (id) => standing(connection.get(compileStanding(access, id, table))),
    byAlternateKey: (property, folded) => standing(connection.get(compileAlternateStanding(access, property, folded, table))),
  }
}

function keyOf(entity: Entity, type: EntityType): string {
  return String(entity[type.key])
}
