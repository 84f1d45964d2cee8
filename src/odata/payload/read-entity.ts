import { declaredProperty, type EntityType, type PrimitiveValue, type Property, propertyOf, qualifiedName } from '../../edm/entity-type.ts'
import { fold } from '../../edm/fold.ts'
import { readValue } from '../../edm/primitives.ts'
import { type ErrorDetail, ODataError } from '../error.ts'
import type { EntityTags } from '../headers/etag.ts'
import { nearestName } from '../nearest-name.ts'
import { readJson } from './read-json.ts'

/** What a body says of an entity: values by property name, normalised. Absent is not null. */
export interface EntityBody {
  readonly values: Readonly<Record<string, PrimitiveValue>>
  /** `@odata.etag`: a condition of its own (Protocol 4.01, 11.4.1.1). */
  readonly etag?: EntityTags
}

/** What the body is for. `replace` and `create` take every required property, `upsert` asks for them only once it creates. */
export type Purpose = 'create' | 'update' | 'replace' | 'upsert'

/** The value of a key or an alternate key by which the address names the entity. */
export type Addressed = Readonly<Record<string, string>>

/** Reads the body of a write and tells all its faults at once. */
export function readEntity(type: EntityType, body: Uint8Array | undefined, purpose: Purpose, addressed: Addressed = {}): EntityBody {
  const reading = readMembers(type, readObject(body), purpose, addressed)
  if (reading.faults.length > 0) throw invalidEntity(reading.faults)
  return reading
}

/** A body that must be a JSON object. */
export function readObject(body: Uint8Array | undefined): object {
  if (body === undefined || body.length === 0) throw new ODataError('Request_BadRequest', 'The body is empty: a JSON object was expected.')
  const json = readJson(body)
  if (json === null || typeof json !== 'object' || Array.isArray(json))
    throw new ODataError('Request_BadRequest', 'The body must be a JSON object.')
  return json
}

/** The same for an object that is already read: an item of a bulk. */
export function readMembers(
  type: EntityType,
  json: object,
  purpose: Purpose,
  addressed: Addressed = {},
): EntityBody & { readonly faults: readonly ErrorDetail[] } {
  const faults: ErrorDetail[] = []
  const fault = (target: string, message: string) => faults.push({ code: 'Request_BadRequest', message, target })
  const values: Record<string, PrimitiveValue> = {}
  let etag: EntityTags | undefined
  const members = json as Readonly<Record<string, unknown>>
  for (const name of Object.keys(members)) {
    const value = members[name]
    const property = propertyOf(type, name)
    if (property) {
      const reading = readValue(property, value)
      if ('fault' in reading) fault(name, reading.fault)
      else values[name] = reading.value
    } else if (name === '@odata.type' || name === '@type') {
      if (!namesType(type, value)) fault(name, `'${name}' must be #${qualifiedName(type)}.`)
    } else if (name === '@odata.etag' || name === '@etag') {
      etag = readETag(value)
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
  if (purpose === 'create' || purpose === 'replace')
    for (const name of lackingIn(type, json, addressed)) fault(name, `'${name}' is required.`)
  for (const [name, value] of Object.entries(addressed)) checkAddressed(declaredProperty(type, name), value, values[name], purpose, fault)
  checkSoftDelete(type, values, fault)
  return { values, faults, ...(etag === undefined ? {} : { etag }) }
}

/** The properties that a create needs and that neither these members nor the address tell. */
export function lackingIn(type: EntityType, members: object, addressed: Addressed): readonly string[] {
  const lacking: string[] = []
  for (const { name, create } of type.properties) {
    if (create === 'required' && !Object.hasOwn(members, name) && addressed[name] === undefined) lacking.push(name)
  }
  return lacking
}

/** The text between the quotes, or `*`, which matches any entity that is there. */
export function readETag(value: unknown): EntityTags | undefined {
  if (value === '*') return '*'
  const tag = typeof value === 'string' ? /^(?:W\/)?"([^"]*)"$/.exec(value)?.[1] : undefined
  return tag === undefined ? undefined : [tag]
}

/** The body may repeat what the address says, not contradict it; where it is silent, what is created takes the value of the address. */
function checkAddressed(
  property: Property,
  addressed: string,
  value: PrimitiveValue | undefined,
  purpose: Purpose,
  fault: (target: string, message: string) => void,
): void {
  const { name, comparison } = property
  const same = typeof value === 'string' && (comparison === 'folded' ? fold(value) === fold(addressed) : value === addressed)
  if (value !== undefined) {
    if (!same) fault(name, `'${name}' differs from the address: it must be '${addressed.slice(0, 80)}', or be left out.`)
  } else if (purpose !== 'update') {
    const reading = readValue(property, addressed)
    if ('fault' in reading) fault(name, reading.fault)
  }
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
