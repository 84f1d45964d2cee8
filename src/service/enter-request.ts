import { batchMethods, type IndividualRequest } from '../odata/batch/batch.ts'
import { type Referent, type Referents, resolveReferences } from '../odata/batch/references.ts'
import { resolveTarget } from '../odata/batch/resolve-target.ts'
import { ODataError } from '../odata/error.ts'
import type { ODataRequest, ODataResponse } from '../odata/message.ts'
import type { ServiceVersion } from '../odata/uri/uri.ts'
import { clientRequestIdOf, type RequestIds, type ServiceContext } from './context.ts'
import { errorResponse } from './respond.ts'

/** The batch that requests are part of, and the way that each of them goes. */
export interface BatchContext {
  readonly origin: string
  readonly version: ServiceVersion
  /** The batch's own. */
  readonly ids: RequestIds
  readonly context: ServiceContext
  readonly handle: (request: ODataRequest, ids: RequestIds, context: ServiceContext) => Promise<ODataResponse>
}

/** What came of a request, and what others may refer to by its id. */
export interface Entered {
  readonly response: ODataResponse
  readonly referent: Referent | 'failed'
}

/** Sends one request of a batch the way of a single one, and tells of it as of a single one. */
export async function enterRequest(
  request: IndividualRequest,
  referents: Referents,
  { origin, version, ids: outer, context, handle }: BatchContext,
): Promise<Entered> {
  const start = performance.now()
  const ids: RequestIds = {
    requestId: context.newId(),
    clientRequestId: clientRequestIdOf(request.headers['client-request-id']) ?? outer.clientRequestId,
    batch: outer.requestId,
  }
  let target = request.url
  let response: ODataResponse
  try {
    if (request.fault) throw request.fault
    const path = resolveTarget(request.url, version, origin, request.headers.host)
    const resolved = resolveReferences({ target: path, headers: request.headers }, referents, context.model)
    target = resolved.target
    if (target.length > context.limits.urlLength)
      throw new ODataError('UriTooLong', `The request target is longer than ${context.limits.urlLength} characters.`)
    const { method, body } = request
    response = await handle({ method, ...resolved, origin, ...(body ? { body } : {}) }, ids, context)
  } catch (error) {
    response = errorResponse(error, request, ids, undefined, context)
  }
  context.observe({
    kind: 'requestFinished',
    requestId: ids.requestId,
    // What a caller makes up is no method, and would be a metric of its own.
    method: batchMethods.has(request.method) ? request.method : 'unknown',
    target: target.slice(0, context.limits.urlLength),
    status: response.status,
    milliseconds: performance.now() - start,
    batch: outer.requestId,
  })
  return { response, referent: referentOf(response, target, origin) }
}

function referentOf({ status, headers, body }: ODataResponse, target: string, origin: string): Referent | 'failed' {
  if (status >= 400) return 'failed'
  const { etag, location } = headers
  const readable = body !== undefined && headers['content-type']?.startsWith('application/json')
  return {
    path: location?.startsWith(origin) ? location.slice(origin.length) : (target.split('?', 1)[0] ?? target),
    ...(etag === undefined ? {} : { etag }),
    ...(readable ? { body } : {}),
  }
}
