import type { EntitySet, Model } from '../../edm/entity-type.ts'
import { type ErrorDetail, ODataError } from '../error.ts'
import type { Conditions } from '../headers/etag.ts'
import { type Addressed, readETag, readMembers } from '../payload/read-entity.ts'
import { parseUri } from '../uri/parse-uri.ts'
import { bindPath } from './bind-path.ts'
import type { Change, EntityAddress } from './bound-request.ts'

type Item = Readonly<Record<string, unknown>>

/** Reads a delta payload: what is to be done with each of its items, or what is wrong with it (Protocol 4.01, 11.4.12; OData JSON 4.01, 15). */
export function bindBulk(entitySet: EntitySet, body: object, model: Model, heedsETags: boolean): readonly Change[] {
  const payload: Item = { ...body }
  const context = control(payload, 'context')
  if (context !== undefined && !(typeof context === 'string' && /(?:^|[#/])\$delta$/.test(context)))
    throw notADelta('The context of the body must end in #$delta.')
  if (!Array.isArray(payload.value)) throw notADelta("The body must be a delta payload, with its changes in 'value'.")
  return payload.value.map((item: unknown): Change => {
    if (item === null || typeof item !== 'object' || Array.isArray(item))
      return { kind: 'malformed', operation: 'upsert', faults: [fault('', 'A change must be a JSON object.')], conditions: {} }
    return bindItem(entitySet, { ...item }, model, heedsETags)
  })
}

function notADelta(message: string): ODataError {
  return new ODataError(
    'Request_BadRequest',
    `${message} Such as {"@context":"#$delta","value":[{"azureTenantId":"…","displayName":"…"}]}.`,
  )
}

function bindItem(entitySet: EntitySet, item: Item, model: Model, heedsETags: boolean): Change {
  const { type } = entitySet
  const faults: ErrorDetail[] = []
  const context = String(control(item, 'context') ?? '')
  const removed = control(item, 'removed')
  const operation = removed !== undefined || context.endsWith('$deletedEntity') ? 'delete' : 'upsert'
  if (/\$(?:deletedLink|link)$/.test(context)) faults.push(fault('@context', 'There are no relationships to change.'))
  const found = addressOf(item, entitySet, model, context.endsWith('$deletedEntity'))
  if (typeof found === 'string') faults.push(fault('', found))
  const { address, said } = typeof found === 'string' ? { address: undefined, said: {} } : found
  if (operation === 'delete') faults.push(...faultsOfRemoval(removed, item))
  // Properties other than the key are ignored in what is deleted.
  const etag = operation === 'upsert' ? undefined : readETag(control(item, 'etag'))
  const body = operation === 'upsert' ? readMembers(type, item, 'upsert', said) : { values: {}, faults: [], ...(etag ? { etag } : {}) }
  faults.push(...body.faults)
  const conditions: Conditions = heedsETags && body.etag !== undefined ? { ifMatch: body.etag } : {}
  const contentId = item['@Core.ContentID'] ?? item['@Org.OData.Core.V1.ContentID']
  const told = { conditions, ...(typeof contentId === 'string' ? { contentId } : {}) }
  if (faults.length > 0 || !address) return { kind: 'malformed', operation, faults, ...(address ? { address } : {}), ...told }
  return operation === 'upsert' ? { kind: 'upsert', address, body, ...told } : { kind: 'delete', address, ...told }
}

/** `@name`, or with the prefix that 4.0 has. */
function control(item: Item, name: string): unknown {
  return item[`@${name}`] ?? item[`@odata.${name}`]
}

/** Either reason means that the entity leaves the set, which is a deletion (Protocol 4.01, 11.4.12.1): a soft one, as everywhere. */
function faultsOfRemoval(removed: unknown, item: Item): readonly ErrorDetail[] {
  const reason =
    removed === undefined
      ? item.reason
      : typeof removed === 'object' && removed !== null && 'reason' in removed
        ? removed.reason
        : undefined
  const faults: ErrorDetail[] = []
  if (removed !== undefined && (typeof removed !== 'object' || removed === null))
    faults.push(fault('@removed', '\'@removed\' must be an object, such as {"reason":"changed"}.'))
  if (reason !== undefined && reason !== 'changed' && reason !== 'deleted')
    faults.push(fault('@removed', "The reason of a removal is 'changed' or 'deleted'."))
  const etag = control(item, 'etag')
  if (etag !== undefined && readETag(etag) === undefined)
    faults.push(fault('@etag', '\'@etag\' must be an entity tag, such as W/"7", or *.'))
  return faults
}

/**
 * Which entity an item is about: by its entity-id, by its key, or, where it has neither, by an alternate key. A string says why it is none.
 * `said` is what an entity-id says of the properties: the item may repeat it. In 4.0 the `id` of a deleted entity is its entity-id.
 */
function addressOf(
  item: Item,
  entitySet: EntitySet,
  model: Model,
  deletedEntity: boolean,
): { readonly address: EntityAddress; readonly said: Addressed } | string {
  const { key, alternateKeys } = entitySet.type
  const [own, given] = [item[key], control(item, 'id')]
  const entityId = given ?? (deletedEntity && typeof own === 'string' && own.includes('(') ? own : undefined)
  if (entityId !== undefined) {
    const address = typeof entityId === 'string' ? resolveEntityId(entityId, entitySet, model) : undefined
    if (!address) return `'@id' must be the entity-id of one of ${entitySet.name}, such as ${entitySet.name}('7').`
    return {
      address,
      said: given === undefined ? {} : address.kind === 'key' ? { [key]: address.id } : { [address.property]: address.value },
    }
  }
  if (typeof own === 'string') return { address: { kind: 'key', id: own }, said: {} }
  if (own !== undefined) return `'${key}' takes a string (Edm.String).`
  for (const property of alternateKeys) {
    const value = item[property]
    if (typeof value === 'string') return { address: { kind: 'alternateKey', property, value }, said: {} }
  }
  return `A change needs ${[key, ...alternateKeys].map((name) => `'${name}'`).join(' or ')}, to tell which of ${entitySet.name} it is about.`
}

/** An entity-id is the URL of the entity, relative to the service root or absolute (OData JSON 4.01, 4.5.8). */
function resolveEntityId(text: string, entitySet: EntitySet, model: Model): EntityAddress | undefined {
  try {
    const path = text.replace(/^https?:\/\/[^/]*/i, '')
    const resource = bindPath(parseUri(path.startsWith('/') ? path : `/${path}`), model)
    return resource.kind === 'entity' && resource.entitySet === entitySet && !resource.deleted ? resource.address : undefined
  } catch {
    return undefined
  }
}

function fault(target: string, message: string): ErrorDetail {
  return { code: 'Request_BadRequest', message, ...(target === '' ? {} : { target }) }
}
