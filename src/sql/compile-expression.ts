import { fold } from '../edm/fold.ts'
import { type Aggregate, type BoundExpression, comparisonOf } from '../plan/expression.ts'
import type { Dialect } from './dialect.ts'
import { column, empty, join, once, type SqlFragment, sql, truth } from './fragment.ts'
import { datePart, functions } from './functions.ts'
import { columnName, foldedName } from './table.ts'

/** What an expression is compiled in. */
export interface ExpressionContext {
  readonly dialect: Dialect
  /** The canonical DateTimeOffset that `now()` is. */
  readonly now: string
  /** The column of a property; its own table's when absent. */
  readonly column?: (name: string, spelling: Spelling) => SqlFragment
  /** An aggregate of the whole collection. */
  readonly these?: (aggregate: Pick<Aggregate, 'type' | 'of'>, spelling: Spelling) => SqlFragment
  /** Whether a row is of a kind that has the property. */
  readonly isDefined?: (name: string) => SqlFragment
}

/**
 * How strings stand: as they are, or folded. Folding goes from code point to code point, so it may be done before strings are joined, cut or searched,
 * and nothing but the stored twin and the query's constants is ever folded.
 */
export type Spelling = 'exact' | 'folded'

/** A condition whose null counts as false: what `where` and the operands of `and` and `or` under it need. It may use an index. */
export function compileCondition(expression: BoundExpression, context: ExpressionContext): SqlFragment {
  if (expression.kind === 'operation' && (expression.operator === 'and' || expression.operator === 'or')) {
    const [left, right] = [compileCondition(expression.left, context), compileCondition(expression.right, context)]
    return expression.operator === 'and' ? sql`(${left} and ${right})` : sql`(${left} or ${right})`
  }
  if (expression.kind === 'operation' && isComparison(expression.operator)) return compileComparison(expression, context, 'condition')
  if (expression.kind === 'in') return compileMembership(expression, context)
  if (expression.kind === 'call' && expression.name === 'startswith') return compilePrefix(expression.arguments, context)
  return compileValue(expression, context, 'exact')
}

/** An expression as a value. Comparisons are never null (URL Conventions 4.01, 5.1.1.1); `and`, `or` and `not` follow SQL's three values, which are OData's. */
export function compileValue(expression: BoundExpression, context: ExpressionContext, spelling: Spelling): SqlFragment {
  switch (expression.kind) {
    case 'constant':
      return compileConstant(expression, spelling, context)
    case 'property':
      return compileProperty(expression, context, spelling)
    case 'negate':
      return sql`(-${compileNumber(expression.operand, context, isWhole(expression.type))})`
    case 'not':
      return sql`(not ${compileValue(expression.operand, context, spelling)})`
    case 'in':
      return sql`coalesce(${compileMembership(expression, context)}, false)`
    case 'case': {
      const branches = expression.branches.map(
        ({ condition, value }) => sql`when ${compileCondition(condition, context)} then ${compileValue(value, context, spelling)}`,
      )
      return sql`(case ${join(branches, ' ')} end)`
    }
    case 'call':
      return compileCall(expression, context, spelling)
    case 'these':
      if (!context.these) throw new Error('There is no collection here')
      return context.these(expression, spelling)
    case 'operation': {
      const { operator, left, right } = expression
      if (operator === 'and' || operator === 'or') {
        const [a, b] = [compileValue(left, context, 'exact'), compileValue(right, context, 'exact')]
        return operator === 'and' ? sql`(${a} and ${b})` : sql`(${a} or ${b})`
      }
      return isComparison(operator) ? compileComparison(expression, context, 'value') : compileArithmetic(expression, context)
    }
  }
}

function compileProperty(
  { name, comparison }: Extract<BoundExpression, { kind: 'property' }>,
  context: ExpressionContext,
  spelling: Spelling,
): SqlFragment {
  if (context.column) return context.column(name, comparison === 'folded' ? spelling : 'exact')
  return column(spelling === 'folded' && comparison === 'folded' ? foldedName(name) : columnName(name))
}

/** A value as a program reads it: a computed integer may be past what it holds exactly, and is told as a fraction is. */
export function readable(value: SqlFragment, type: BoundExpression['type']): SqlFragment {
  return isWhole(type) || type === 'Edm.Duration' ? sql`cast(${value} as double precision)` : value
}

type Operation = Extract<BoundExpression, { kind: 'operation' }>
type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'

const comparisons: Readonly<Record<Comparison, SqlFragment>> = {
  eq: sql` = `,
  ne: sql` <> `,
  lt: sql` < `,
  le: sql` <= `,
  gt: sql` > `,
  ge: sql` >= `,
}

function isComparison(operator: Operation['operator']): operator is Comparison {
  return Object.hasOwn(comparisons, operator)
}

