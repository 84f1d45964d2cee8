import type { CommonExpr, PrimitiveLiteral } from './expression.ts'

/** The text of a syntax tree, every operation in parentheses: what the parser has understood. Parsed again it gives the same tree. */
export function printExpression(expression: CommonExpr): string {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression)
    case 'member':
      return expression.path.join('/')
    case 'alias':
      return expression.name
    case 'call':
      return `${expression.name}(${printAll(expression.arguments)})`
    case 'unary':
      return `(${expression.operator === 'not' ? 'not ' : '-'}(${printExpression(expression.operand)}))`
    case 'binary':
      return `(${printExpression(expression.left)} ${expression.operator} ${
        expression.operator === 'in' && expression.right.kind === 'list'
          ? `(${printAll(expression.right.items)})`
          : printExpression(expression.right)
      })`
    case 'case':
      return `case(${expression.branches.map(({ condition, value }) => `${printExpression(condition)}:${printExpression(value)}`).join(',')})`
    case 'these': {
      const { expression: of, method } = expression.aggregation
      return of === '$count' ? '$these/$count' : `$these/aggregate(${printExpression(of)} with ${method})`
    }
    case 'list':
      return `[${printAll(expression.items)}]`
  }
}

function printAll(expressions: readonly CommonExpr[]): string {
  return expressions.map(printExpression).join(',')
}

function printLiteral({ type, text }: PrimitiveLiteral): string {
  switch (type) {
    case 'Edm.String':
      return `'${text.replaceAll("'", "''")}'`
    case 'Edm.Duration':
      return `duration'${text}'`
    case 'Edm.Binary':
      return `binary'${text}'`
    default:
      return text
  }
}
