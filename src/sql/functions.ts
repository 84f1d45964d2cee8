import { empty, once, type SqlFragment, sql } from './fragment.ts'

/** White space by Unicode: what `trim` takes away. */
export const whiteSpace =
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'

const year = (value: SqlFragment) => sql`cast(substr(${value}, 1, 4) as integer)`
const month = (value: SqlFragment) => sql`cast(substr(${value}, 6, 2) as integer)`
const day = (value: SqlFragment) => sql`cast(substr(${value}, 9, 2) as integer)`
/** A time of day as it stands at the end of a canonical DateTimeOffset. */
const timeOf = (value: SqlFragment) => sql`substr(${value}, 12, 15)`
const hour = (value: SqlFragment) => sql`cast(substr(${value}, 1, 2) as integer)`
const minute = (value: SqlFragment) => sql`cast(substr(${value}, 4, 2) as integer)`
const second = (value: SqlFragment) => sql`cast(substr(${value}, 7, 2) as integer)`
const fractionalseconds = (value: SqlFragment) => sql`(cast(substr(${value}, 10, 6) as integer) / 1000000.0)`

/** The parts of a canonical DateTimeOffset, Date or TimeOfDay, by their places. */
const parts: Readonly<Record<string, Readonly<Record<string, (value: SqlFragment) => SqlFragment>>>> = {
  'Edm.DateTimeOffset': {
    year,
    month,
    day,
    hour: (value) => hour(timeOf(value)),
    minute: (value) => minute(timeOf(value)),
    second: (value) => second(timeOf(value)),
    fractionalseconds: (value) => fractionalseconds(timeOf(value)),
    date: (value) => sql`substr(${value}, 1, 10)`,
    time: timeOf,
    // Values are kept in UTC.
    totaloffsetminutes: (value) => sql`(case when ${value} is null then null else 0 end)`,
  },
  'Edm.Date': { year, month, day },
  'Edm.TimeOfDay': { hour, minute, second, fractionalseconds },
}

/** A part of a date or time; undefined where the type has no such part. */
export function datePart(name: string, type: string, value: SqlFragment): SqlFragment | undefined {
  return parts[type]?.[name]?.(value)
}

/** Canonical functions by name, on SQL values: one table (A1), and what a dialect says otherwise is in its own. Strings that are compared come in folded. Counting is by code point. */
export const functions: Readonly<Record<string, (...values: readonly SqlFragment[]) => SqlFragment>> = {
  concat: (a, b) => sql`(${given(a)} || ${given(b)})`,
  contains: (a, b) => sql`(instr(${given(a)}, ${given(b)}) > 0)`,
  indexof: (a, b) => sql`(instr(${given(a)}, ${given(b)}) - 1)`,
  startswith: (a, b) => once([given(a), given(b)], (text = empty, start = empty) => sql`(substr(${text}, 1, length(${start})) = ${start})`),
  endswith: (a, b) =>
    once(
      [given(a), given(b)],
      (text = empty, end = empty) =>
        sql`(length(${text}) >= length(${end}) and substr(${text}, length(${text}) - length(${end}) + 1) = ${end})`,
    ),
  length: (a) => sql`length(${given(a)})`,
  // A start below zero counts from the end (URL Conventions 4.01, 5.1.1.5.7).
  substring: (a, from, length) =>
    once([given(a), given(from), ...(length ? [length] : [])], (text = empty, start = empty, count) => {
      const first = sql`(case when ${start} < 0 then max(length(${text}) + ${start}, 0) else ${start} end) + 1`
      return count ? sql`substr(${text}, ${first}, max(${count}, 0))` : sql`substr(${text}, ${first})`
    }),
  tolower: (a) => sql`odata_tolower(${given(a)})`,
  toupper: (a) => sql`odata_toupper(${given(a)})`,
  trim: (a) => sql`trim(${given(a)}, ${whiteSpace})`,
  matchespattern: (a, pattern, flags) => sql`odata_matchespattern(${given(a)}, ${given(pattern)}, ${flags ?? sql`${''}`})`,
  totalseconds: (a) => sql`(${given(a)} / 1000000.0)`,
  midnight: (a) => sql`(${given(a)} || 'T00:00:00.000000Z')`,
  ceiling: (a) => sql`ceil(${given(a)})`,
  floor: (a) => sql`floor(${given(a)})`,
  round: (a) => sql`round(${given(a)})`,
}

/** The binder has counted the arguments. */
export function given(fragment: SqlFragment | undefined): SqlFragment {
  if (!fragment) throw new Error('An argument is missing')
  return fragment
}
