import { type EntitySet, type Model, qualifiedName } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'
import type { KeyPredicate, PathSegment, Uri } from '../uri/uri.ts'
import { bindKey } from './bind-key.ts'
import type { Resource } from './bind-path.ts'
import { namesType } from './find-property.ts'

/** `/directory/deletedItems…` (Graph: deleted items), in any letter case, as Graph's own documents have it. */
export function isDeletedItems({ path: [first, second] }: Uri): boolean {
  return first?.text.toLowerCase() === 'directory' && second?.name.toLowerCase() === 'deleteditems'
}

/** What follows the entity that is addressed: nothing, a property, or whatever else an entity has. */
type BindEntity = (entitySet: EntitySet, id: string, rest: readonly PathSegment[]) => Resource

/**
 * Walks the path of deleted items. The list takes the type as a cast segment, as in Graph; one entity is found with it or without,
 * for one set alone has deleted items.
 */
export function bindDeletedItems(uri: Uri, model: Model, bindEntity: BindEntity): Resource {
  const [, items, ...path] = uri.path
  const [entitySet] = model.entitySets
  if (!entitySet) throw notFound(uri)
  if (items?.keyPredicate) return bindItem(entitySet, keyOf(items.keyPredicate, entitySet, uri), path, bindEntity)
  const [segment, ...rest] = path
  if (!segment || segment.text.startsWith('$')) {
    const [synonym = qualifiedName(entitySet.type)] = entitySet.type.synonyms
    throw new ODataError('Request_BadRequest', `Deleted items are listed by their type: /directory/deletedItems/${synonym}.`)
  }
  if (!namesType(segment.name, entitySet.type)) return bindItem(entitySet, segment.text, rest, bindEntity)
  if (segment.keyPredicate) return bindItem(entitySet, keyOf(segment.keyPredicate, entitySet, uri), rest, bindEntity)
  const [id, ...others] = rest
  if (!id) return { kind: 'collection', entitySet, deleted: true }
  if (id.text !== '$count') return bindItem(entitySet, id.text, others, bindEntity)
  if (others.length > 0) throw notFound(uri)
  return { kind: 'count', entitySet, deleted: true }
}

function bindItem(entitySet: EntitySet, id: string, path: readonly PathSegment[], bindEntity: BindEntity): Resource {
  const rest = path[0] && namesType(path[0].text, entitySet.type) ? path.slice(1) : path
  const [segment, ...others] = rest
  if (segment && others.length === 0 && /^(?:microsoft\.graph\.)?restore(?:\(\))?$/i.test(segment.text))
    return { kind: 'restore', entitySet, id }
  return bindEntity(entitySet, id, rest)
}

function keyOf(predicate: KeyPredicate, entitySet: EntitySet, uri: Uri): string {
  const address = bindKey(predicate, entitySet, uri)
  // Several deleted entities may have had the same value of an alternate key.
  if (address.kind !== 'key')
    throw new ODataError('Request_BadRequest', `A deleted item is found by its key '${entitySet.type.key}' alone.`)
  return address.id
}

function notFound(uri: Uri): ODataError {
  return new ODataError('Request_ResourceNotFound', `Resource not found for the segment '${(uri.path.at(-1)?.text ?? '').slice(0, 80)}'.`)
}
