import type { Aggregated, BoundExpression, ConstantValue } from '../../src/odata/bind/expression/bound-expression.ts'

/** What expressions mean, on plain objects in memory, by the clauses of URL Conventions 4.01, 5.1.1. Shares no code with the SQL side. */
export type Row = Readonly<Record<string, ConstantValue>>

type Value = ConstantValue

/** Ignores case as the contract says: simple case folding is what the regular expression engine does under `iu`. */
export function foldReference(text: string): string {
  return [...text].map((char) => known.get(char) ?? foldCharacter(char)).join('')
}

const known = new Map<string, string>()

/** The lower case of the upper case, where that is one character that matches it; else the lower case, else itself. */
function foldCharacter(char: string): string {
  const pattern = new RegExp(`^\\u{${char.codePointAt(0)?.toString(16)}}$`, 'iu')
  const folded = [char.toUpperCase().toLowerCase(), char.toLowerCase()].find((spelling) => pattern.test(spelling)) ?? char
  known.set(char, folded)
  return folded
}

const points = (text: string) => [...text]

/** Negative, zero or positive; NaN where there is no order. */
export function compare(a: Value, b: Value, exact: boolean): number {
  if (typeof a === 'string' && typeof b === 'string') {
    const [x, y] = exact ? [a, b] : [foldReference(a), foldReference(b)]
    return x === y ? 0 : Buffer.compare(Buffer.from(x), Buffer.from(y))
  }
  const [x, y] = [Number(a), Number(b)]
  return x === y ? 0 : x < y ? -1 : x > y ? 1 : Number.NaN
}

/** A string compares exactly as soon as a key is part of it. */
export function isExact(expression: BoundExpression): boolean {
  if (expression.type !== 'Edm.String') return false
  switch (expression.kind) {
    case 'property':
      return expression.comparison === 'exact'
    case 'call':
      return expression.arguments.some(isExact)
    case 'case':
      return expression.branches.some(({ value }) => isExact(value))
    case 'these':
      return expression.of !== undefined && isExact(expression.of.expression)
    default:
      return false
  }
}

/** `these` is the collection that `$these` means. */
export function evaluate(expression: BoundExpression, row: Row, these: readonly Row[] = []): Value {
  const of = (operand: BoundExpression | undefined) => (operand ? evaluate(operand, row, these) : null)
  switch (expression.kind) {
    case 'constant':
      return expression.value
    case 'property':
      return row[expression.name] ?? null
    case 'negate': {
      const value = of(expression.operand)
      return value === null ? null : -Number(value)
    }
    case 'not': {
      const value = of(expression.operand)
      return value === null ? null : !value
    }
    case 'case':
      for (const { condition, value } of expression.branches) if (of(condition) === true) return of(value)
      return null
    case 'in': {
      const left = of(expression.left)
      const exact = [expression.left, ...expression.items].some(isExact)
      return expression.items.some((item) => {
        const value = of(item)
        return left === null || value === null ? left === value : compare(left, value, exact) === 0
      })
    }
    case 'these':
      return aggregateReference(expression, these)
    case 'operation':
      return operate(expression, of(expression.left), of(expression.right))
    case 'call':
      if (expression.name === 'isdefined')
        return expression.arguments[0]?.kind === 'property' && Object.hasOwn(row, expression.arguments[0].name)
      return callFunction(
        expression,
        expression.arguments.map((argument) => of(argument)),
      )
  }
}

function operate({ operator, left, right, type }: Extract<BoundExpression, { kind: 'operation' }>, a: Value, b: Value): Value {
  const exact = isExact(left) || isExact(right)
  switch (operator) {
    case 'and':
      return a === false || b === false ? false : a === null || b === null ? null : true
    case 'or':
      return a === true || b === true ? true : a === null || b === null ? null : false
    case 'eq':
      return a === null || b === null ? a === b : compare(a, b, exact) === 0
    case 'ne':
      return a === null || b === null ? a !== b : compare(a, b, exact) !== 0
    case 'lt':
      return a !== null && b !== null && compare(a, b, exact) < 0
    case 'le':
      return a !== null && b !== null && compare(a, b, exact) <= 0
    case 'gt':
      return a !== null && b !== null && compare(a, b, exact) > 0
    case 'ge':
      return a !== null && b !== null && compare(a, b, exact) >= 0
    default: {
      if (a === null || b === null) return null
      const [x, y] = [Number(a), Number(b)]
      if (operator === 'add') return x + y
      if (operator === 'sub') return x - y
      if (operator === 'mul') return x * y
      if (operator === 'mod') return x % y
      return operator === 'div' && type.startsWith('Edm.Int') ? Math.trunc(x / y) : x / y
    }
  }
}

