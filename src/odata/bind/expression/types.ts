import type { ValueType } from './bound-expression.ts'

/** Numeric types from the narrowest to the widest: of two operands the wider counts (URL Conventions 4.01, 5.1.1.15). */
const numeric: readonly ValueType[] = ['Edm.Int32', 'Edm.Int64', 'Edm.Decimal', 'Edm.Double']

export function isNumeric(type: ValueType): boolean {
  return type === 'null' || numeric.includes(type)
}

export function isInteger(type: ValueType): boolean {
  return type === 'Edm.Int32' || type === 'Edm.Int64'
}

/** The type in which two operands meet; undefined when they cannot. A date meets a moment as its midnight in UTC, as Graph takes it. */
export function commonType(left: ValueType, right: ValueType): ValueType | undefined {
  if (left === right || right === 'null') return left
  if (left === 'null') return right
  if (isNumeric(left) && isNumeric(right)) return numeric[Math.max(numeric.indexOf(left), numeric.indexOf(right))]
  const pair = new Set([left, right])
  return pair.has('Edm.Date') && pair.has('Edm.DateTimeOffset') ? 'Edm.DateTimeOffset' : undefined
}
