import { declaredProperty, type Entity, type EntityType, type PrimitiveValue } from '../edm/entity-type.ts'
import type { Standing } from '../plan/decide-write.ts'
import type { ApplyPlan, ReadPagePlan } from '../plan/plan.ts'
import { primitiveOf } from '../sql/table.ts'
import type { Instance, StoredEntity } from './store.ts'

/** A row of a read: managing tenant, key, version, then the members or the selected columns, then what is computed, then the values that order a page. */
export function storedEntityOf(
  row: readonly unknown[],
  { select, computed = [] }: Pick<ReadPagePlan, 'select' | 'computed'>,
  type: EntityType,
  ordered = false,
): StoredEntity {
  const [managingTenantId, id, version, ...rest] = row
  const own = select ? select.length : 1
  return {
    managingTenantId: String(managingTenantId),
    id: String(id),
    version: Number(version),
    ...(select ? { values: valuesOf(rest, select, type) } : { members: String(rest[0]) }),
    ...(computed.length > 0 ? { computed: computedOf(rest.slice(own), computed) } : {}),
    ...(ordered ? { orderKey: rest.slice(own + computed.length) as PrimitiveValue[] } : {}),
  }
}

/** A row that a write is decided against: version, then one column a property. */
export function standingOf(row: readonly unknown[], { properties }: EntityType): Standing {
  const entity: Record<string, PrimitiveValue> = {}
  properties.forEach(({ name, type }, i) => {
    entity[name] = primitiveOf(type, row[i + 1])
  })
  return { version: Number(row[0]), entity }
}

function valuesOf(columns: readonly unknown[], names: readonly string[], type: EntityType): Entity {
  const values: Record<string, PrimitiveValue> = {}
  names.forEach((name, i) => {
    values[name] = primitiveOf(declaredProperty(type, name).type, columns[i])
  })
  return values
}

function computedOf(columns: readonly unknown[], computed: NonNullable<ReadPagePlan['computed']>): Entity {
  return Object.fromEntries(computed.map(({ name, expression }, i) => [name, primitiveOf(expression.type, columns[i])]))
}

/** A row of what `$apply` makes: the columns, the kind of the row, then managing tenant, key and version where it is an entity. */
export function instanceOf(row: readonly unknown[], { columns, variants, entity }: ApplyPlan): Instance {
  const [kind, managingTenantId, id, version] = row.slice(columns.length)
  const names = variants[Number(kind)] ?? []
  const values = columns.flatMap(({ name, type }, i) => (names.includes(name) ? [[name, primitiveOf(type, row[i])] as const] : []))
  return {
    values: Object.fromEntries(values),
    ...(entity ? { entity: { managingTenantId: String(managingTenantId), id: String(id), version: Number(version) } } : {}),
  }
}
