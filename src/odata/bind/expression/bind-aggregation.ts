import { ODataError } from '../../error.ts'
import type { Aggregation } from '../../uri/expression/expression.ts'
import { bindExpression, refuse, type Scope } from './bind-expression.ts'
import type { Aggregated, AggregationMethod, BoundExpression, ValueType } from './bound-expression.ts'
import { isInteger, isNumeric } from './types.ts'

const methods: readonly AggregationMethod[] = ['sum', 'min', 'max', 'average', 'countdistinct']

/** `$count`, or an expression with a method (Data Aggregation 4.0, 3.2.1). The types of counts are the specification's. */
export function bindAggregation(
  { expression, method: written = '' }: Aggregation,
  at: number,
  scope: Scope,
): { readonly type: ValueType; readonly of?: Aggregated } {
  if (expression === '$count') return { type: 'Edm.Decimal' }
  const method = methods.find((known) => known === written.toLowerCase())
  if (!method) return refuse(`'${written.slice(0, 80)}' is not an aggregation method: ${methods.join(', ')} are.`, at, scope)
  const bound = bindExpression(expression, scope)
  return { type: aggregateType(method, bound, at, scope), of: { method, expression: bound } }
}

/** What a method makes of a type; sums of integers may be past any integer type of theirs. */
function aggregateType(method: AggregationMethod, { type }: BoundExpression, at: number, scope: Scope): ValueType {
  if (method === 'countdistinct') return 'Edm.Decimal'
  if (method === 'min' || method === 'max') return type
  if (!isNumeric(type)) return refuse(`'${method}' takes numbers, not ${type}.`, at, scope)
  return isInteger(type) || type === 'null' ? 'Edm.Decimal' : type
}

/** `$these/aggregate(…)` of the collection that the option, or the transformation, works on (Data Aggregation 4.0, 3.5). */
export function bindThese(aggregation: Aggregation, at: number, scope: Scope): BoundExpression {
  if (scope.collection === undefined) return refuse("There is no collection that '$these' could mean.", at, scope)
  if (scope.collection === 'group')
    throw new ODataError('NotImplemented', "'$these' within 'groupby' is not offered.", { target: scope.option })
  // Within itself it would be computed for every instance of every level.
  const { collection: _, ...within } = scope
  return { kind: 'these', ...bindAggregation(aggregation, at, within) }
}
