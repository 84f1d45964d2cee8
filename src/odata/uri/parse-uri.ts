import { ODataError } from '../error.ts'
import { parseQueryOptions } from './query-options.ts'
import { parseResourcePath } from './resource-path.ts'
import type { Uri } from './uri.ts'

/** Reads a request target, `/beta/Customers('1')?$select=id`, into its syntax tree. Knows no model: any well-formed name passes. */
export function parseUri(target: string): Uri {
  // A fragment is the client's own (RFC 9112, 3.2.1): a `#` that was meant as a character is written `%23`.
  if (target.includes('#')) throw new ODataError('Request_BadRequest', "The request target holds a '#': write it %23.")
  const question = target.indexOf('?')
  const { version, path } = parseResourcePath(question < 0 ? target : target.slice(0, question))
  return { version, path, options: parseQueryOptions(question < 0 ? '' : target.slice(question + 1)) }
}
