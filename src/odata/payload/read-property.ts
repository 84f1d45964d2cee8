import type { EntityType, PrimitiveValue, Property } from '../../edm/entity-type.ts'
import type { ErrorDetail } from '../error.ts'
import { invalidEntity, readMembers, readObject } from './read-entity.ts'
import { decodeUtf8 } from './read-json.ts'

type Values = Readonly<Record<string, PrimitiveValue>>

/** `{"value": …}`: a single property (OData JSON 4.01, 11). */
export function readProperty(type: EntityType, property: Property, body: Uint8Array | undefined): Values {
  const json = readObject(body)
  const faults = Object.keys(json).flatMap((name): ErrorDetail[] =>
    name === 'value' || name.startsWith('@')
      ? []
      : [{ code: 'Request_BadRequest', message: `'${name.slice(0, 80)}' has no place beside 'value'.`, target: name }],
  )
  if (!('value' in json))
    faults.push({ code: 'Request_BadRequest', message: `The body holds the property as {"value": …}.`, target: 'value' })
  if (faults.length > 0) throw invalidEntity(faults)
  return readChange(type, property, 'value' in json ? json.value : undefined)
}

/** The raw value of a property, as `$value` takes it (Protocol 4.01, 11.4.9.1): the text that it is in a URL, without quotes. */
export function readRawValue(type: EntityType, property: Property, body: Uint8Array | undefined): Values {
  const text = decodeUtf8(body ?? new Uint8Array())
  switch (property.type) {
    case 'Edm.Int32':
      return readChange(type, property, /^[+-]?\d+$/.test(text) ? Number(text) : text)
    case 'Edm.Boolean':
      return readChange(type, property, text === 'true' ? true : text === 'false' ? false : text)
    default:
      return readChange(type, property, text)
  }
}

/** Sets a property to null (Protocol 4.01, 11.4.9.2). */
export function readNull(type: EntityType, property: Property): Values {
  return readChange(type, property, null)
}

/** The rules of a whole entity hold for one property of it, too; and one that no update changes cannot be written by itself. */
function readChange(type: EntityType, property: Property, value: unknown): Values {
  const { name, update } = property
  if (update !== 'allowed') throw invalidEntity([{ code: 'Request_BadRequest', message: `'${name}' cannot be changed.`, target: name }])
  const { values, faults } = readMembers(type, { [name]: value }, 'update')
  if (faults.length > 0) throw invalidEntity(faults)
  return values
}
