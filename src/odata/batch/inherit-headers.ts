import { ODataError } from '../error.ts'
import type { ODataRequest } from '../message.ts'

/** Lower-case names. */
export type Headers = Readonly<Record<string, string>>

/** What tells who is asking. */
const credentials = ['authorization', 'x-api-key'] as const

/** What a batch hands down to requests that do not say otherwise (Protocol 4.01, 8.1.5, 8.2.1 and 8.2.7). */
const inherited = [...credentials, 'odata-version', 'odata-maxversion', 'tenantry-managing-tenant'] as const

/** The headers of a batch that its requests inherit. */
export function inheritedHeaders({ headers }: Pick<ODataRequest, 'headers'>): Headers {
  const handed: Record<string, string> = {}
  for (const name of inherited) {
    const value = headers[name]
    if (value !== undefined) handed[name] = value
  }
  // A format of the whole batch is none of a single answer.
  const accept = headers.accept?.split(',').filter((range) => !/^\s*multipart\//i.test(range))
  return accept && accept.length > 0 ? { ...handed, accept: accept.join(',') } : handed
}

/** The headers of a request with those that it inherits. One caller makes a batch: a request with another's credentials is refused. */
export function mergeHeaders(handed: Headers, own: Headers): { readonly headers: Headers; readonly fault?: ODataError } {
  const headers = { ...handed, ...own }
  const other = credentials.find((name) => headers[name] !== handed[name])
  if (other === undefined) return { headers }
  const fault = new ODataError('Request_BadRequest', `A request of a batch has the ${other} of the batch and no other.`, { target: other })
  return { headers: handed, fault }
}
