import { type EntitySet, type Property, qualifiedName } from '../../edm/entity-type.ts'
import { printKey } from '../uri/key-predicate.ts'
import type { ServiceVersion } from '../uri/uri.ts'

/** Links are absolute and begin with the version segment: official clients send their token only to such (W1). */
export function serviceRoot(origin: string, version: ServiceVersion): string {
  return `${origin}/${version}`
}

/** The canonical URL of an entity, which is its `@odata.id`, too (URL Conventions 4.01, 4.3). */
export function entityUrl(root: string, entitySet: EntitySet, id: string): string {
  return `${root}/${entitySet.name}(${printKey(id)})`
}

/**
 * The context URL of a collection or, with `one`, of an entity in it (Protocol 4.01, 10.2 and 10.7).
 * `names` are the properties that an answer is confined to, `*` for all declared ones; absent: all, and nothing else.
 */
export function contextUrl(root: string, entitySet: EntitySet, names: readonly string[] | undefined, one: boolean): string {
  return `${root}/$metadata#${entitySet.name}${names ? `(${names.join(',')})` : ''}${one ? '/$entity' : ''}`
}

/** The context URL of a property (Protocol 4.01, 10.12). */
export function propertyContextUrl(root: string, entitySet: EntitySet, id: string, property: Property): string {
  return `${root}/$metadata#${entitySet.name}(${printKey(id)})/${property.name}`
}

/** Where the deleted entities of a set are (Graph: deleted items), by the name that Graph would give the type. */
export function deletedItemsUrl(root: string, { type }: EntitySet): string {
  return `${root}/directory/deletedItems/${type.synonyms[0] ?? qualifiedName(type)}`
}

/** The link to the next page of a collection: the options of this request and where to go on. Custom query options are not carried. */
export function nextLink(collectionUrl: string, carried: ReadonlyMap<string, string>, skipToken: string): string {
  const options = [...carried, ['skiptoken', skipToken] as const].map(
    ([name, value]) => `${name.startsWith('@') ? name : `$${name}`}=${encodeURIComponent(value)}`,
  )
  return `${collectionUrl}?${options.join('&')}`
}

/** The context URL of a page of changes (Protocol 4.01, 10.13). */
export function deltaContextUrl(root: string, entitySet: EntitySet, names: readonly string[] | undefined): string {
  return `${contextUrl(root, entitySet, names, false)}/$delta`
}

/** A call of the function `delta` with these options; those without a value are left out. */
export function deltaLink(root: string, entitySet: EntitySet, options: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : `$${name}=${encodeURIComponent(value)}`))
  return `${root}/${entitySet.name}/delta?${given.join('&')}`
}

/** The value of `@odata.type` (OData JSON 4.01, 4.5.3). */
export function typeUrl(entitySet: EntitySet): string {
  return `#${qualifiedName(entitySet.type)}`
}
