import { ODataError } from '../error.ts'
import { nearestName } from '../nearest-name.ts'
import { decodePercent } from './percent.ts'

/** All system query options of OData 4.01 (URL Conventions, 5.1) and those of Graph's delta and skip links. Known is not implemented. */
const systemQueryOptions: ReadonlySet<string> = new Set([
  'apply',
  'compute',
  'count',
  'deltatoken',
  'expand',
  'filter',
  'format',
  'id',
  'index',
  'levels',
  'orderby',
  'schemaversion',
  'search',
  'select',
  'skip',
  'skiptoken',
  'top',
])

/**
 * Reads the query part of a URL. Names of system query options match without regard to case, with or without `$` (Protocol 4.01, 11.2.1);
 * an unknown one with `$` is refused, one given twice too; custom query options are ignored (URL Conventions 4.01, 5.2).
 */
export function parseQueryOptions(raw: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>()
  if (raw === '') return options
  for (const part of splitOptions(raw)) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const written = decodePercent(equals < 0 ? part : part.slice(0, equals))
    const name = nameOf(written)
    if (name === undefined) continue
    if (equals < 0) throw new ODataError('Request_UnsupportedQuery', `The query option '${written}' has no value.`, { target: written })
    if (options.has(name))
      throw new ODataError('Request_UnsupportedQuery', `The query option '${written}' is given more than once.`, { target: written })
    const value = part.slice(equals + 1)
    if (name === 'search') refuseSemicolon(value)
    options.set(name, decodePercent(isFormEncoded(name, value) ? value.replaceAll('+', ' ') : value))
  }
  return options
}

/**
 * Splits at `&`, but not within a string of an expression: a literal may hold one as it is (OData ABNF, pchar-no-SQUOTE).
 * A quote that is never closed splits nothing, so that only its own option is malformed.
 */
function splitOptions(raw: string): readonly string[] {
  const parts = raw.split('&')
  if (!raw.includes("'") && !raw.includes('%27')) return parts
  const options: string[] = []
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? ''
    const end = expression.test(part) && quotesOf(part) % 2 === 1 ? parts.findIndex((later, at) => at > i && quotesOf(later) % 2 === 1) : -1
    options.push(end < 0 ? part : parts.slice(i, end + 1).join('&'))
    if (end >= 0) i = end
  }
  return options
}

/** Options whose values are expressions, and so may hold strings. */
const expression = /^(?:(?:\$|%24)?(?:filter|orderby|compute|apply)|(?:@|%40)[^=]*)=/i

function quotesOf(text: string): number {
  return text.match(/'|%27/g)?.length ?? 0
}

/**
 * A `+` is a plus (URL Conventions 4.01, 2), and outside of strings it is a sign: a number follows. One that stands elsewhere tells that the whole
 * value was encoded as a form, as HTTP libraries do with parameters: there every `+` is a space, and a plus is `%2B`.
 */
function isFormEncoded(name: string, raw: string): boolean {
  if (!raw.includes('+') || name === 'search' || name === 'format') return false
  return /\+(?!\d|INF)/.test(raw.replace(/(?:'|%27)(?:(?!'|%27).)*(?:'|%27|$)/g, "''"))
}

/** A word of `$search` holds a `;` only percent-encoded (OData ABNF, searchWord); a phrase as it is. */
function refuseSemicolon(raw: string): void {
  const outside = raw.replace(/(?:\\|%5c)./gi, '').split(/"|%22/)
  if (outside.some((text, i) => i % 2 === 0 && text.includes(';')))
    throw new ODataError('Request_BadRequest', "A ';' in $search stands in a phrase in double quotes, or is written %3B.", {
      target: '$search',
    })
}

/** The name under which an option is kept; undefined for a custom query option. */
function nameOf(written: string): string | undefined {
  if (written.startsWith('@')) return written
  const dollar = written.startsWith('$')
  const name = (dollar ? written.slice(1) : written).toLowerCase()
  if (systemQueryOptions.has(name)) return name
  if (!dollar) return undefined
  const near = nearestName(name, [...systemQueryOptions])
  throw new ODataError(
    'Request_UnsupportedQuery',
    `The query option '${written}' is not known${near === undefined ? '' : `: did you mean '$${near}'?`}.`,
    { target: written },
  )
}
