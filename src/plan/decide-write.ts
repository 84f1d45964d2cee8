import type { Entity, EntityType, PrimitiveValue } from '../edm/entity-type.ts'
import type { EntityTags } from '../odata/headers/etag.ts'
import type { DeletePlan, UpdatePlan } from './plan.ts'

/** The entity as it stands, not deleted, and its version. */
export interface Standing {
  readonly version: number
  readonly entity: Entity
}

/** What a write comes to, seen against the entity as it stands in the same transaction. */
export type Decision =
  | { readonly decision: 'write'; readonly entity: Entity; readonly change: 'updated' | 'deleted' }
  | { readonly decision: 'notFound' }
  | { readonly decision: 'preconditionFailed' }
  | { readonly decision: 'refused'; readonly property: string; readonly message: string }

/** Whether the conditions hold (RFC 9110, 13.1). An entity that is not there matches nothing. */
export function conditionsHold(ifMatch: EntityTags | undefined, ifNoneMatch: EntityTags | undefined, version: number | undefined): boolean {
  const names = (tags: EntityTags) => version !== undefined && (tags === '*' || tags.includes(String(version)))
  if (ifMatch !== undefined && !names(ifMatch)) return false
  return ifNoneMatch === undefined || !names(ifNoneMatch)
}

/** The one place that knows what an update or a delete makes of an entity. Both stores ask it inside their transaction. */
export function decideWrite(plan: UpdatePlan | DeletePlan, type: EntityType, standing: Standing | undefined): Decision {
  if (!standing) return { decision: plan.kind === 'update' && plan.ifMatch !== undefined ? 'preconditionFailed' : 'notFound' }
  if (!conditionsHold(plan.ifMatch, plan.ifNoneMatch, standing.version)) return { decision: 'preconditionFailed' }
  const { softDelete, stamps } = type
  const modified = { [stamps.modified]: plan.by.at }
  if (plan.kind === 'delete') {
    return {
      decision: 'write',
      change: 'deleted',
      entity: { ...standing.entity, ...modified, [softDelete.flag]: true, [softDelete.at]: plan.by.at },
    }
  }
  const next: Record<string, PrimitiveValue> = { ...standing.entity }
  for (const property of type.properties) {
    const value = plan.changes[property.name]
    if (value === undefined || property.update === 'computed') continue
    if (property.update === 'immutable') {
      // The key in the body may differ from the one in the URL only by mistake.
      if (value !== standing.entity[property.name])
        return { decision: 'refused', property: property.name, message: `'${property.name}' cannot be changed.` }
      continue
    }
    next[property.name] = value
  }
  const deletes = next[softDelete.flag] === true
  if (deletes) next[softDelete.at] ??= plan.by.at
  return { decision: 'write', change: deletes ? 'deleted' : 'updated', entity: { ...next, ...modified } }
}