function compileComparison({ operator, left, right }: Operation, context: ExpressionContext, as: 'condition' | 'value'): SqlFragment {
  if (!isComparison(operator)) throw new Error(`${operator} compares nothing`)
  // NaN is not equal to anything, itself included, nor less nor greater.
  if (isNaNConstant(left) || isNaNConstant(right)) return truth(operator === 'ne')
  const spelling = spellingOf([left, right])
  const [a, b] = [compileValue(left, context, spelling), compileValue(right, context, spelling)]
  const plain = sql`(${a}${comparisons[operator]}${b})`
  if (operator === 'eq')
    return isGiven(left) || isGiven(right)
      ? as === 'condition'
        ? plain
        : sql`coalesce(${plain}, false)`
      : sql`(${a} is not distinct from ${b})`
  if (operator === 'ne') return sql`(${a} is distinct from ${b})`
  return as === 'condition' ? plain : sql`coalesce(${plain}, false)`
}

/** Keys compare exactly, and so does what is compared with one; all other strings without regard to case (W4). */
function spellingOf(operands: readonly BoundExpression[]): Spelling {
  return operands.some((operand) => operand.type === 'Edm.String' && comparisonOf(operand) === 'exact') ? 'exact' : 'folded'
}

/** A value as it is ordered and grouped by. */
export function compileCompared(expression: BoundExpression, context: ExpressionContext): SqlFragment {
  return compileValue(expression, context, spellingOf([expression]))
}

function isGiven(expression: BoundExpression): boolean {
  return expression.kind === 'constant' && expression.value !== null
}

function isNaNConstant(expression: BoundExpression): boolean {
  return expression.kind === 'constant' && Number.isNaN(expression.value)
}

function compileConstant(
  { type, value }: Extract<BoundExpression, { kind: 'constant' }>,
  spelling: Spelling,
  { dialect }: ExpressionContext,
): SqlFragment {
  switch (typeof value) {
    case 'boolean':
      return truth(value)
    case 'number':
      return sql`${isWhole(type) || type === 'Edm.Duration' ? BigInt(value) : value}`
    case 'string':
      return sql`${type === 'Edm.String' && spelling === 'folded' ? fold(value) : value}`
    default:
      return dialect.nullOf(type)
  }
}

function compileMembership({ left, items }: Extract<BoundExpression, { kind: 'in' }>, context: ExpressionContext): SqlFragment {
  const spelling = spellingOf([left, ...items])
  const given = items
    .filter((item) => !isNaNConstant(item) && !(item.kind === 'constant' && item.value === null))
    .map((item) => compileValue(item, context, spelling))
  const withNull = items.some((item) => item.kind === 'constant' && item.value === null)
  const listed = (subject: SqlFragment, list: readonly SqlFragment[]) =>
    list.length === 0 ? truth(false) : sql`(${subject} in (${join(list, ', ')}))`
  const subject = compileValue(left, context, spelling)
  if (!withNull) return listed(subject, given)
  return once([subject, ...given], (name = empty, ...list) => sql`(${listed(name, list)} or ${name} is null)`)
}

/** A constant prefix of a property is a range, for which an index serves. */
function compilePrefix([subject, prefix]: readonly BoundExpression[], context: ExpressionContext): SqlFragment {
  if (!subject || !prefix) throw new Error('An argument is missing')
  const spelling = spellingOf([subject, prefix])
  const value = compileValue(subject, context, spelling)
  const start =
    prefix.kind === 'constant' && typeof prefix.value === 'string' ? (spelling === 'folded' ? fold(prefix.value) : prefix.value) : undefined
  const end = start === undefined ? undefined : successorOf(start)
  if (start === undefined || start === '' || end === undefined)
    return call('startswith', [value, compileValue(prefix, context, spelling)], context)
  return sql`(${value} >= ${start} and ${value} < ${end})`
}

/** The least string above all that begin with this one, in the order of code points; undefined when there is none. */
function successorOf(prefix: string): string | undefined {
  const points = [...prefix]
  for (let i = points.length - 1; i >= 0; i--) {
    const point = points[i]?.codePointAt(0) ?? 0
    if (point === 0x10ffff) continue
    // Surrogates stand between, and are no characters.
    const next = point === 0xd7ff ? 0xe000 : point + 1
    return points.slice(0, i).join('') + String.fromCodePoint(next)
  }
  return undefined
}

const searches: ReadonlySet<string> = new Set(['contains', 'endswith', 'startswith', 'indexof'])

