import type { EntitySet, Property } from '../../../edm/entity-type.ts'
import { ODataError } from '../../error.ts'
import { parseExpression } from '../../uri/expression/parse-expression.ts'
import { parseOrderby } from '../../uri/expression/parse-orderby.ts'
import { parseSearch, type SearchExpr } from '../../uri/expression/parse-search.ts'
import { TextReader } from '../../uri/expression/reader.ts'
import { bindExpression, type ExpressionLimits, requireType, type Scope } from './bind-expression.ts'
import type { BoundExpression } from './bound-expression.ts'

/** How large an expression may be: far past what people write, far below what costs anything. */
const limits: ExpressionLimits = { depth: 100, nodes: 500, listItems: 500 }

/** Keys of one order at the most. */
const orderKeyLimit = 10

/** One key of `$orderby`, its expression typed. */
export interface BoundOrderby {
  readonly expression: BoundExpression
  readonly descending: boolean
}

/** `$filter` (URL Conventions 4.01, 5.1.2): a Boolean expression on the properties of the entity type. Options with an `@` are its parameter aliases. */
export function bindFilter(entitySet: EntitySet, text: string, options: ReadonlyMap<string, string>): BoundExpression {
  const reader = new TextReader(text, '$filter', limits.depth)
  const expression = parseExpression(reader)
  reader.requireEnd()
  const scope = scopeOf(entitySet, '$filter', options)
  const filter = bindExpression(expression, scope)
  requireType(filter, 'Edm.Boolean', 'The filter is a Boolean', 0, scope)
  return filter
}

/** `$orderby` (URL Conventions 4.01, 5.1.5): any expressions, the first the most significant. */
export function bindOrderby(entitySet: EntitySet, text: string, options: ReadonlyMap<string, string>): readonly BoundOrderby[] {
  const items = parseOrderby(new TextReader(text, '$orderby', limits.depth))
  if (items.length > orderKeyLimit)
    throw new ODataError('Request_UnsupportedQuery', `$orderby has more than ${orderKeyLimit} keys.`, { target: '$orderby' })
  const scope = scopeOf(entitySet, '$orderby', options)
  return items.map(({ expression, descending }) => ({ expression: bindExpression(expression, scope), descending }))
}

/** `$search` (URL Conventions 4.01, 5.1.8): each term is found in any of the properties that the model says are searched, without regard to case. */
export function bindSearch(entitySet: EntitySet, text: string): BoundExpression {
  const budget = { nodes: 0 }
  const searched = entitySet.type.properties.filter((property) => property.searched)
  const bind = (expression: SearchExpr): BoundExpression => {
    if (++budget.nodes > searchTermLimit)
      throw new ODataError('Request_UnsupportedQuery', `$search has more than ${searchTermLimit} words and operators.`, {
        target: '$search',
      })
    switch (expression.kind) {
      case 'not':
        return { kind: 'not', type: 'Edm.Boolean', operand: bind(expression.operand) }
      case 'term':
        return searched
          .map((property) => contains(property, expression.text))
          .reduce((left, right) => ({ kind: 'operation', type: 'Edm.Boolean', operator: 'or', left, right }))
      default:
        return {
          kind: 'operation',
          type: 'Edm.Boolean',
          operator: expression.kind,
          left: bind(expression.left),
          right: bind(expression.right),
        }
    }
  }
  return bind(parseSearch(new TextReader(text, '$search', limits.depth)))
}

function contains({ name, comparison = 'exact' }: Property, text: string): BoundExpression {
  const term = { kind: 'constant', type: 'Edm.String', value: text } as const
  return {
    kind: 'call',
    type: 'Edm.Boolean',
    name: 'contains',
    arguments: [{ kind: 'property', type: 'Edm.String', name, comparison }, term],
  }
}

/** Words, phrases and operators of one search at the most. */
const searchTermLimit = 50

function scopeOf(entitySet: EntitySet, option: string, aliases: ReadonlyMap<string, string>): Scope {
  return { type: entitySet.type, option, aliases, computed: new Map(), limits, pending: [], budget: { nodes: 0 } }
}