function callFunction({ name, arguments: operands }: Extract<BoundExpression, { kind: 'call' }>, values: readonly Value[]): Value {
  if (values.some((value) => value === null)) return null
  const [a, b, c] = values
  const exact = operands.some(isExact)
  const spelt = (value: Value | undefined) => (exact ? String(value) : foldReference(String(value)))
  const text = String(a)
  switch (name) {
    case 'concat':
      return text + String(b)
    case 'contains':
      return spelt(a).includes(spelt(b))
    case 'startswith':
      return spelt(a).startsWith(spelt(b))
    case 'endswith':
      return spelt(a).endsWith(spelt(b))
    case 'indexof': {
      const at = spelt(a).indexOf(spelt(b))
      return at < 0 ? -1 : points(spelt(a).slice(0, at)).length
    }
    case 'length':
      return points(text).length
    case 'substring': {
      const start = Number(b) < 0 ? Math.max(points(text).length + Number(b), 0) : Number(b)
      return points(text)
        .slice(start, c === undefined ? undefined : start + Math.max(Number(c), 0))
        .join('')
    }
    case 'tolower':
      return text.toLowerCase()
    case 'toupper':
      return text.toUpperCase()
    case 'trim':
      return text.trim()
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
    case 'minute':
    case 'second':
      return Number(
        text.slice(...({ year: [0, 4], month: [5, 7], day: [8, 10], hour: [11, 13], minute: [14, 16], second: [17, 19] } as const)[name]),
      )
    case 'date':
      return text.slice(0, 10)
    case 'floor':
      return Math.floor(Number(a))
    case 'ceiling':
      return Math.ceil(Number(a))
    case 'round':
      return Math.sign(Number(a)) * Math.round(Math.abs(Number(a)))
    case 'midnight':
      return `${text}T00:00:00.000000Z`
    default:
      throw new Error(`The reference does not know ${name}`)
  }
}

/** An aggregate of rows (Data Aggregation 4.0, 3.2.1): nulls do not count. */
export function aggregateReference({ of }: { readonly of?: Aggregated }, rows: readonly Row[]): Value {
  if (!of) return rows.length
  const values = rows.map((row) => evaluate(of.expression, row, rows)).filter((value) => value !== null)
  const exact = isExact(of.expression)
  if (of.method === 'countdistinct')
    return new Set(values.map((value) => (typeof value === 'string' && !exact ? foldReference(value) : value))).size
  if (values.length === 0) return null
  const sum = values.reduce<number>((total, value) => total + Number(value), 0)
  if (of.method === 'sum') return sum
  if (of.method === 'average') return sum / values.length
  // Of spellings that compare alike, the least by code point is the lesser.
  const sorted = values.toSorted((a, b) => compare(a, b, exact) || compare(a, b, true))
  return (of.method === 'min' ? sorted[0] : sorted.at(-1)) ?? null
}

/** The order of rows by keys, null lowest. What it leaves open stays as it is: rows stand in the order of their creation. */
export function orderReference(
  keys: readonly { readonly expression: BoundExpression; readonly descending: boolean }[],
): (a: Row, b: Row) => number {
  return (a, b) => {
    for (const { expression, descending } of keys) {
      const [x, y] = [evaluate(expression, a), evaluate(expression, b)]
      const order = x === null || y === null ? Number(x !== null) - Number(y !== null) : compare(x, y, isExact(expression))
      if (order !== 0) return descending ? -order : order
    }
    return 0
  }
}