function compileCall(
  { name, arguments: operands, type }: Extract<BoundExpression, { kind: 'call' }>,
  context: ExpressionContext,
  spelling: Spelling,
): SqlFragment {
  const compileAll = (as: Spelling) => operands.map((operand) => compileValue(operand, context, as))
  const [first, second] = operands
  if (searches.has(name)) {
    const as = spellingOf(operands)
    const values = compileAll(as)
    const { holdsPart } = context.dialect
    if (name === 'contains' && holdsPart && values[0] && second?.kind === 'constant' && typeof second.value === 'string')
      return holdsPart(values[0], as === 'folded' ? fold(second.value) : second.value)
    return call(name, values, context)
  }
  switch (name) {
    case 'now':
      return sql`${context.now}`
    case 'maxdatetime':
      return sql`${'9999-12-31T23:59:59.999999Z'}`
    case 'mindatetime':
      return sql`${'0001-01-01T00:00:00.000000Z'}`
    case 'isdefined':
      return first?.kind === 'property' && context.isDefined ? context.isDefined(first.name) : truth(true)
    case 'cast':
      return first ? compileCast(first, type, context, spelling) : empty
    case 'tolower':
    case 'toupper':
      // Folded already: either case folds to the same.
      return spelling === 'folded' ? (compileAll('folded')[0] ?? empty) : call(name, compileAll('exact'), context)
    case 'length':
    case 'matchespattern':
      return call(name, compileAll('exact'), context)
    default: {
      const values = compileAll(spelling)
      const part = first && values[0] ? datePart(name, first.type === 'null' ? 'Edm.DateTimeOffset' : first.type, values[0]) : undefined
      return part ?? call(name, values, context)
    }
  }
}

function call(name: string, values: readonly SqlFragment[], { dialect }: ExpressionContext): SqlFragment {
  const compile = dialect.functions[name] ?? functions[name]
  if (!compile) throw new Error(`No SQL for the function ${name}`)
  return compile(...values)
}

function compileCast(from: BoundExpression, to: BoundExpression['type'], context: ExpressionContext, spelling: Spelling): SqlFragment {
  if (from.type === to && to === 'Edm.String') return compileValue(from, context, spelling)
  const value = compileValue(from, context, 'exact')
  if (from.type === to && !isWhole(to) && to !== 'Edm.Decimal' && to !== 'Edm.Double') return value
  const cast = context.dialect.cast(value, from.type, to)
  // What other types are as text has no letters but ASCII's: the T of a date.
  return to === 'Edm.String' && spelling === 'folded' ? sql`lower(${cast})` : cast
}

function isWhole(type: BoundExpression['type']): boolean {
  return type === 'Edm.Int32' || type === 'Edm.Int64'
}

/** An operand of arithmetic. */
function compileNumber(expression: BoundExpression, context: ExpressionContext, whole: boolean): SqlFragment {
  const value = compileValue(expression, context, 'exact')
  return whole || expression.type === 'Edm.Duration' ? context.dialect.whole(value) : context.dialect.fraction(value)
}

function compileArithmetic({ operator, left, right, type }: Operation, context: ExpressionContext): SqlFragment {
  if (left.type === 'Edm.DateTimeOffset' || left.type === 'Edm.Date' || right.type === 'Edm.DateTimeOffset')
    return compileTimeArithmetic(operator, left, right, context)
  const whole = isWhole(type)
  const { dialect } = context
  const [a, b] = [compileNumber(left, context, whole), compileNumber(right, context, whole)]
  switch (operator) {
    case 'add':
      return sql`(${a} + ${b})`
    case 'sub':
      return sql`(${a} - ${b})`
    case 'mul':
      return type === 'Edm.Duration' ? wholeMicros(sql`${a} * ${b}`) : sql`(${a} * ${b})`
    case 'mod':
      return dialect.mod(a, b, whole)
    default:
      if (whole && operator === 'div') return dialect.div(a, b)
      if (type === 'Edm.Duration') return dialect.div(a, b)
      // A fraction by zero is infinite; SQL would say null or fail (URL Conventions 4.01, 5.1.1.2.5).
      return once([a, b], (x = empty, y = empty) => {
        const infinite = sql`case when ${x} > 0 then ${dialect.infinity} when ${x} < 0 then -${dialect.infinity} end`
        return sql`(case when ${y} = 0 then ${infinite} else cast(${x} as double precision) / ${y} end)`
      })
  }
}

/** Microseconds have no fraction. */
function wholeMicros(value: SqlFragment): SqlFragment {
  return sql`trunc(${value})`
}

function compileTimeArithmetic(
  operator: Operation['operator'],
  left: BoundExpression,
  right: BoundExpression,
  context: ExpressionContext,
): SqlFragment {
  const { dialect } = context
  const micros = (expression: BoundExpression) => {
    const value = compileValue(expression, context, 'exact')
    if (expression.type === 'Edm.DateTimeOffset') return dialect.microsOf(value)
    return expression.type === 'Edm.Date' ? dialect.microsOf(sql`(${value} || 'T00:00:00.000000Z')`) : dialect.whole(value)
  }
  const [x, y] = [micros(left), micros(right)]
  const difference = operator === 'add' ? sql`${x} + ${y}` : sql`${x} - ${y}`
  if (operator === 'sub' && left.type === right.type) return sql`(${difference})`
  const instant = dialect.instantOf(difference)
  return left.type === 'Edm.Date' ? sql`substr(${instant}, 1, 10)` : instant
}
