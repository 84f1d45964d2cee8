import type { RequestHead } from '../odata/bind/bound-request.ts'
import { ODataError } from '../odata/error.ts'
import type { ODataRequest, ODataResponse } from '../odata/message.ts'
import { printError } from '../odata/payload/write-error.ts'
import type { RequestIds, ServiceContext } from './context.ts'
import type { Timing } from './timing.ts'

/** What an answer depends on besides its URL (Protocol 4.01, 8.3.8). */
const vary = 'Accept, Authorization, OData-MaxVersion, OData-Version, Prefer, X-Api-Key'

/** Adds the headers that every answer has. */
export function finish(
  { status, headers, body }: ODataResponse,
  head: Pick<RequestHead, 'odataVersion'>,
  ids: RequestIds,
  timing: Timing,
): ODataResponse {
  const all = withCommon({ 'server-timing': timing.header(), ...headers }, head.odataVersion, ids)
  return body === undefined ? { status, headers: all } : { status, headers: all, body }
}

/** Any error as an answer. One that is not an ODataError is ours: it becomes a 500 without its text, and is told to the operator. */
export function errorResponse(
  error: unknown,
  request: Pick<ODataRequest, 'headers'>,
  ids: RequestIds,
  timing: Timing | undefined,
  context: Pick<ServiceContext, 'now' | 'observe'>,
): ODataResponse {
  const told =
    error instanceof ODataError
      ? error
      : new ODataError('internalServerError', 'An internal error occurred. Tell the operator the request-id.', { cause: error })
  if (told.status === 500) context.observe({ kind: 'requestFailed', requestId: ids.requestId, error: told.cause ?? told })
  return {
    status: told.status,
    headers: withCommon(
      {
        'content-type': 'application/json',
        // An error names the language of its message (Protocol 4.01, 9.4).
        'content-language': 'en',
        ...told.headers,
        ...(timing ? { 'server-timing': timing.header() } : {}),
      },
      asksFor401(request) ? '4.01' : '4.0',
      ids,
    ),
    body: printError(told, { date: new Date(context.now()).toISOString().slice(0, 19), ...ids }),
  }
}

/** An error may come before the version is negotiated. */
function asksFor401({ headers }: Pick<ODataRequest, 'headers'>): boolean {
  return headers['odata-maxversion'] === '4.01' || (headers['odata-maxversion'] === undefined && headers['odata-version'] === '4.01')
}

/** Spread last: an object of known names that ends with a copy is made at once, one that goes on after it name by name. */
function withCommon(own: ODataResponse['headers'], version: '4.0' | '4.01', ids: RequestIds): ODataResponse['headers'] {
  return {
    'odata-version': version,
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
    'cache-control': 'no-store',
    vary,
    ...own,
  }
}
