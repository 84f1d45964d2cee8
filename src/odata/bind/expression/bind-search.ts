import { ODataError } from '../../error.ts'
import type { SearchExpr } from '../../uri/expression/parse-search.ts'
import type { Scope } from './bind-expression.ts'
import type { BoundExpression } from './bound-expression.ts'

/** `$search` (URL Conventions 4.01, 5.1.8): each term is found in any of the properties that the model says are searched, without regard to case. */
export function bindSearchExpression(search: SearchExpr, scope: Scope): BoundExpression {
  const searched = scope.type.properties
    .filter(({ searched: included, name }) => included && scope.shape.properties.some((property) => property.name === name))
    .map(({ name, comparison = 'exact' }) => ({ kind: 'property', type: 'Edm.String', name, comparison }) as const)
  if (searched.length === 0)
    throw new ODataError('Request_BadRequest', 'Nothing that can be searched is left here.', { target: scope.option })
  let terms = 0
  const bind = (expression: SearchExpr): BoundExpression => {
    if (++terms > scope.limits.searchTerms)
      throw new ODataError('Request_UnsupportedQuery', `$search has more than ${scope.limits.searchTerms} words and operators.`, {
        target: scope.option,
      })
    switch (expression.kind) {
      case 'not':
        return { kind: 'not', type: 'Edm.Boolean', operand: bind(expression.operand) }
      case 'term': {
        const term = { kind: 'constant', type: 'Edm.String', value: expression.text } as const
        return searched
          .map((property): BoundExpression => ({ kind: 'call', type: 'Edm.Boolean', name: 'contains', arguments: [property, term] }))
          .reduce((left, right) => ({ kind: 'operation', type: 'Edm.Boolean', operator: 'or', left, right }))
      }
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
  return bind(search)
}
