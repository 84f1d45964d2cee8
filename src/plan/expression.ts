import { type BoundExpression, operandsOf } from '../odata/bind/expression/bound-expression.ts'
import type { Transformation } from '../odata/bind/expression/transformation.ts'

export type {
  BoundExpression,
  BoundOrderby as OrderKey,
  ComputedProperty,
  ValueType,
} from '../odata/bind/expression/bound-expression.ts'
export { comparisonOf, operandsOf } from '../odata/bind/expression/bound-expression.ts'
export type { Aggregate, Transformation } from '../odata/bind/expression/transformation.ts'

/** Whether an expression names one of these properties. */
export function mentions(expression: BoundExpression, names: readonly string[]): boolean {
  return (
    (expression.kind === 'property' && names.includes(expression.name)) ||
    operandsOf(expression).some((operand) => mentions(operand, names))
  )
}

/** Whether a sequence of transformations names one of these properties. */
export function mentionsIn(transformations: readonly Transformation[], names: readonly string[]): boolean {
  const named = (expression: BoundExpression) => mentions(expression, names)
  return transformations.some((transformation) => {
    switch (transformation.kind) {
      case 'filter':
        return named(transformation.condition)
      case 'compute':
        return transformation.properties.some(({ expression }) => named(expression))
      case 'orderby':
        return transformation.keys.some(({ expression }) => named(expression))
      case 'topBottom':
        return named(transformation.expression)
      case 'aggregate':
        return transformation.aggregates.some(({ of }) => of && named(of.expression))
      case 'groupby':
        return transformation.properties.some((name) => names.includes(name)) || mentionsIn(transformation.transformations ?? [], names)
      case 'concat':
        return transformation.sequences.some((sequence) => mentionsIn(sequence, names))
      default:
        return false
    }
  })
}
