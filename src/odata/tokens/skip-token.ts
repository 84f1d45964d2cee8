import { ODataError } from '../error.ts'

/** Where the next page begins, and what is left of it. */
export interface SkipToken {
  /** The order key of the last entity of the page before, key last. */
  readonly after: readonly (string | number | boolean | null)[]
  /** What is left of `$top`. */
  readonly remaining?: number
  /** The page size that the first request asked for. */
  readonly size?: number
}

/** An opaque token, bound to the query that it continues by a checksum: a link changed by hand is refused, not misread. */
export function printSkipToken(token: SkipToken, query: string): string {
  const text = encode(JSON.stringify([token.after, token.remaining ?? null, token.size ?? null]))
  return `${text}.${checksum(text, query)}`
}

export function parseSkipToken(text: string, query: string): SkipToken {
  const dot = text.lastIndexOf('.')
  const body = text.slice(0, dot)
  if (dot < 1 || checksum(body, query) !== text.slice(dot + 1)) throw malformed()
  const value: unknown = decode(body)
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

/** UTF-8 in base64url, by what every runtime has. */
function encode(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function decode(text: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** FNV-1a over UTF-16 units, twice with different offsets: 64 bits against slips of hand. It is no signature, for a token opens nothing. */
function checksum(text: string, query: string): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  const whole = `${text}\n${query}`
  for (let i = 0; i < whole.length; i++) {
    const unit = whole.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit ^ (i & 0xff), 0x01000193)
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0')
}
