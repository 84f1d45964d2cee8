import type { EntitySet, Model, Property } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'
import { nearestName } from '../nearest-name.ts'
import type { PathSegment, Uri } from '../uri/uri.ts'
import { bindDeletedItems, isDeletedItems } from './bind-deleted-items.ts'
import { bindKey } from './bind-key.ts'
import type { EntityAddress } from './bound-request.ts'
import { findProperty, namesType } from './find-property.ts'
import { refuseOptions } from './refuse-options.ts'

/** What an address stands for. */
export type Resource =
  | { readonly kind: 'serviceDocument' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'batch' }
  | ({ readonly kind: 'collection' | 'count' } & CollectionPlace)
  | { readonly kind: 'delta'; readonly entitySet: EntitySet }
  | ({ readonly kind: 'entity' } & EntityPlace)
  | ({ readonly kind: 'property' | 'value'; readonly property: Property } & EntityPlace)
  /** The action that brings a deleted entity back. */
  | { readonly kind: 'restore'; readonly entitySet: EntitySet; readonly id: string }

interface CollectionPlace {
  readonly entitySet: EntitySet
  /** Deleted entities are meant, and no others. */
  readonly deleted?: true
}

interface EntityPlace extends CollectionPlace {
  readonly address: EntityAddress
}

/** Walks the path through the model (URL Conventions 4.01, 4). */
export function bindPath(uri: Uri, model: Model): Resource {
  const [first, ...rest] = uri.path
  if (!first) return { kind: 'serviceDocument' }
  if (first.text === '$metadata') return rest.length === 0 ? { kind: 'metadata' } : notFound(uri)
  if (first.text === '$batch') return rest.length === 0 ? { kind: 'batch' } : notFound(uri)
  refuseReserved(first, uri)
  if (isDeletedItems(uri))
    return bindDeletedItems(uri, model, (entitySet, id, path) =>
      bindEntity({ entitySet, address: { kind: 'key', id }, deleted: true }, path, uri),
    )
  const entitySet = entitySetOf(first, uri, model)
  if (first.keyPredicate) return bindEntity({ entitySet, address: bindKey(first.keyPredicate, entitySet, uri) }, rest, uri)
  const [second, ...others] = rest
  if (!second) return { kind: 'collection', entitySet }
  if (second.text === '$count') return others.length === 0 ? { kind: 'count', entitySet } : notFound(uri)
  if (isDelta(second)) return others.length === 0 ? { kind: 'delta', entitySet } : notFound(uri)
  if (second.text.startsWith('$')) throw new ODataError('NotImplemented', `The path segment '${second.text}' is not offered.`)
  if (namesType(second.text, entitySet.type)) throw new ODataError('NotImplemented', 'A type cast in the path is not offered.')
  return bindEntity({ entitySet, address: { kind: 'key', id: second.text } }, others, uri)
}

function bindEntity(place: EntityPlace, rest: readonly PathSegment[], uri: Uri): Resource {
  const { entitySet } = place
  const [segment, last, ...others] = rest
  if (!segment) return { kind: 'entity', ...place }
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
  if (!last) return { kind: 'property', ...place, property }
  return last.text === '$value' && others.length === 0 ? { kind: 'value', ...place, property } : notFound(uri)
}

function entitySetOf(segment: PathSegment, uri: Uri, model: Model): EntitySet {
  return model.entitySets.find((set) => set.name.toLowerCase() === segment.name.toLowerCase()) ?? notFound(uri)
}

const reserved: ReadonlyMap<string, string> = new Map([
  ['$entity', 'Addressing an entity by $entity is'],
  ['$all', 'Addressing all entities by $all is'],
  ['$crossjoin', 'A cross join is'],
])

function refuseReserved(segment: PathSegment, uri: Uri): void {
  if (segment.name.toLowerCase() === '$entity') refuseOptions(uri.options, ['id', 'select'])
  const what = reserved.get(segment.name.toLowerCase())
  if (what) throw new ODataError('NotImplemented', `${what} not offered yet.`)
}

/** The function `delta`, with or without its namespace and parentheses (URL Conventions 4.01, 4.5). */
function isDelta(segment: PathSegment): boolean {
  return /^(?:microsoft\.graph\.)?delta(?:\(\))?$/i.test(segment.text)
}

function notFound(uri: Uri): never {
  throw new ODataError('Request_ResourceNotFound', `Resource not found for the segment '${clip(uri.path.at(-1)?.text ?? '')}'.`)
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
