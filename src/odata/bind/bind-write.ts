import type { EntitySet, Model } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'
import { requireJson, requireText } from '../headers/content-type.ts'
import type { Conditions } from '../headers/etag.ts'
import type { ODataRequest } from '../message.ts'
import { type Addressed, type EntityBody, type Purpose, readEntity, readObject } from '../payload/read-entity.ts'
import { readNull, readProperty, readRawValue } from '../payload/read-property.ts'
import { bindBulk } from './bind-bulk.ts'
import { bindReturned } from './bind-options.ts'
import type { Resource } from './bind-path.ts'
import type { BoundRequest, EntityAddress, RequestHead } from './bound-request.ts'
import { refuseOptions } from './refuse-options.ts'

/** What can be written to. */
type Writable = Extract<Resource, { entitySet: EntitySet }>

/** Gives a request that writes its meaning, and reads its body. The method is one that the resource takes. */
export function bindWrite(
  resource: Writable,
  method: string,
  options: ReadonlyMap<string, string>,
  request: ODataRequest,
  head: RequestHead,
  model: Model,
): BoundRequest {
  const { entitySet } = resource
  switch (resource.kind) {
    case 'collection': {
      if (method === 'PATCH') return bindUpdateCollection(entitySet, options, request, head, model)
      refuseOptions(options, ['select'])
      const body = readBody(request, (bytes) => readEntity(entitySet.type, bytes, 'create'))
      return { head, operation: { kind: 'createEntity', entitySet, body, ...bindReturned(entitySet, options) } }
    }
    case 'entity': {
      const { address, deleted } = resource
      if (method !== 'DELETE') return bindUpdate(resource, method, options, request, head)
      refuseOptions(options, [])
      if (deleted && address.kind === 'key') return { head, operation: { kind: 'purgeEntity', entitySet, id: address.id } }
      return { head, operation: { kind: 'deleteEntity', entitySet, address } }
    }
    case 'property':
    case 'value': {
      const { address, property } = resource
      const raw = resource.kind === 'value'
      refuseOptions(options, [])
      const values = () => {
        if (method === 'DELETE') return readNull(entitySet.type, property)
        if (!raw) return readBody(request, (bytes) => readProperty(entitySet.type, property, bytes))
        requireText(request.headers['content-type'], request.headers['content-encoding'])
        return readRawValue(entitySet.type, property, request.body)
      }
      return { head, operation: { kind: 'updateProperty', entitySet, address, property, raw, values: values() } }
    }
    case 'restore': {
      const { id } = resource
      refuseOptions(options, [])
      if (request.body && request.body.length > 0) refuseParameters(readBody(request, readObject))
      return { head, operation: { kind: 'restoreEntity', entitySet, id } }
    }
    default:
      throw new Error(`A resource of kind ${resource.kind} is not written`)
  }
}

/**
 * PUT replaces, and creates what is missing; PATCH merges, and creates only for a caller that says so (Protocol 4.01, 11.4.3 and 11.4.4):
 * by Graph's `Prefer: create-if-missing`, or by `If-None-Match: *`, which asks for nothing but a create.
 */
function bindUpdate(
  { entitySet, address }: { readonly entitySet: EntitySet; readonly address: EntityAddress },
  method: string,
  options: ReadonlyMap<string, string>,
  request: ODataRequest,
  head: RequestHead,
): BoundRequest {
  refuseOptions(options, ['select'])
  const replaces = method === 'PUT'
  const upserts = replaces || head.preferences.createIfMissing || head.conditions.ifNoneMatch === '*'
  const purpose: Purpose = replaces ? 'replace' : upserts ? 'upsert' : 'update'
  const body = readBody(request, (bytes) => readEntity(entitySet.type, bytes, purpose, addressedBy(address, entitySet)))
  return {
    head: { ...head, conditions: withBodyETag(head, body) },
    operation: { kind: 'updateEntity', entitySet, address, body, replaces, upserts, ...bindReturned(entitySet, options) },
  }
}

/**
 * A bulk. No option may shape its answer, and conditions stand with the items, for the set has no entity tag (Protocol 4.01, 11.4.12).
 * The tags of the items count, but for a caller that says that it speaks 4.0, in which a body has no conditions (Protocol 4.01, 11.4.1.1).
 */
function bindUpdateCollection(
  entitySet: EntitySet,
  options: ReadonlyMap<string, string>,
  request: ODataRequest,
  head: RequestHead,
  model: Model,
): BoundRequest {
  refuseOptions(options, [])
  if (head.conditions.ifMatch !== undefined || head.conditions.ifNoneMatch !== undefined)
    throw new ODataError('PreconditionFailed', 'If-Match and If-None-Match do not hold for a set: put @odata.etag into its items.', {
      target: head.conditions.ifMatch === undefined ? 'If-None-Match' : 'If-Match',
    })
  const body = readBody(request, readObject)
  const changes = bindBulk(entitySet, body, model, request.headers['odata-version'] !== '4.0')
  return { head, operation: { kind: 'updateCollection', entitySet, changes, continues: head.preferences.continueOnError === true } }
}

/** What the address says of the entity. */
export function addressedBy(address: EntityAddress, { type }: EntitySet): Addressed {
  return address.kind === 'key' ? { [type.key]: address.id } : { [address.property]: address.value }
}

function readBody<T>(request: ODataRequest, read: (body: Uint8Array | undefined) => T): T {
  requireJson(request.headers['content-type'], request.headers['content-encoding'])
  return read(request.body)
}

/** The action takes no parameters; annotations are no parameters. */
function refuseParameters(body: object): void {
  const unknown = Object.keys(body).find((name) => !name.startsWith('@'))
  if (unknown !== undefined)
    throw new ODataError('Request_BadRequest', `restore takes no parameters, so not '${unknown.slice(0, 80)}'.`, { target: unknown })
}

/** In a 4.01 request the body's own `@odata.etag` is a condition where no header is (Protocol 4.01, 11.4.1.1). */
function withBodyETag(head: RequestHead, body: EntityBody): Conditions {
  return body.etag !== undefined && head.odataVersion === '4.01' && head.conditions.ifMatch === undefined
    ? { ...head.conditions, ifMatch: body.etag }
    : head.conditions
}
