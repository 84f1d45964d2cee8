import type { Model } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'
import { type Format, namesMediaType, negotiateFormat } from '../headers/accept.ts'
import { parseConditions } from '../headers/etag.ts'
import { negotiateVersion, type ODataVersion } from '../headers/odata-version.ts'
import { parsePrefer } from '../headers/prefer.ts'
import type { ODataRequest } from '../message.ts'
import type { Uri } from '../uri/uri.ts'
import { bindBatch, formatsOfBatch } from './bind-batch.ts'
import { bindDeltaOptions } from './bind-delta.ts'
import { bindCollectionOptions, bindCountedRows, bindEntityOptions } from './bind-options.ts'
import { bindPath, type Resource } from './bind-path.ts'
import { bindWrite } from './bind-write.ts'
import type { BoundRequest, Operation, RequestHead } from './bound-request.ts'
import type { QueryLimits } from './expression/limits.ts'
import { refuseOptions } from './refuse-options.ts'

/** The methods that each kind of address takes: what `Allow` says. */
export const methods: Readonly<Record<Resource['kind'], readonly string[]>> = {
  serviceDocument: ['GET'],
  metadata: ['GET'],
  batch: ['POST'],
  collection: ['GET', 'POST', 'PATCH'],
  count: ['GET'],
  delta: ['GET'],
  entity: ['GET', 'PATCH', 'PUT', 'DELETE'],
  property: ['GET', 'PUT', 'DELETE'],
  value: ['GET', 'PUT', 'DELETE'],
  restore: ['POST'],
}

/** Deleted entities can be read and purged, nothing else. */
export const methodsOfDeleted: Readonly<Record<'collection' | 'count' | 'entity' | 'property' | 'value', readonly string[]>> = {
  collection: ['GET'],
  count: ['GET'],
  entity: ['GET', 'DELETE'],
  property: ['GET'],
  value: ['GET'],
}

const json = ['application/json'] as const
const text = ['text/plain', 'application/json'] as const
const offered: Readonly<Record<Exclude<Resource['kind'], 'batch'>, readonly Format['mediaType'][]>> = {
  serviceDocument: json,
  metadata: ['application/xml', 'application/json'],
  collection: json,
  count: text,
  delta: json,
  entity: json,
  property: json,
  value: text,
  restore: json,
}

/** Gives a parsed request its meaning in the model, and reads its headers and body. */
export function bindRequest(uri: Uri, request: ODataRequest, model: Model, limits: QueryLimits): BoundRequest {
  const resource = bindPath(uri, model)
  const method = request.method === 'HEAD' ? 'GET' : request.method
  requireMethod(resource, method)
  const head = bindHead(uri, request, resource)
  return bindOperation(resource, method, uri, request, head, limits, model)
}

function requireMethod(resource: Resource, method: string): void {
  const allowed = 'deleted' in resource && resource.deleted ? methodsOfDeleted[resource.kind] : methods[resource.kind]
  if (allowed.includes(method)) return
  const allow = allowed.includes('GET') ? ['HEAD', ...allowed] : allowed
  throw new ODataError(
    'MethodNotAllowed',
    `The method ${method} is not allowed here: ${allow.join(', ')} ${allow.length > 1 ? 'are' : 'is'}.`,
    {
      headers: { allow: allow.join(', ') },
    },
  )
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
  const odataVersion = negotiateVersion(headers['odata-version'], headers['odata-maxversion'])
  const format = negotiateFormat(headers.accept, uri.options.get('format'), offeredTo(request, resource, odataVersion, uri))
  return {
    serviceVersion: uri.version,
    odataVersion,
    format: raw ? { ...format, mediaType: 'text/plain' } : format,
    preferences: parsePrefer(headers.prefer),
    conditions: parseConditions(headers['if-match'], headers['if-none-match']),
    ...(managingTenant === undefined ? {} : { managingTenant }),
  }
}

/**
 * CSDL is XML to those who speak 4.0, which knows no other (CSDL JSON 4.01, 1): clients such as Power Query name both formats in one `Accept`
 * for data and metadata, JSON first, and read metadata as XML alone.
 */
function offeredTo(request: ODataRequest, { kind }: Resource, version: ODataVersion, { options }: Uri): readonly Format['mediaType'][] {
  if (kind === 'batch') return formatsOfBatch(request)
  const { headers } = request
  const xmlOnly = kind === 'metadata' && version === '4.0' && !options.has('format') && namesMediaType(headers.accept, 'application/xml')
  return xmlOnly ? ['application/xml'] : offered[kind]
}

function bindOperation(
  resource: Resource,
  method: string,
  uri: Uri,
  request: ODataRequest,
  head: RequestHead,
  limits: QueryLimits,
  model: Model,
): BoundRequest {
  const { options } = uri
  const bound = (operation: Operation): BoundRequest => ({ head, operation })
  if (method !== 'GET' && 'entitySet' in resource) return bindWrite(resource, method, options, request, head, model)
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
    case 'count': {
      const { kind: _, ...place } = resource
      refuseOptions(options, ['filter', 'search', 'compute', 'apply'])
      return bound({ kind: 'countCollection', ...place, ...bindCountedRows(place.entitySet, options, limits) })
    }
    case 'delta':
      return bound({ kind: 'readChanges', entitySet: resource.entitySet, options: bindDeltaOptions(resource.entitySet, options, limits) })
    case 'property':
    case 'value': {
      const { kind, ...place } = resource
      refuseOptions(options, [])
      return bound({ kind: 'readProperty', ...place, raw: kind === 'value' })
    }
    case 'collection': {
      const { kind: _, ...place } = resource
      refuseOptions(options, ['apply', 'compute', 'select', 'filter', 'search', 'orderby', 'top', 'skip', 'count', 'skiptoken'])
      return bound({ kind: 'readCollection', ...place, options: bindCollectionOptions(place, options, limits) })
    }
    case 'entity': {
      const { kind: _, ...place } = resource
      refuseOptions(options, ['select', 'compute'])
      return bound({ kind: 'readEntity', ...place, projection: bindEntityOptions(place.entitySet, options, limits) })
    }
    case 'restore':
      throw new Error('An action is not read')
  }
}
