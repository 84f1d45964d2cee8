import type { Entity, EntityType, PrimitiveValue } from '../edm/entity-type.ts'
import { fold } from '../edm/fold.ts'
import type { EntityTags } from '../odata/headers/etag.ts'
import type { EntityAddress, UpdatePlan, WritePlan } from './plan.ts'

/** An entity as it stands, deleted or not. */
export interface Standing {
  readonly version: number
  readonly entity: Entity
}

/** The entities of one managing tenant as they stand in the transaction that writes. */
export interface Standings {
  readonly byKey: (id: string) => Standing | undefined
  /** The living entity that holds a value of an alternate key. Alternate keys compare folded. */
  readonly byAlternateKey: (property: string, folded: string) => Standing | undefined
}

/** What a write comes to, seen against what stands. */
export type Decision =
  | { readonly decision: 'insert'; readonly entity: Entity }
  | {
      readonly decision: 'update'
      readonly standing: Standing
      readonly entity: Entity
      readonly change: 'updated' | 'deleted' | 'restored'
    }
  | { readonly decision: 'purge'; readonly standing: Standing }
  | Refusal

export type Refusal = {
  /** An upsert found the entity: it would have updated it. */
  readonly existing?: true
} & (
  | { readonly decision: 'notFound' }
  | { readonly decision: 'preconditionFailed' }
  | { readonly decision: 'refused'; readonly faults: readonly PropertyFault[] }
  /** A key or an alternate key is taken; `holder` is the id of the entity that has it, `deleted` if it could be restored. */
  | { readonly decision: 'taken'; readonly property: string; readonly holder: string; readonly deleted?: true }
)

/** What is wrong with a property, for people. */
export interface PropertyFault {
  readonly property: string
  readonly message: string
}

/** Whether the conditions hold (RFC 9110, 13.1). An entity that is not there matches nothing. */
export function conditionsHold(ifMatch: EntityTags | undefined, ifNoneMatch: EntityTags | undefined, version: number | undefined): boolean {
  const names = (tags: EntityTags) => version !== undefined && (tags === '*' || tags.includes(String(version)))
  if (ifMatch !== undefined && !names(ifMatch)) return false
  return ifNoneMatch === undefined || !names(ifNoneMatch)
}

/** The one place that knows what a write makes of the entities that stand. Every store asks it inside its transaction. */
export function decideWrite(plan: WritePlan, type: EntityType, standings: Standings): Decision {
  const isDeleted = ({ entity }: Standing) => entity[type.softDelete.flag] === true
  switch (plan.kind) {
    case 'create':
      return decideInsert(plan.entity, type, standings)
    case 'update': {
      const standing = living(plan.address, type, standings)
      if (standing) return ofExisting(conditionsOf(plan, standing) ?? decideUpdate(plan, standing, type, standings))
      // An entity tag matches no missing entity: an upsert with If-Match creates nothing (Protocol 4.01, 11.4.4).
      if (plan.ifMatch !== undefined) return { decision: 'preconditionFailed' }
      if (plan.lacking) return { decision: 'refused', faults: plan.lacking.map(lacks) }
      return plan.otherwise ? decideInsert(plan.otherwise, type, standings) : { decision: 'notFound' }
    }
    case 'delete': {
      const standing = living(plan.address, type, standings)
      if (!standing) return { decision: 'notFound' }
      const { flag, at } = type.softDelete
      const entity = { ...standing.entity, [type.stamps.modified]: plan.by.at, [flag]: true, [at]: plan.by.at }
      return conditionsOf(plan, standing) ?? { decision: 'update', change: 'deleted', standing, entity }
    }
    case 'restore': {
      const standing = standings.byKey(plan.id)
      if (!standing || !isDeleted(standing)) return { decision: 'notFound' }
      const { flag, at } = type.softDelete
      const entity = { ...standing.entity, [type.stamps.modified]: plan.by.at, [flag]: false, [at]: null }
      return (
        conditionsOf(plan, standing) ??
        takenAlternateKey(entity, type, standings) ?? { decision: 'update', change: 'restored', standing, entity }
      )
    }
    case 'purge': {
      const standing = standings.byKey(plan.id)
      if (!standing || !isDeleted(standing)) return { decision: 'notFound' }
      if (plan.deletedBy !== undefined && String(standing.entity[type.softDelete.at]) > plan.deletedBy) return { decision: 'notFound' }
      return conditionsOf(plan, standing) ?? { decision: 'purge', standing }
    }
  }
}

function ofExisting(decision: Decision): Decision {
  const refused = decision.decision === 'preconditionFailed' || decision.decision === 'refused' || decision.decision === 'taken'
  return refused ? { ...decision, existing: true } : decision
}

/** The entity at an address, unless it is deleted. */
function living(address: EntityAddress, type: EntityType, standings: Standings): Standing | undefined {
  if (address.kind === 'alternateKey') return standings.byAlternateKey(address.property, fold(address.value))
  const standing = standings.byKey(address.id)
  return standing?.entity[type.softDelete.flag] === true ? undefined : standing
}

function conditionsOf(plan: Exclude<WritePlan, { kind: 'create' }>, { version }: Standing): Refusal | undefined {
  return conditionsHold(plan.ifMatch, plan.ifNoneMatch, version) ? undefined : { decision: 'preconditionFailed' }
}

/** A deleted entity holds its key until it is purged. */
function decideInsert(entity: Entity, type: EntityType, standings: Standings): Decision {
  const taken = takenAlternateKey(entity, type, standings)
  if (taken) return taken
  const id = String(entity[type.key])
  const standing = standings.byKey(id)
  if (!standing) return { decision: 'insert', entity }
  return { decision: 'taken', property: type.key, holder: id, ...(standing.entity[type.softDelete.flag] === true ? { deleted: true } : {}) }
}

function lacks(property: string): PropertyFault {
  return { property, message: `'${property}' is required: the entity is missing, so it would be created.` }
}

function decideUpdate(plan: UpdatePlan, standing: Standing, type: EntityType, standings: Standings): Decision {
  const { softDelete, stamps } = type
  const next: Record<string, PrimitiveValue> = { ...standing.entity, [stamps.modified]: plan.by.at }
  for (const property of type.properties) {
    const value = plan.changes[property.name]
    if (value === undefined || property.update === 'computed') continue
    if (property.update === 'immutable') {
      // The key in the body may differ from the one in the URL only by mistake.
      if (value !== standing.entity[property.name])
        return { decision: 'refused', faults: [{ property: property.name, message: `'${property.name}' cannot be changed.` }] }
      continue
    }
    next[property.name] = value
  }
  const deletes = next[softDelete.flag] === true
  if (deletes) next[softDelete.at] ??= plan.by.at
  return (
    takenAlternateKey(next, type, standings, standing.entity) ?? {
      decision: 'update',
      change: deletes ? 'deleted' : 'updated',
      standing,
      entity: next,
    }
  )
}

/** Another living entity that has a value which this one is to have. What it `holds` already, being alive, no other has. */
function takenAlternateKey(entity: Entity, type: EntityType, standings: Standings, holds?: Entity): Refusal | undefined {
  if (entity[type.softDelete.flag] === true) return undefined
  for (const property of type.alternateKeys) {
    if (holds?.[type.softDelete.flag] === false && holds[property] === entity[property]) continue
    const holder = standings.byAlternateKey(property, fold(String(entity[property])))?.entity[type.key]
    if (holder !== undefined && holder !== entity[type.key]) return { decision: 'taken', property, holder: String(holder) }
  }
  return undefined
}
