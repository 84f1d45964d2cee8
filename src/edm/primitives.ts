import { parseDateTimeOffset, printDateTimeOffset } from './date-time-offset.ts'
import type { Entity, EntityType, PrimitiveValue, Property } from './entity-type.ts'

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

/** The value as JSON text, as it stands in every answer. */
export function printValue(property: Property, value: PrimitiveValue): string {
  if (value === null) return 'null'
  if (property.type === 'Edm.DateTimeOffset') return `"${printDateTimeOffset(String(value))}"`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** All properties of the entity as JSON members without braces, in the order of the declaration: `"id":"…","partnerId":…`. */
export function printMembers(type: EntityType, entity: Entity): string {
  let text = ''
  for (const property of type.properties) {
    text += `${text === '' ? '' : ','}"${property.name}":${printValue(property, entity[property.name] ?? null)}`
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
