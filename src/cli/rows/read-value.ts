import type { Property } from '../../edm/entity-type.ts'
import { type Reading, readValue } from '../../edm/primitives.ts'
import { contractTypeNames, plainName } from './column-names.ts'

/** A value of a file read as a property's: as it is stored, why it is none, or undefined for an empty one of a property that is never null. */
export function readFileValue(property: Property, raw: unknown): Reading | undefined {
  // A text of spaces is a text; what is anything else may be surrounded by them.
  const text = typeof raw === 'string' && property.type !== 'Edm.String' ? raw.trim() : raw
  if (text === null || text === undefined || text === '') return property.nullable ? { value: null } : undefined
  switch (property.type) {
    case 'Edm.String':
      if (typeof raw === 'number' || typeof raw === 'boolean') return readValue(property, String(raw))
      return readValue(property, raw)
    case 'Edm.Int32':
      return readCode(property, raw)
    case 'Edm.Boolean':
      return readBoolean(property, raw)
    case 'Edm.DateTimeOffset':
      return readDate(property, raw)
  }
}

/** A number, or what a number means. */
function readCode(property: Property, raw: unknown): Reading {
  if (typeof raw !== 'string') return readValue(property, raw)
  const text = raw.trim()
  if (/^[+-]?\d+$/.test(text)) return readValue(property, Number(text))
  const codes = codesOf(property)
  const code = codes.get(plainName(text))
  if (code !== undefined) return { value: code }
  const meanings = property.labels ? ` or ${Object.values(property.labels).join(', ')}` : ''
  return { fault: `'${property.name}' takes an integral number${meanings}, not '${text}'.` }
}

const codes = new Map<Property, ReadonlyMap<string, number>>()

function codesOf(property: Property): ReadonlyMap<string, number> {
  let known = codes.get(property)
  if (!known) {
    const labels = Object.entries(property.labels ?? {}).map(([code, label]) => [plainName(label), Number(code)] as const)
    const names =
      property.name === 'contractType' ? Object.entries(contractTypeNames).map(([name, code]) => [plainName(name), code] as const) : []
    known = new Map([...labels, ...names])
    codes.set(property, known)
  }
  return known
}

const truths: Readonly<Record<string, boolean>> = { true: true, yes: true, y: true, 1: true, false: false, no: false, n: false, 0: false }

function readBoolean(property: Property, raw: unknown): Reading {
  if (typeof raw === 'boolean') return { value: raw }
  const value = typeof raw === 'string' || typeof raw === 'number' ? truths[String(raw).trim().toLowerCase()] : undefined
  return value === undefined ? { fault: `'${property.name}' takes true or false (or yes, no, 1, 0), not '${String(raw)}'.` } : { value }
}

/** A date without a time is the first moment of the day, a time without an offset is UTC. */
function readDate(property: Property, raw: unknown): Reading {
  if (raw instanceof Date)
    return Number.isNaN(raw.getTime())
      ? { fault: `'${property.name}' holds a date out of the calendar.` }
      : readValue(property, raw.toISOString())
  const text = typeof raw === 'string' ? raw.trim().replace(/^(\d{4}-\d\d-\d\d) +/, '$1T') : ''
  const whole = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text) ? `${text}Z` : text
  const reading = readValue(property, whole)
  return 'fault' in reading
    ? {
        fault: `'${property.name}' takes a date such as 2026-01-31 or 2026-01-31T13:45:00Z (UTC, unless it has an offset), not '${String(raw)}'.`,
      }
    : reading
}
