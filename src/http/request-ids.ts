import type { IncomingMessage } from 'node:http'
import type { RequestIds } from '../service/context.ts'

/** A new `request-id`, and the caller's own id when it sent one that can stand in a header. */
export function idsOf(request: IncomingMessage, newId: () => string): RequestIds {
  const requestId = newId()
  const sent = request.headers['client-request-id']
  return { requestId, clientRequestId: typeof sent === 'string' && /^[\x21-\x7e]{1,128}$/.test(sent) ? sent : requestId }
}
