import type { Entity, EntityType, Model } from '../../edm/entity-type.ts'
import { fold } from '../../edm/fold.ts'
import { printMembers } from '../../edm/primitives.ts'
import { decideWrite, type Standing } from '../../plan/decide-write.ts'
import type { CreatePlan, WritePlan } from '../../plan/plan.ts'
import {
  compileAlternateKeyHolder,
  compileChange,
  compileInsert,
  compileKeyHolder,
  compileStanding,
  compileTakeVersions,
  compileUpdate,
} from '../../sql/compile-write.ts'
import { compileNoteUnindexed } from '../../sql/search-index.ts'
import { type Table, tableOf } from '../../sql/table.ts'
import type { StoredEntity, WriteResult } from '../store.ts'
import type { Connection } from './connection.ts'
import { isUniqueViolation } from './errors.ts'
import { valuesOf } from './rows.ts'

/**
 * Carries out writes that arrived together in one transaction: all are durable when this returns, or none happened when it throws.
 * A write touches its first row only once nothing stands against it, and a failed statement undoes itself, so a refused write leaves nothing to roll back.
 */
export function executeWrites(plans: readonly WritePlan[], tables: ReadonlyMap<string, Table>, connection: Connection): WriteResult[] {
  return connection.transaction('immediate', () => {
    const versions = takeVersions(plans, connection)
    return plans.map((plan) => {
      const table = tables.get(plan.entitySet)
      if (!table) throw new Error(`No table keeps ${plan.entitySet}`)
      const next = () => (versions.get(plan.access.tenantId)?.next().value ?? 0) as number
      return plan.kind === 'create' ? create(plan, table, connection, next) : change(plan, table, connection, next)
    })
  })
}

export function tablesOf(model: Model): ReadonlyMap<string, Table> {
  return new Map(model.entitySets.map((entitySet) => [entitySet.name, tableOf(entitySet)]))
}

/** The numbers of each managing tenant's counter for this group: one statement a tenant. A refused write leaves a gap, which nobody minds. */
function takeVersions(plans: readonly WritePlan[], connection: Connection): Map<string, Iterator<number>> {
  const counts = new Map<string, number>()
  for (const { access } of plans) counts.set(access.tenantId, (counts.get(access.tenantId) ?? 0) + 1)
  const versions = new Map<string, Iterator<number>>()
  for (const [tenantId, count] of counts) {
    const last = Number(connection.get(compileTakeVersions({ kind: 'managingTenant', tenantId }, count))?.[0])
    versions.set(tenantId, countUp(last - count + 1))
  }
  return versions
}

function* countUp(from: number): Generator<number, number> {
  for (let next = from; ; next++) yield next
}

function create(plan: CreatePlan, table: Table, connection: Connection, next: () => number): WriteResult {
  const { access, entity } = plan
  const members = printMembers(table.type, entity)
  const version = next()
  const failure = attempt(() => connection.run(compileInsert(access, entity, members, version, table)))
  if (failure) return { outcome: 'taken', ...findHolder(plan, entity, table, connection, failure) }
  const id = keyOf(entity, table.type)
  connection.run(compileNoteUnindexed(access, id, table))
  connection.run(compileChange(access, { id, version, kind: 'created', by: plan.by, before: null, after: members }))
  return { outcome: 'created', entity: stored(plan, id, version, members) }
}

function change(plan: Exclude<WritePlan, CreatePlan>, table: Table, connection: Connection, next: () => number): WriteResult {
  const { access, id } = plan
  const row = connection.get(compileStanding(access, id, table))
  const standing = row && standingOf(row, table.type)
  const decision = decideWrite(plan, table.type, standing)
  if (decision.decision !== 'write')
    return decision.decision === 'refused'
      ? { outcome: 'refused', property: decision.property, message: decision.message }
      : { outcome: decision.decision }
  const members = printMembers(table.type, decision.entity)
  const version = next()
  const failure = attempt(() => connection.run(compileUpdate(access, id, standing?.entity ?? {}, decision.entity, members, version, table)))
  if (failure) return { outcome: 'taken', ...findHolder(plan, decision.entity, table, connection, failure) }
  if (searchDiffers(standing?.entity ?? {}, decision.entity, table)) connection.run(compileNoteUnindexed(access, id, table))
  connection.run(compileChange(access, { id, version, kind: decision.change, by: plan.by, before: String(row?.[1]), after: members }))
  return { outcome: plan.kind === 'delete' ? 'deleted' : 'updated', entity: stored(plan, id, version, members) }
}

function searchDiffers(standing: Entity, entity: Entity, { type }: Table): boolean {
  return type.properties.some(({ name, searched }) => searched && standing[name] !== entity[name])
}

/** The unique violation that a statement met, if it met one. */
function attempt(statement: () => void): Error | undefined {
  try {
    statement()
    return undefined
  } catch (error) {
    if (isUniqueViolation(error) && error instanceof Error) return error
    throw error
  }
}

function findHolder(
  plan: WritePlan,
  entity: Entity,
  table: Table,
  connection: Connection,
  failure: Error,
): { readonly property: string; readonly holder: string } {
  const { type } = table
  for (const property of type.alternateKeys) {
    const holder = connection.get(compileAlternateKeyHolder(plan.access, property, fold(String(entity[property])), table))?.[0]
    if (holder !== undefined && (plan.kind === 'create' || holder !== plan.id)) return { property, holder: String(holder) }
  }
  const holder = connection.get(compileKeyHolder(plan.access, keyOf(entity, type), table))?.[0]
  if (plan.kind === 'create' && holder !== undefined) return { property: type.key, holder: String(holder) }
  throw failure
}

function standingOf(row: readonly unknown[], type: EntityType): Standing {
  const [version, , ...columns] = row
  return {
    version: Number(version),
    entity: valuesOf(
      columns,
      type.properties.map(({ name }) => name),
      type,
    ),
  }
}

function keyOf(entity: Entity, type: EntityType): string {
  return String(entity[type.key])
}

function stored(plan: WritePlan, id: string, version: number, members: string): StoredEntity {
  return { managingTenantId: plan.access.tenantId, id, version, members }
}
