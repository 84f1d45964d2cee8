import type { Entity, EntityType, PrimitiveValue } from '../edm/entity-type.ts'
import type { UpdateEntity } from '../odata/bind/bound-request.ts'
import { lackingIn } from '../odata/payload/read-entity.ts'
import type { UpdatePlan } from './plan.ts'
import type { Circumstances } from './plan-request.ts'
import { wholeEntity } from './whole-entity.ts'

/** What an update changes, and the entity that it creates where there is none. */
export function planUpdate(
  { entitySet: { type }, address, body, replaces, upserts }: Omit<UpdateEntity, 'kind' | 'select'>,
  circumstances: Circumstances,
): Pick<UpdatePlan, 'address' | 'changes' | 'otherwise' | 'lacking'> {
  const changes = replaces ? { ...defaultsOf(type, address.kind === 'key' ? undefined : address.property), ...body.values } : body.values
  if (!upserts) return { address, changes }
  const addressed = address.kind === 'key' ? { [type.key]: address.id } : { [address.property]: address.value }
  const lacking = lackingIn(type, body.values, addressed)
  if (lacking.length > 0) return { address, changes, lacking }
  return { address, changes, otherwise: wholeEntity(type, { ...addressed, ...body.values }, circumstances) }
}

/**
 * What a replaced entity has where the body is silent (Protocol 4.01, 11.4.3): null, or that it is not deleted. The rest the body must have said,
 * but for the property by which the entity is addressed.
 */
function defaultsOf(type: EntityType, addressed: string | undefined): Entity {
  const defaults: Record<string, PrimitiveValue> = {}
  for (const { name, update, nullable } of type.properties) {
    if (update !== 'allowed' || name === addressed) continue
    if (nullable) defaults[name] = null
    else if (name === type.softDelete.flag) defaults[name] = false
  }
  return defaults
}
