import { type EntitySet, type Model, type Property, propertyOf } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'
import { nearestName } from '../nearest-name.ts'
import type { KeyPredicate, PathSegment, Uri } from '../uri/uri.ts'
import type { EntityAddress } from './bound-request.ts'
import { refuseOptions } from './refuse-options.ts'

/** What an address stands for. */
export type Resource =
  | { readonly kind: 'serviceDocument' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'batch' }
  | { readonly kind: 'collection'; readonly entitySet: EntitySet }
  | { readonly kind: 'count'; readonly entitySet: EntitySet }
  | { readonly kind: 'delta'; readonly entitySet: EntitySet }
  | { readonly kind: 'entity'; readonly entitySet: EntitySet; readonly address: EntityAddress }
  | { readonly kind: 'property'; readonly entitySet: EntitySet; readonly address: EntityAddress; readonly property: Property }
  | { readonly kind: 'value'; readonly entitySet: EntitySet; readonly address: EntityAddress; readonly property: Property }

/** Walks the path through the model (URL Conventions 4.01, 4). */
export function bindPath(uri: Uri, model: Model): Resource {
  const [first, ...rest] = uri.path
  if (!first) return { kind: 'serviceDocument' }
  if (first.text === '$metadata') return rest.length === 0 ? { kind: 'metadata' } : notFound(uri)
  if (first.text === '$batch') return rest.length === 0 ? { kind: 'batch' } : notFound(uri)
  refuseReserved(first, uri)
  const entitySet = entitySetOf(first, uri, model)
  if (first.keyPredicate) return bindEntity(entitySet, bindKey(first.keyPredicate, entitySet, uri), rest, uri)
  const [second, ...others] = rest
  if (!second) return { kind: 'collection', entitySet }
  if (second.text === '$count') return others.length === 0 ? { kind: 'count', entitySet } : notFound(uri)
  if (isDelta(second)) return others.length === 0 ? { kind: 'delta', entitySet } : notFound(uri)
  if (second.text.startsWith('$')) throw new ODataError('NotImplemented', `The path segment '${second.text}' is not offered.`)
  if (namesType(second, entitySet)) throw new ODataError('NotImplemented', 'A type cast in the path is not offered.')
  return bindEntity(entitySet, { kind: 'key', id: second.text }, others, uri)
}

function bindEntity(entitySet: EntitySet, address: EntityAddress, rest: readonly PathSegment[], uri: Uri): Resource {
  const [segment, last, ...others] = rest
  if (!segment) return { kind: 'entity', entitySet, address }
  if (segment.text.startsWith('$')) throw new ODataError('NotImplemented', `The path segment '${segment.text}' is not offered.`)
  const property = findProperty(entitySet, segment.text)
  if (!property) {
    const near = nearestName(
      segment.text,
      entitySet.type.properties.map((known) => known.name),
    )
    throw new ODataError(
      'Request_ResourceNotFound',
      `'${clip(segment.text)}' is not a property of ${entitySet.type.name}${near === undefined ? '' : `: did you mean '${near}'?`}.`,
    )
  }
  if (!last) return { kind: 'property', entitySet, address, property }
  return last.text === '$value' && others.length === 0 ? { kind: 'value', entitySet, address, property } : notFound(uri)
}

/** Exact first, then without regard to case (Protocol 4.01, 13.2.3, item 10). */
export function findProperty(entitySet: EntitySet, name: string): Property | undefined {
  return (
    propertyOf(entitySet.type, name) ?? entitySet.type.properties.find((property) => property.name.toLowerCase() === name.toLowerCase())
  )
}

function entitySetOf(segment: PathSegment, uri: Uri, model: Model): EntitySet {
  return model.entitySets.find((set) => set.name.toLowerCase() === segment.name.toLowerCase()) ?? notFound(uri)
}

function bindKey(predicate: KeyPredicate, entitySet: EntitySet, uri: Uri): EntityAddress {
  const [part, ...others] = predicate.parts
  const { key, alternateKeys, name } = entitySet.type
  if (!part || others.length > 0) throw new ODataError('Request_BadRequest', `${name} has one key property, '${key}'.`)
  const named = part.name === undefined ? key : findProperty(entitySet, part.name)?.name
  if (named !== key) {
    if (named !== undefined && alternateKeys.includes(named))
      throw new ODataError('NotImplemented', `The alternate key '${named}' is not offered yet.`)
    throw new ODataError('Request_BadRequest', `'${clip(part.name ?? '')}' is not a key of ${name}.`)
  }
  const literal = part.value.kind === 'alias' ? aliasValue(part.value.name, uri) : part.value
  if (literal.kind !== 'string')
    throw new ODataError('Request_BadRequest', `The key of ${name} is an Edm.String: write it in single quotes.`)
  return { kind: 'key', id: literal.value }
}

/** A parameter alias in a key (URL Conventions 4.01, 4.3.1): its value is a literal in the query. */
function aliasValue(name: string, uri: Uri): { readonly kind: 'string'; readonly value: string } | { readonly kind: 'other' } {
  const text = uri.options.get(name)
  if (text === undefined)
    throw new ODataError('Request_BadRequest', `The parameter alias '${clip(name)}' has no value in the query.`, { target: name })
  return /^'(?:[^']|'')*'$/.test(text) ? { kind: 'string', value: text.slice(1, -1).replaceAll("''", "'") } : { kind: 'other' }
}

const reserved: ReadonlyMap<string, string> = new Map([
  ['$entity', 'Addressing an entity by $entity is'],
  ['$all', 'Addressing all entities by $all is'],
  ['$crossjoin', 'A cross join is'],
])

function refuseReserved(segment: PathSegment, uri: Uri): void {
  if (segment.name.toLowerCase() === '$entity') refuseOptions(uri.options, ['id', 'select'])
  const what = reserved.get(segment.name.toLowerCase()) ?? (isDeletedItems(uri) ? 'Deleted items are' : undefined)
  if (what) throw new ODataError('NotImplemented', `${what} not offered yet.`)
}

function isDeletedItems(uri: Uri): boolean {
  return uri.path[0]?.text.toLowerCase() === 'directory' && uri.path[1]?.text.toLowerCase() === 'deleteditems'
}

/** The function `delta`, with or without its namespace and parentheses (URL Conventions 4.01, 4.5). */
function isDelta(segment: PathSegment): boolean {
  return /^(?:microsoft\.graph\.)?delta(?:\(\))?$/i.test(segment.text)
}

function namesType(segment: PathSegment, entitySet: EntitySet): boolean {
  return segment.text === `${entitySet.type.namespace}.${entitySet.type.name}` || entitySet.type.synonyms.includes(segment.text)
}

function notFound(uri: Uri): never {
  throw new ODataError('Request_ResourceNotFound', `Resource not found for the segment '${clip(uri.path.at(-1)?.text ?? '')}'.`)
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
