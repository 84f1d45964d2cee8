import type { BoundExpression } from '../odata/bind/expression/bound-expression.ts'

export type { BoundExpression } from '../odata/bind/expression/bound-expression.ts'

/** One key of an order (URL Conventions 4.01, 5.1.5). Null is the lowest value. */
export interface OrderKey {
  readonly expression: BoundExpression
  readonly descending: boolean
}

/** The expressions directly below one. */
export function operandsOf(expression: BoundExpression): readonly BoundExpression[] {
  switch (expression.kind) {
    case 'constant':
    case 'property':
      return []
    case 'call':
      return expression.arguments
    case 'operation':
      return [expression.left, expression.right]
    case 'not':
    case 'negate':
      return [expression.operand]
    case 'case':
      return expression.branches.flatMap(({ condition, value }) => [condition, value])
    case 'in':
      return [expression.left, ...expression.items]
  }
}

/** Whether an expression names one of these properties. */
export function mentions(expression: BoundExpression, names: readonly string[]): boolean {
  return (
    (expression.kind === 'property' && names.includes(expression.name)) ||
    operandsOf(expression).some((operand) => mentions(operand, names))
  )
}
