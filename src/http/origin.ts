import type { FastifyRequest } from 'fastify'
import { ODataError } from '../odata/error.ts'

/** A host name or address, with a port or without: what may become part of a link. */
const authority = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/** Scheme and authority that the caller used; behind a trusted proxy, what `X-Forwarded-Proto` and `X-Forwarded-Host` say (W1). */
export function originOf(request: FastifyRequest): string {
  const { host, protocol } = request
  if (host === undefined || !authority.test(host) || hasSeveralHosts(request.raw.rawHeaders))
    throw new ODataError('Request_BadRequest', 'The Host header is missing or malformed.', { target: 'Host' })
  return `${protocol === 'https' ? 'https' : 'http'}://${host}`
}

/** Of several, each reader on the way may take another one (RFC 9112, 3.2). `headersDistinct` would tell, but sorts all headers for it. */
function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.length === 4 && rawHeaders[i]?.toLowerCase() === 'host') hosts++
  return hosts > 1
}

/** The path and query of a request target. A proxy's absolute form is taken as any server must take it (RFC 9112, 3.2.2). */
export function pathOf(target: string): string {
  return /^https?:\/\//i.test(target) ? target.replace(/^https?:\/\/[^/?#]*/i, '') || '/' : target
}
