import { ODataError } from '../error.ts'
import type { ServiceVersion } from '../uri/uri.ts'

/**
 * The path and query that the URL of a request in a batch stands for (Protocol 4.01, 11.7.7.1; Graph, JSON batching). A path with a leading slash is
 * absolute for OData and relative to the version for Graph: where it begins with a version it is the former, else the latter.
 */
export function resolveTarget(url: string, version: ServiceVersion, origin: string, host: string | undefined): string {
  const absolute = /^(https?:\/\/[^/?#]*)(.*)$/is.exec(url)
  if (absolute) return requireOwn(absolute[1], origin) && withSlash(absolute[2] ?? '')
  if (/^[a-z][a-z0-9+.-]*:/i.test(url.split(/[/?#]/, 1)[0] ?? '') || url.startsWith('//')) return foreign(origin)
  if (host !== undefined && /[/?#@\s]/.test(host)) return foreign(origin)
  if (host !== undefined) requireOwn(`${origin.slice(0, origin.indexOf(':'))}://${host}`, origin)
  if (/^\/(?:beta|v1\.0)(?:[/?]|$)/i.test(url)) return url
  return `/${version}${withSlash(url)}`
}

function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`
}

function requireOwn(sent: string | undefined, origin: string): true {
  const [theirs, ours] = [sent === undefined ? null : URL.parse(sent), URL.parse(origin)]
  return (theirs !== null && theirs.origin === ours?.origin) || foreign(origin)
}

function foreign(origin: string): never {
  throw new ODataError('Request_BadRequest', `A request of a batch goes to this service, ${origin}, and no other.`, { target: 'url' })
}
