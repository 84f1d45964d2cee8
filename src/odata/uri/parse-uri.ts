import { parseQueryOptions } from './query-options.ts'
import { parseResourcePath } from './resource-path.ts'
import type { Uri } from './uri.ts'

/** Reads a request target, `/beta/Customers('1')?$select=id`, into its syntax tree. Knows no model: any well-formed name passes. */
export function parseUri(target: string): Uri {
  const question = target.indexOf('?')
  const { version, path } = parseResourcePath(question < 0 ? target : target.slice(0, question))
  return { version, path, options: parseQueryOptions(question < 0 ? '' : target.slice(question + 1)) }
}
