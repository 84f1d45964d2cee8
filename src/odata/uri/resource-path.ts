import { ODataError } from '../error.ts'
import { parseKeyPredicate } from './key-predicate.ts'
import { decodePercent } from './percent.ts'
import type { PathSegment, ServiceVersion } from './uri.ts'

/** Splits at `/` first and decodes then (URL Conventions 4.01, 2): an encoded slash belongs to its segment. */
export function parseResourcePath(raw: string): { readonly version: ServiceVersion; readonly path: readonly PathSegment[] } {
  if (!raw.startsWith('/')) throw new ODataError('Request_BadRequest', 'The request target must be a path.')
  const texts = raw.slice(1).split('/')
  if (texts.at(-1) === '') texts.pop()
  const first = texts[0]?.toLowerCase()
  const versioned = first === 'beta' || first === 'v1.0'
  return { version: versioned ? first : 'beta', path: (versioned ? texts.slice(1) : texts).map(parseSegment) }
}

function parseSegment(raw: string): PathSegment {
  const text = decodePercent(raw)
  const open = text.indexOf('(')
  // `$filter(contains(domain,'x'))`, `$crossjoin(Customers)`: what stands in the parentheses of OData's own segments is no key.
  if (open > 0 && text.startsWith('$')) return { text, name: text.slice(0, open) }
  if (open <= 0 || !text.endsWith(')')) return { text, name: text }
  const name = text.slice(0, open)
  const inner = text.slice(open + 1, -1)
  // `delta()`: a function call without parameters, no key.
  return inner === '' ? { text, name } : { text, name, keyPredicate: parseKeyPredicate(inner) }
}
