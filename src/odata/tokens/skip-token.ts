import { ODataError } from '../error.ts'
import { seal, unseal } from './seal.ts'

/** Where the next page begins, and what is left of it. */
export interface SkipToken {
  /** The order key of the last entity of the page before, its own place last. */
  readonly after: readonly (string | number | boolean | null)[]
  /** What is left of `$top`. */
  readonly remaining?: number
  /** The page size that the first request asked for. */
  readonly size?: number
}

/** What the values of a token mean: one of a program that ordered otherwise leads nowhere here. */
const meaning = 'creation'

/** An opaque token, bound to the query that it continues. */
export function printSkipToken(token: SkipToken, query: string): string {
  return seal([token.after, token.remaining ?? null, token.size ?? null], `${meaning} ${query}`)
}

export function parseSkipToken(text: string, query: string): SkipToken {
  const value = unseal(text, `${meaning} ${query}`)
  if (!Array.isArray(value) || value.length !== 3 || !Array.isArray(value[0]) || !value[0].every(isPrimitive)) throw malformed()
  const [after, remaining, size] = value
  return { after, ...(isCount(remaining) ? { remaining } : {}), ...(isCount(size) ? { size } : {}) }
}

/** The system query options in one spelling: what a token is bound to. Aliases count; the place in the list ($skip, $skiptoken) does not. */
export function bindingOf(resource: string, options: ReadonlyMap<string, string>): string {
  const bound = [...options]
    .filter(([name]) => name !== 'skip' && name !== 'skiptoken' && name !== 'format')
    .map(([name, value]) => `${name}=${value}`)
  return [resource, ...bound.sort()].join('&')
}

function malformed(): ODataError {
  return new ODataError(
    'Request_BadRequest',
    'The $skiptoken is malformed, or belongs to another query. Follow @odata.nextLink as it was given.',
    { target: '$skiptoken' },
  )
}

const isPrimitive = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value)
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0
