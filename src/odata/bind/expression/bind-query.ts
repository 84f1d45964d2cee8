import type { EntitySet } from '../../../edm/entity-type.ts'
import { ODataError } from '../../error.ts'
import { parseApply } from '../../uri/expression/parse-apply.ts'
import { parseComputeItems } from '../../uri/expression/parse-compute.ts'
import { parseExpression } from '../../uri/expression/parse-expression.ts'
import { parseOrderby } from '../../uri/expression/parse-orderby.ts'
import { parseSearch } from '../../uri/expression/parse-search.ts'
import { TextReader } from '../../uri/expression/reader.ts'
import { bindApply, bindCompute, type Transformed } from './bind-apply.ts'
import { bindExpression, requireType, type Scope } from './bind-expression.ts'
import { bindSearchExpression } from './bind-search.ts'
import type { BoundExpression, BoundOrderby, ComputedProperty } from './bound-expression.ts'
import { defaultQueryLimits, type QueryLimits } from './limits.ts'
import { type Shape, shapeOf } from './shape.ts'

/** What the query options of one request are bound in. */
export type QueryScope = Omit<Scope, 'option'>

/** The scope of a request on an entity set. Options with an `@` are its parameter aliases. */
export function queryScope(
  entitySet: EntitySet,
  options: ReadonlyMap<string, string>,
  limits: QueryLimits = defaultQueryLimits,
): QueryScope {
  return {
    type: entitySet.type,
    shape: shapeOf(entitySet.type),
    aliases: options,
    computed: new Map(),
    limits,
    pending: [],
    budget: { nodes: 0, transformations: 0 },
  }
}

/** The scope after `$apply`. */
export function after(scope: QueryScope, shape: Shape): QueryScope {
  return { ...scope, shape }
}

/** The scope with the names that `$compute` has made: they stand for their expressions. */
export function withComputed(scope: QueryScope, computed: readonly ComputedProperty[]): QueryScope {
  return { ...scope, computed: new Map(computed.map(({ name, expression }) => [name, expression])) }
}

/** `$filter` (URL Conventions 4.01, 5.1.2): a Boolean expression. */
export function bindFilter(text: string, scope: QueryScope): BoundExpression {
  const reader = new TextReader(text, '$filter', scope.limits.depth)
  const expression = parseExpression(reader)
  reader.requireEnd('an operator or ')
  const inFilter = { ...scope, option: '$filter' }
  const filter = bindExpression(expression, inFilter)
  requireType(filter, 'Edm.Boolean', 'The filter is a Boolean', 0, inFilter)
  return filter
}

/** `$orderby` (URL Conventions 4.01, 5.1.5): any expressions, the first the most significant. */
export function bindOrderby(text: string, scope: QueryScope): readonly BoundOrderby[] {
  const items = parseOrderby(new TextReader(text, '$orderby', scope.limits.depth))
  if (items.length > scope.limits.orderKeys)
    throw new ODataError('Request_UnsupportedQuery', `$orderby has more than ${scope.limits.orderKeys} keys.`, { target: '$orderby' })
  return items.map(({ expression, descending }) => ({
    expression: bindExpression(expression, { ...scope, option: '$orderby' }),
    descending,
  }))
}

/** `$search` (URL Conventions 4.01, 5.1.8). */
export function bindSearch(text: string, scope: QueryScope): BoundExpression {
  return bindSearchExpression(parseSearch(new TextReader(text, '$search', scope.limits.depth)), { ...scope, option: '$search' })
}

/** `$compute` (URL Conventions 4.01, 5.1.10): properties that the query makes. */
export function bindComputeOption(text: string, scope: QueryScope): readonly ComputedProperty[] {
  const reader = new TextReader(text, '$compute', scope.limits.depth)
  const items = parseComputeItems(reader)
  reader.requireEnd()
  return bindCompute(items, { ...scope, option: '$compute' })
}

/** `$apply` (Data Aggregation 4.0, 3): a sequence of set transformations. */
export function bindApplyOption(text: string, scope: QueryScope): Transformed {
  const reader = new TextReader(text, '$apply', scope.limits.depth)
  const sequence = parseApply(reader)
  reader.requireEnd()
  return bindApply(sequence, { ...scope, option: '$apply' })
}
