import { type EntityType, type PrimitiveValue, propertyOf, qualifiedName } from '../../edm/entity-type.ts'
import { readValue } from '../../edm/primitives.ts'
import { type ErrorDetail, ODataError } from '../error.ts'
import { nearestName } from '../nearest-name.ts'
import { readJson } from './read-json.ts'

/** What a body says of an entity: values by property name, normalised. Absent is not null. */
export interface EntityBody {
  readonly values: Readonly<Record<string, PrimitiveValue>>
  /** `@odata.etag`, the text between the quotes: a condition of its own (Protocol 4.01, 11.4.1.1). */
  readonly etag?: string
}

/** Reads the body of a create or an update and tells all its faults at once. */
export function readEntity(type: EntityType, body: Uint8Array | undefined, purpose: 'create' | 'update'): EntityBody {
  if (body === undefined || body.length === 0) throw new ODataError('Request_BadRequest', 'The body is empty: a JSON object was expected.')
  const json = readJson(body)
  if (json === null || typeof json !== 'object' || Array.isArray(json))
    throw new ODataError('Request_BadRequest', 'The body must be a JSON object.')
  return readMembers(type, json, purpose)
}

/** The same for an object that is already read: an item of a bulk or a batch. */
export function readMembers(type: EntityType, json: object, purpose: 'create' | 'update'): EntityBody {
  const details: ErrorDetail[] = []
  const fault = (target: string, message: string) => details.push({ code: 'Request_BadRequest', message, target })
  const values: Record<string, PrimitiveValue> = {}
  let etag: string | undefined
  for (const [name, value] of Object.entries(json)) {
    const property = propertyOf(type, name)
    if (property) {
      const reading = readValue(property, value)
      if ('fault' in reading) fault(name, reading.fault)
      else values[name] = reading.value
    } else if (name === '@odata.type' || name === '@type') {
      if (!namesType(type, value)) fault(name, `'${name}' must be #${qualifiedName(type)}.`)
    } else if (name === '@odata.etag' || name === '@etag') {
      etag = typeof value === 'string' ? /^(?:W\/)?"([^"]*)"$/.exec(value)?.[1] : undefined
      if (etag === undefined) fault(name, `'${name}' must be an entity tag, such as W/"7".`)
    } else if (!name.includes('@')) {
      const near = nearestName(
        name,
        type.properties.map((known) => known.name),
      )
      fault(name, `'${name}' is not a property of ${type.name}${near === undefined ? '' : `: did you mean '${near}'?`}.`)
    }
    // Other control information and annotations may be ignored (OData JSON 4.01, 4.5 and 4.6).
  }
  if (purpose === 'create') {
    for (const property of type.properties) {
      if (property.create === 'required' && !Object.hasOwn(json, property.name)) fault(property.name, `'${property.name}' is required.`)
    }
  }
  checkSoftDelete(type, values, fault)
  if (details.length > 0) throw invalidEntity(details)
  return { values, ...(etag === undefined ? {} : { etag }) }
}

/** The error that holds every fault of a body. */
export function invalidEntity(details: readonly ErrorDetail[]): ODataError {
  const [first] = details
  const message = details.length === 1 && first ? first.message : `The body has ${details.length} faults: see details.`
  return new ODataError('Request_BadRequest', message, {
    details,
    ...(details.length === 1 && first?.target ? { target: first.target } : {}),
  })
}

/** The flag and the date of soft deletion agree: a date stands with `true` only, and `true` never with a null date. */
function checkSoftDelete(
  type: EntityType,
  values: Readonly<Record<string, PrimitiveValue>>,
  fault: (target: string, message: string) => void,
): void {
  const { flag, at } = type.softDelete
  const deleted = values[flag] ?? false
  const date = values[at]
  if (deleted === false && date !== undefined && date !== null) fault(at, `'${at}' has a value only when '${flag}' is true.`)
  if (deleted === true && date === null) fault(at, `'${at}' must not be null when '${flag}' is true.`)
}

function namesType(type: EntityType, value: unknown): boolean {
  if (typeof value !== 'string') return false
  const name = value.startsWith('#') ? value.slice(1) : value
  return name === qualifiedName(type) || type.synonyms.includes(name)
}
