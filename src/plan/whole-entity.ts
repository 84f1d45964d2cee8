import type { EntityType, PrimitiveValue, Property } from '../edm/entity-type.ts'
import type { Circumstances } from './plan-request.ts'

type Values = Readonly<Record<string, PrimitiveValue>>

/** The entity that a create makes: what the body says, and the service's own defaults for the rest. */
export function wholeEntity(type: EntityType, values: Values, circumstances: Circumstances): Record<string, PrimitiveValue> {
  const entity: Record<string, PrimitiveValue> = {}
  for (const property of type.properties) entity[property.name] = values[property.name] ?? defaultOf(type, property, values, circumstances)
  return entity
}

function defaultOf(type: EntityType, property: Property, values: Values, circumstances: Circumstances): PrimitiveValue {
  const { key, softDelete, stamps } = type
  switch (property.name) {
    case key:
      return circumstances.newId()
    case stamps.created:
    case stamps.modified:
      return circumstances.now
    case softDelete.flag:
      return false
    case softDelete.at:
      return values[softDelete.flag] === true ? circumstances.now : null
    default:
      return null
  }
}
