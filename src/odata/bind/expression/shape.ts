import type { EntityType } from '../../../edm/entity-type.ts'
import type { Comparison, ValueType } from './bound-expression.ts'

/** The properties that instances have at one place of a query: the entity type's, or what `$compute` and `$apply` have made of them. */
export interface Shape {
  readonly properties: readonly ShapeProperty[]
  /** Whether the instances are still entities, with a key and a version. */
  readonly entity: boolean
  /** The names that each kind of instance has: after `concat` there may be several kinds (Data Aggregation 4.0, 3.1.1). */
  readonly variants: readonly (readonly string[])[]
}

export interface ShapeProperty {
  readonly name: string
  readonly type: ValueType
  readonly comparison: Comparison
  /** Made by the query, and not declared. */
  readonly dynamic: boolean
}

const shapes = new WeakMap<EntityType, Shape>()

/** What an entity set holds. */
export function shapeOf(type: EntityType): Shape {
  const known = shapes.get(type)
  if (known) return known
  const properties = type.properties.map(
    ({ name, type: declared, comparison = 'exact' }): ShapeProperty => ({ name, type: declared, comparison, dynamic: false }),
  )
  const shape: Shape = { properties, entity: true, variants: [properties.map(({ name }) => name)] }
  shapes.set(type, shape)
  return shape
}

/** The shape with more properties on every instance. */
export function extend(shape: Shape, properties: readonly ShapeProperty[]): Shape {
  const names = properties.map(({ name }) => name)
  return {
    ...shape,
    properties: [...shape.properties, ...properties],
    variants: shape.variants.map((variant) => [...variant, ...names]),
  }
}

/** Instances with these properties only. */
export function transient(properties: readonly ShapeProperty[]): Shape {
  return { properties, entity: false, variants: [properties.map(({ name }) => name)] }
}
