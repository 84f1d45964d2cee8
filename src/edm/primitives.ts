import { parseDateTimeOffset, printDateTimeOffset } from './date-time-offset.ts'
import type { EdmTypeName, Entity, EntityType, PrimitiveValue, Property } from './entity-type.ts'

/** A JSON value read as a property's: the value as it is stored, or why it is none. */
export type Reading = { readonly value: PrimitiveValue } | { readonly fault: string }

/** The whole range of Edm.Int32 (OData CSDL 4.01, 3.3). */
const int32 = { least: -2147483648, most: 2147483647 }

/** Reads a member of a JSON body as a value of the property (OData JSON 4.01, 7.1). Null only where the property is nullable. */
export function readValue(property: Property, json: unknown): Reading {
  if (json === null) return property.nullable ? { value: null } : { fault: `'${property.name}' must not be null.` }
  switch (property.type) {
    case 'Edm.String':
      return readString(property, json)
    case 'Edm.Int32':
      if (typeof json !== 'number' || !Number.isInteger(json)) return { fault: `'${property.name}' takes an integral number (Edm.Int32).` }
      if (json < int32.least || json > int32.most)
        return { fault: `'${property.name}' is out of the range of Edm.Int32 (${int32.least} to ${int32.most}).` }
      return { value: json === 0 ? 0 : json }
    case 'Edm.Boolean':
      return typeof json === 'boolean' ? { value: json } : { fault: `'${property.name}' takes true or false (Edm.Boolean).` }
    case 'Edm.DateTimeOffset': {
      const value = typeof json === 'string' ? parseDateTimeOffset(json) : undefined
      return value === undefined
        ? { fault: `'${property.name}' takes a date and time with an offset, such as "2026-01-02T03:04:05Z" (Edm.DateTimeOffset).` }
        : { value }
    }
  }
}

function readString(property: Property, json: unknown): Reading {
  if (typeof json !== 'string') return { fault: `'${property.name}' takes a string (Edm.String).` }
  if (property.minLength !== undefined && json.length < property.minLength) {
    return {
      fault: json === '' ? `'${property.name}' must not be empty.` : `'${property.name}' is shorter than ${property.minLength} characters.`,
    }
  }
  if (property.maxLength !== undefined && json.length > property.maxLength)
    return { fault: `'${property.name}' is longer than ${property.maxLength} characters.` }
  if (hasControlCharacter(json)) return { fault: `'${property.name}' holds a control character.` }
  if (!json.isWellFormed()) return { fault: `'${property.name}' holds half of a surrogate pair.` }
  if (property.pattern !== undefined && !matcherOf(property.pattern).test(json))
    return { fault: `'${property.name}' does not match ${property.pattern}.` }
  return { value: property.stored === 'upperCase' ? json.toUpperCase() : json }
}

/** The value as JSON text, as it stands in every answer (OData JSON 4.01, 7.1). With `ieee754Compatible` Int64 and Decimal are strings. */
export function printValue({ type }: { readonly type: EdmTypeName | 'null' }, value: PrimitiveValue, ieee754Compatible = false): string {
  if (value === null) return 'null'
  switch (type) {
    case 'Edm.DateTimeOffset':
      return `"${printDateTimeOffset(String(value))}"`
    case 'Edm.TimeOfDay':
      return `"${String(value).replace(/\.?0+$/, '')}"`
    case 'Edm.Duration':
      return `"${printDuration(Number(value))}"`
    case 'Edm.Int64':
    case 'Edm.Decimal':
      return ieee754Compatible ? `"${printNumber(Number(value))}"` : quoteSpecial(printNumber(Number(value)))
    case 'Edm.Double':
      return quoteSpecial(printNumber(Number(value)))
    default:
      return typeof value === 'string' ? JSON.stringify(value) : String(value)
  }
}

function printNumber(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '0' : String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'INF' : '-INF'
}

/** What JSON has no numbers for are strings. */
function quoteSpecial(text: string): string {
  return /^-?[IN]/.test(text) ? `"${text}"` : text
}

/** Microseconds as `P1DT2H3M4.5S` (OData ABNF, durationValue). */
function printDuration(micros: number): string {
  const total = Math.abs(micros)
  const seconds = Math.floor(total / 1_000_000)
  const fraction = String(total % 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60]
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds % 60 || fraction ? `${seconds % 60}${fraction && `.${fraction}`}S` : ''}`
  const text = `${days ? `${days}D` : ''}${time && `T${time}`}`
  return `${micros < 0 ? '-' : ''}P${text || 'T0S'}`
}

/** All properties of the entity as JSON members without braces, in the order of the declaration: `"id":"…","partnerId":…`. */
export function printMembers(type: EntityType, entity: Entity): string {
  let text = ''
  for (const property of type.properties) {
    text += `${text === '' ? '' : ','}"${property.name}":${printValue(property, entity[property.name] ?? null)}`
  }
  return text
}

/** Those members that are another in `next`, as they are in `entity`. */
export function printChanged(type: EntityType, entity: Entity, next: Entity): string {
  let text = ''
  for (const property of type.properties) {
    const value = entity[property.name] ?? null
    if (value === (next[property.name] ?? null)) continue
    text += `${text === '' ? '' : ','}"${property.name}":${printValue(property, value)}`
  }
  return text
}

/** C0, DEL and C1. */
function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return true
  }
  return false
}

const matchers = new Map<string, RegExp>()
function matcherOf(pattern: string): RegExp {
  const known = matchers.get(pattern)
  if (known) return known
  const matcher = new RegExp(pattern, 'u')
  matchers.set(pattern, matcher)
  return matcher
}
