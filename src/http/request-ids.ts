import type { IncomingMessage } from 'node:http'
import { clientRequestIdOf, type RequestIds } from '../service/context.ts'

/** A new `request-id`, and the caller's own id when it sent one that can stand in a header. */
export function idsOf(request: IncomingMessage, newId: () => string): RequestIds {
  const requestId = newId()
  return { requestId, clientRequestId: clientRequestIdOf(request.headers['client-request-id']) ?? requestId }
}
