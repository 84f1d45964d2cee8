import type { DatabaseSync } from 'node:sqlite'
import { RE2JS } from 're2js'
import { parseDateTimeOffset, printDateTimeOffset } from '../../edm/date-time-offset.ts'
import { QueryRefused, StoreUnavailable } from '../store.ts'

/** Functions that SQLite lacks, registered on every connection. Null in is null out. */
export function registerFunctions(database: DatabaseSync, deadline: () => number): void {
  const define = (name: string, implementation: (...values: never[]) => string | number | null) =>
    database.function(name, { deterministic: true }, implementation as never)
  let ticks = 0
  database.function('odata_tick', () => {
    if ((++ticks & 31) === 0 && performance.now() > deadline())
      throw new StoreUnavailable('The query took too long and was stopped. Ask for less, or by an indexed property.', 5)
    return 1
  })
  define('odata_tolower', (text: string | null) => text?.toLowerCase() ?? null)
  define('odata_toupper', (text: string | null) => text?.toUpperCase() ?? null)
  define('odata_matchespattern', (text: string | null, pattern: string | null, flags: string | null) =>
    text === null || pattern === null || flags === null ? null : Number(matcherOf(pattern, flags).matcher(text).find()),
  )
  define('odata_cast', cast)
  define('odata_refuse', (message: string) => {
    throw new QueryRefused(message)
  })
}

const matchers = new Map<string, RE2JS>()

/** A regular expression that is run in linear time, whatever it is (RE2): no back-references, no look-around. */
function matcherOf(pattern: string, flags: string): RE2JS {
  const name = `${flags}/${pattern}`
  const known = matchers.get(name)
  if (known) return known
  if (/[^ims]/.test(flags)) throw new QueryRefused(`The flags '${flags.slice(0, 20)}' of 'matchespattern' are not offered: i, m and s are.`)
  try {
    const bits =
      (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
      (flags.includes('m') ? RE2JS.MULTILINE : 0) |
      (flags.includes('s') ? RE2JS.DOTALL : 0)
    const matcher = RE2JS.compile(RE2JS.translateRegExp(pattern), bits)
    if (matchers.size >= 100) matchers.clear()
    matchers.set(name, matcher)
    return matcher
  } catch (cause) {
    throw new QueryRefused(`'${pattern.slice(0, 80)}' is not a regular expression that 'matchespattern' takes.`, cause)
  }
}

/** `cast` to a type, or from one to another as `From>To`; null where the value has no counterpart (URL Conventions 4.01, 5.1.1.10.1). */
function cast(value: string | number | null, types: string): string | number | null {
  if (value === null) return null
  const [from = '', to = types] = types.includes('>') ? types.split('>') : ['', types]
  switch (to) {
    case 'Edm.Int32':
    case 'Edm.Int64': {
      const number = toNumber(value)
      if (number === null || !Number.isFinite(number)) return null
      const whole = Math.trunc(number)
      return to === 'Edm.Int32' && (whole > 2147483647 || whole < -2147483648) ? null : whole
    }
    case 'Edm.Decimal':
    case 'Edm.Double':
      return toNumber(value)
    case 'Edm.String':
      if (from === 'Edm.Boolean') return value === 1 ? 'true' : 'false'
      return from === 'Edm.DateTimeOffset' ? printDateTimeOffset(String(value)) : String(value)
    case 'Edm.Boolean':
      return value === 'true' ? 1 : value === 'false' ? 0 : null
    case 'Edm.DateTimeOffset':
      return from === 'Edm.Date' ? `${value}T00:00:00.000000Z` : (parseDateTimeOffset(String(value)) ?? null)
    case 'Edm.Date':
      return from === 'Edm.DateTimeOffset' ? String(value).slice(0, 10) : (parseDateTimeOffset(`${value}T00:00:00Z`)?.slice(0, 10) ?? null)
    case 'Edm.TimeOfDay':
      return from === 'Edm.DateTimeOffset'
        ? String(value).slice(11, 26)
        : (parseDateTimeOffset(`2000-01-01T${value}Z`)?.slice(11, 26) ?? null)
    default:
      return null
  }
}

function toNumber(value: string | number): number | null {
  if (typeof value === 'number') return value
  return /^[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(value) ? Number(value) : null
}
