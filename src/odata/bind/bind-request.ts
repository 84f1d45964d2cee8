import type { EntityType, Model } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'
import { type Format, negotiateFormat } from '../headers/accept.ts'
import { requireJson } from '../headers/content-type.ts'
import { type Conditions, parseConditions } from '../headers/etag.ts'
import { negotiateVersion } from '../headers/odata-version.ts'
import { parsePrefer } from '../headers/prefer.ts'
import type { ODataRequest } from '../message.ts'
import { type EntityBody, readEntity } from '../payload/read-entity.ts'
import type { Uri } from '../uri/uri.ts'
import { bindBatch } from './bind-batch.ts'
import { bindDeltaOptions } from './bind-delta.ts'
import { bindCollectionOptions, bindCountedRows, bindEntityOptions, bindReturned } from './bind-options.ts'
import { bindPath, type Resource } from './bind-path.ts'
import type { BoundRequest, Operation, RequestHead } from './bound-request.ts'
import type { QueryLimits } from './expression/limits.ts'
import { refuseOptions } from './refuse-options.ts'

/** The methods that each kind of address takes: what `Allow` says. PUT comes with upserts. */
const methods: Readonly<Record<Resource['kind'], readonly string[]>> = {
  serviceDocument: ['GET'],
  metadata: ['GET'],
  batch: ['POST'],
  collection: ['GET', 'POST'],
  count: ['GET'],
  delta: ['GET'],
  entity: ['GET', 'PATCH', 'DELETE'],
  property: ['GET'],
  value: ['GET'],
}

const json = ['application/json'] as const
const text = ['text/plain', 'application/json'] as const
const offered: Readonly<Record<Resource['kind'], readonly Format['mediaType'][]>> = {
  serviceDocument: json,
  metadata: ['application/xml', 'application/json'],
  batch: json,
  collection: json,
  count: text,
  delta: json,
  entity: json,
  property: json,
  value: text,
}

/** Gives a parsed request its meaning in the model, and reads its headers and body. */
export function bindRequest(uri: Uri, request: ODataRequest, model: Model, limits: QueryLimits): BoundRequest {
  const resource = bindPath(uri, model)
  const method = request.method === 'HEAD' ? 'GET' : request.method
  requireMethod(resource, method)
  const head = bindHead(uri, request, resource)
  return bindOperation(resource, method, uri, request, head, limits)
}

function requireMethod(resource: Resource, method: string): void {
  const allowed = methods[resource.kind]
  if (allowed.includes(method)) return
  if (resource.kind === 'entity' && method === 'PUT')
    throw new ODataError('NotImplemented', 'Replacing an entity by PUT is not offered yet.')
  const allow = allowed.includes('GET') ? ['HEAD', ...allowed] : allowed
  throw new ODataError('MethodNotAllowed', `The method ${method} is not allowed here: ${allow.join(', ')} are.`, {
    headers: { allow: allow.join(', ') },
  })
}

function bindHead(uri: Uri, request: ODataRequest, resource: Resource): RequestHead {
  const { headers } = request
  if ((headers.isolation ?? headers['odata-isolation']) !== undefined) {
    // To ignore it would promise what we do not keep (Protocol 4.01, 8.2.6).
    throw new ODataError('PreconditionFailed', 'Snapshot isolation is not offered.', { target: 'Isolation' })
  }
  const managingTenant = headers['tenantry-managing-tenant']
  if (managingTenant !== undefined && !/^[A-Za-z0-9._-]{1,64}$/.test(managingTenant)) {
    throw new ODataError('Request_BadRequest', 'The header Tenantry-Managing-Tenant takes the id of one tenant.', {
      target: 'Tenantry-Managing-Tenant',
    })
  }
  // $value and $count are plain text whatever $format says of JSON (URL Conventions 4.01, 5.1.11).
  const raw = resource.kind === 'value' || resource.kind === 'count'
  return {
    serviceVersion: uri.version,
    odataVersion: negotiateVersion(headers['odata-version'], headers['odata-maxversion']),
    format: {
      ...negotiateFormat(headers.accept, uri.options.get('format'), offered[resource.kind]),
      ...(raw ? { mediaType: 'text/plain' as const } : {}),
    },
    preferences: parsePrefer(headers.prefer),
    conditions: parseConditions(headers['if-match'], headers['if-none-match']),
    ...(managingTenant === undefined ? {} : { managingTenant }),
  }
}

function bindOperation(
  resource: Resource,
  method: string,
  uri: Uri,
  request: ODataRequest,
  head: RequestHead,
  limits: QueryLimits,
): BoundRequest {
  const { options } = uri
  const bound = (operation: Operation, conditions: Conditions = head.conditions): BoundRequest => ({
    head: conditions === head.conditions ? head : { ...head, conditions },
    operation,
  })
  switch (resource.kind) {
    case 'serviceDocument':
      refuseOptions(options, [])
      return bound({ kind: 'readServiceDocument' })
    case 'metadata':
      refuseOptions(options, [])
      return bound({ kind: 'readMetadata' })
    case 'batch':
      refuseOptions(options, [])
      return bound({ kind: 'batch', batch: bindBatch(request, head) })
    case 'count':
      refuseOptions(options, ['filter', 'search', 'compute', 'apply'])
      return bound({ kind: 'countCollection', entitySet: resource.entitySet, ...bindCountedRows(resource.entitySet, options, limits) })
    case 'delta':
      return bound({ kind: 'readChanges', entitySet: resource.entitySet, options: bindDeltaOptions(resource.entitySet, options, limits) })
    case 'property':
    case 'value':
      refuseOptions(options, [])
      return bound({
        kind: 'readProperty',
        entitySet: resource.entitySet,
        address: resource.address,
        property: resource.property,
        raw: resource.kind === 'value',
      })
    case 'collection': {
      const { entitySet } = resource
      if (method === 'POST') {
        refuseOptions(options, ['select'])
        const body = readBody(entitySet.type, request, 'create')
        return bound({ kind: 'createEntity', entitySet, body, ...bindReturned(entitySet, options) })
      }
      refuseOptions(options, ['apply', 'compute', 'select', 'filter', 'search', 'orderby', 'top', 'skip', 'count', 'skiptoken'])
      return bound({ kind: 'readCollection', entitySet, options: bindCollectionOptions(entitySet, options, limits) })
    }
    case 'entity': {
      const { entitySet, address } = resource
      if (method === 'DELETE') {
        refuseOptions(options, [])
        return bound({ kind: 'deleteEntity', entitySet, address })
      }
      if (method === 'GET') {
        refuseOptions(options, ['select', 'compute'])
        return bound({ kind: 'readEntity', entitySet, address, projection: bindEntityOptions(entitySet, options, limits) })
      }
      refuseOptions(options, ['select'])
      const body = readBody(entitySet.type, request, 'update')
      return bound({ kind: 'updateEntity', entitySet, address, body, ...bindReturned(entitySet, options) }, withBodyETag(head, body))
    }
  }
}

function readBody(type: EntityType, request: ODataRequest, purpose: 'create' | 'update'): EntityBody {
  requireJson(request.headers['content-type'], request.headers['content-encoding'])
  return readEntity(type, request.body, purpose)
}

/** In a 4.01 request the body's own `@odata.etag` is a condition where no header is (Protocol 4.01, 11.4.1.1). */
function withBodyETag(head: RequestHead, body: EntityBody): Conditions {
  return body.etag !== undefined && head.odataVersion === '4.01' && head.conditions.ifMatch === undefined
    ? { ...head.conditions, ifMatch: [body.etag] }
    : head.conditions
}
