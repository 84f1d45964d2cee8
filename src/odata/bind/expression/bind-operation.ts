import { ODataError } from '../../error.ts'
import type { BinaryOperator, CommonExpr } from '../../uri/expression/expression.ts'
import { aliasExpression, bindExpression, refuse, requireType, type Scope } from './bind-expression.ts'
import type { BoundExpression, OperationName, ValueType } from './bound-expression.ts'
import { asDuration } from './read-literal.ts'
import { commonType, isInteger, isNumeric } from './types.ts'

type BinaryExpr = Extract<CommonExpr, { kind: 'binary' }>

/** Binds a binary operator: what its operands may be, and the type of what it gives. */
export function bindOperation(expression: BinaryExpr, scope: Scope): BoundExpression {
  const { operator, at } = expression
  if (operator === 'in') return bindMembership(expression, scope)
  if (operator === 'has') return refuse("'has' takes an enumeration, and no property is one.", at, scope)
  if (expression.left.kind === 'list' || expression.right.kind === 'list') return refuseLists(expression, scope)
  const left = bindExpression(expression.left, scope)
  const right = bindExpression(expression.right, scope)
  const operation = (name: OperationName, type: ValueType): BoundExpression => ({ kind: 'operation', type, operator: name, left, right })
  switch (operator) {
    case 'and':
    case 'or':
      for (const operand of [left, right]) requireType(operand, 'Edm.Boolean', `'${operator}' takes Booleans`, at, scope)
      return operation(operator, 'Edm.Boolean')
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return { ...operation(operator, 'Edm.Boolean'), ...bindComparison(operator, left, right, at, scope) }
    default: {
      const [first, second] = [asDuration(left), asDuration(right)]
      const type = arithmeticType(operator, first.type, second.type)
      return type
        ? { kind: 'operation', type, operator, left: first, right: second }
        : refuse(`'${operator}' does not take ${left.type} and ${right.type}.`, at, scope)
    }
  }
}

/** Both operands in the type in which they meet. */
function bindComparison(
  operator: BinaryOperator,
  leftOperand: BoundExpression,
  rightOperand: BoundExpression,
  at: number,
  scope: Scope,
): { readonly left: BoundExpression; readonly right: BoundExpression } {
  const left = rightOperand.type === 'Edm.Duration' ? asDuration(leftOperand) : leftOperand
  const right = leftOperand.type === 'Edm.Duration' ? asDuration(rightOperand) : rightOperand
  const type = commonType(left.type, right.type)
  if (!type) return refuse(`'${operator}' compares like with like, not ${left.type} with ${right.type}.`, at, scope)
  return { left: convert(left, type), right: convert(right, type) }
}

/** The only conversion that changes a value: a date as the midnight it begins with. Numbers compare across their types as they are. */
function convert(expression: BoundExpression, type: ValueType): BoundExpression {
  if (expression.type !== 'Edm.Date' || type !== 'Edm.DateTimeOffset') return expression
  if (expression.kind === 'constant') return { ...expression, type, value: `${expression.value}T00:00:00.000000Z` }
  return { kind: 'call', type, name: 'midnight', arguments: [expression] }
}

function bindMembership({ left: leftExpr, right, at }: BinaryExpr, scope: Scope): BoundExpression {
  const list = right.kind === 'alias' ? aliasExpression(right.name, scope) : right
  if (list.kind !== 'list') return refuse("'in' takes a list of values in parentheses.", at, scope)
  if (list.items.length > scope.limits.listItems)
    return refuse(`The list of 'in' has more than ${scope.limits.listItems} values.`, at, scope)
  if (leftExpr.kind === 'list') throw new ODataError('NotImplemented', 'A list of lists is not offered.', { target: scope.option })
  const left = bindExpression(leftExpr, scope)
  const items = list.items.map((item) => bindComparison('in', left, bindExpression(item, scope), item.at, scope).right)
  return { kind: 'in', type: 'Edm.Boolean', left, items }
}

/** Lists in brackets are collections, which OData compares and we do not; one in parentheses stands only after `in`. */
function refuseLists({ operator, at }: BinaryExpr, scope: Scope): never {
  if (operator !== 'eq' && operator !== 'ne') refuse(`'${operator}' does not take a list.`, at, scope)
  throw new ODataError('NotImplemented', 'Comparing collections is not offered.', { target: scope.option })
}

type Arithmetic = Exclude<BinaryOperator, 'and' | 'or' | 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'has' | 'in'>

/** The result of arithmetic (URL Conventions 4.01, 5.1.1.2); undefined where the operands do not go together. */
function arithmeticType(operator: Arithmetic, left: ValueType, right: ValueType): ValueType | undefined {
  if (isNumeric(left) && isNumeric(right)) {
    const type = commonType(left, right)
    // `divby` gives a fraction whatever it divides; `div` of integers is whole.
    if (operator === 'divby' && (type === undefined || isInteger(type) || type === 'null')) return 'Edm.Decimal'
    return type
  }
  const timed = `${operator} ${left} ${right}`.replaceAll('Edm.', '')
  return timeArithmetic[timed] ?? (isScaling(operator, left, right) ? 'Edm.Duration' : undefined)
}

const timeArithmetic: Readonly<Record<string, ValueType>> = {
  'add DateTimeOffset Duration': 'Edm.DateTimeOffset',
  'add Duration DateTimeOffset': 'Edm.DateTimeOffset',
  'add Duration Duration': 'Edm.Duration',
  'add Date Duration': 'Edm.Date',
  'sub DateTimeOffset Duration': 'Edm.DateTimeOffset',
  'sub DateTimeOffset DateTimeOffset': 'Edm.Duration',
  'sub Duration Duration': 'Edm.Duration',
  'sub Date Duration': 'Edm.Date',
  'sub Date Date': 'Edm.Duration',
}

function isScaling(operator: Arithmetic, left: ValueType, right: ValueType): boolean {
  if (operator === 'mul') return (left === 'Edm.Duration' && isNumeric(right)) || (right === 'Edm.Duration' && isNumeric(left))
  return (operator === 'div' || operator === 'divby') && left === 'Edm.Duration' && isNumeric(right)
}
