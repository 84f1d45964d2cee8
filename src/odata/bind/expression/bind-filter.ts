import type { EntitySet } from '../../../edm/entity-type.ts'
import { parseExpression } from '../../uri/expression/parse-expression.ts'
import { TextReader } from '../../uri/expression/reader.ts'
import { bindExpression, type ExpressionLimits, requireType } from './bind-expression.ts'
import type { BoundExpression } from './bound-expression.ts'

/** How large an expression may be: far past what people write, far below what costs anything. */
const limits: ExpressionLimits = { depth: 100, nodes: 500, listItems: 500 }

/** `$filter` (URL Conventions 4.01, 5.1.2): a Boolean expression on the properties of the entity type. Options with an `@` are its parameter aliases. */
export function bindFilter(entitySet: EntitySet, text: string, options: ReadonlyMap<string, string>): BoundExpression {
  const reader = new TextReader(text, '$filter', limits.depth)
  const expression = parseExpression(reader)
  reader.requireEnd()
  const scope = {
    type: entitySet.type,
    option: '$filter',
    aliases: options,
    computed: new Map(),
    limits,
    pending: [],
    budget: { nodes: 0 },
  }
  const filter = bindExpression(expression, scope)
  requireType(filter, 'Edm.Boolean', 'The filter is a Boolean', 0, scope)
  return filter
}
