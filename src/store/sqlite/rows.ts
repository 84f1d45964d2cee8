import { declaredProperty, type Entity, type EntityType, type PrimitiveValue } from '../../edm/entity-type.ts'
import { primitiveOf } from '../../sql/table.ts'
import type { StoredEntity } from '../store.ts'

/** A row of a read: managing tenant, key, version, then the members or the selected columns, then the values that order a page. */
export function storedEntityOf(
  row: readonly unknown[],
  select: readonly string[] | undefined,
  type: EntityType,
  ordered = false,
): StoredEntity {
  const [managingTenantId, id, version, ...rest] = row
  const orderKey = ordered ? { orderKey: rest.slice(select ? select.length : 1) as PrimitiveValue[] } : {}
  const head = { managingTenantId: String(managingTenantId), id: String(id), version: Number(version), ...orderKey }
  return select ? { ...head, values: valuesOf(rest, select, type) } : { ...head, members: String(rest[0]) }
}

export function valuesOf(columns: readonly unknown[], names: readonly string[], type: EntityType): Entity {
  const values: Record<string, PrimitiveValue> = {}
  names.forEach((name, i) => {
    values[name] = primitiveOf(declaredProperty(type, name), columns[i])
  })
  return values
}
