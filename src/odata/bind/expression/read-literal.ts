import { parseDateTimeOffset } from '../../../edm/date-time-offset.ts'
import type { PrimitiveLiteral } from '../../uri/expression/expression.ts'
import type { BoundExpression, Constant } from './bound-expression.ts'

/** Edm.Int32's range, and the integers that a double holds exactly: what we take for Edm.Int64. */
const int32 = 2 ** 31
const exactInteger = Number.MAX_SAFE_INTEGER

/** The value of a literal in canonical form, or what is wrong with it. */
export function readLiteral(literal: PrimitiveLiteral): Constant | { readonly fault: string } {
  const { type, text } = literal
  const constant = (value: Constant['value'] | undefined, what: string, as = type): Constant | { readonly fault: string } =>
    value === undefined ? { fault: `'${text.slice(0, 40)}' is not a valid ${what}` } : { kind: 'constant', type: as, value }
  switch (type) {
    case 'null':
      return constant(null, 'null')
    case 'Edm.Boolean':
      return constant(text === 'true', 'Boolean')
    case 'Edm.String':
      return text.isWellFormed() && !text.includes('\0')
        ? constant(text, 'string')
        : { fault: 'The string holds a character that no text can hold' }
    case 'Edm.Guid':
      return constant(guid.test(text) ? text.toLowerCase() : undefined, 'GUID')
    case 'Edm.Binary':
      return constant(
        /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3}={0,2})?$/.test(text) ? text.replaceAll('=', '') : undefined,
        'binary value in base64url',
      )
    case 'Edm.Int64':
      return readInteger(text)
    case 'Edm.Decimal':
    case 'Edm.Double':
      return constant(text === 'INF' ? Number.POSITIVE_INFINITY : text === '-INF' ? Number.NEGATIVE_INFINITY : Number(text), 'number')
    case 'Edm.Date':
      return constant(readDate(text), 'date')
    case 'Edm.TimeOfDay':
      return constant(readTimeOfDay(text), 'time of day')
    case 'Edm.DateTimeOffset':
      return constant(parseDateTimeOffset(text.replace(' ', '+')), 'date and time')
    case 'Edm.Duration':
      return constant(readDuration(text), 'duration of at most 104249 days')
  }
}

/** Where a duration is meant, a string is one without its prefix (URL Conventions 4.01, 5.1.1.14.1); one that is malformed stays a string. */
export function asDuration(expression: BoundExpression): BoundExpression {
  if (expression.kind !== 'constant' || expression.type !== 'Edm.String') return expression
  const read = readLiteral({ kind: 'literal', type: 'Edm.Duration', text: String(expression.value), at: 0 })
  return 'fault' in read ? expression : read
}

/** An integral literal has the smallest type that holds it (OData ABNF knows no suffixes); past what is exact it is a decimal. */
function readInteger(text: string): Constant {
  const value = Number(text)
  const magnitude = Math.abs(value)
  const type = value < int32 && value >= -int32 ? 'Edm.Int32' : magnitude <= exactInteger ? 'Edm.Int64' : 'Edm.Decimal'
  return { kind: 'constant', type, value: value === 0 ? 0 : value }
}

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** `2026-01-02`, checked by the calendar; years 0001 to 9999. */
function readDate(text: string): string | undefined {
  return parseDateTimeOffset(`${text}T00:00:00Z`)?.slice(0, 10)
}

/** `11:22`, `11:22:33.5` as `11:22:33.500000`. */
function readTimeOfDay(text: string): string | undefined {
  // A leap second would be of the next day.
  return text.includes(':60') ? undefined : parseDateTimeOffset(`2000-01-01T${text}Z`)?.slice(11, 26)
}

const duration = /^(-)?P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,12}))?S)?)?$/i

/** `P1DT2H3M4.5S` in microseconds (OData ABNF, durationValue: days are the greatest unit). */
function readDuration(text: string): number | undefined {
  const match = duration.exec(text)
  if (!match || /[PT]$/i.test(text)) return undefined
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = match
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
  const value = whole * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
  return value > exactInteger ? undefined : sign ? -value : value
}
