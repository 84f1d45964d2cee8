import type { ValueType } from '../../plan/expression.ts'
import { empty, once, type SqlFragment, sql } from '../fragment.ts'

// PostgreSQL fails a cast that has no result, where the protocol wants null: each is tried by a pattern before it is made.

const year = '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])'
const time = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,12})?)?'
const number = '^[-+]?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,2})?$'
const date = `^${year}$`
const timeOfDay = `^${time}$`
const dateTimeOffset = `^${year}[Tt]${time}(?:[Zz]|[-+](?:0[0-9]|1[0-4]):[0-5][0-9])$`

/** `cast`; null where the value has no counterpart in the type. */
export function castTo(value: SqlFragment, from: ValueType, to: ValueType): SqlFragment {
  switch (to) {
    case 'Edm.Int32':
    case 'Edm.Int64':
      return once([numberOf(value, from)], (name = empty) => {
        const most = to === 'Edm.Int32' ? sql`2147483647` : sql`9223372036854775807`
        return sql`(case when ${name} between -${most} - 1 and ${most} then trunc(${name}) end)`
      })
    case 'Edm.Decimal':
    case 'Edm.Double':
      return sql`cast(${numberOf(value, from)} as double precision)`
    case 'Edm.String':
      return textOf(value, from)
    case 'Edm.Boolean':
      return from === 'Edm.String' ? sql`(case ${value} when 'true' then true when 'false' then false end)` : sql`cast(null as boolean)`
    case 'Edm.DateTimeOffset':
      if (from === 'Edm.Date') return sql`(${value} || 'T00:00:00.000000Z')`
      return from === 'Edm.String' ? instantOf(value) : nothing
    case 'Edm.Date':
      if (from === 'Edm.DateTimeOffset') return sql`substr(${value}, 1, 10)`
      return from === 'Edm.String' ? once([value], (name = empty) => sql`(case when ${isDate(name, date)} then ${name} end)`) : nothing
    case 'Edm.TimeOfDay':
      if (from === 'Edm.DateTimeOffset') return sql`substr(${value}, 12, 15)`
      if (from !== 'Edm.String') return nothing
      return once([value], (name = empty) => sql`(case when ${name} ~ ${timeOfDay} then ${wholeTime(name)} end)`)
    default:
      return nothing
  }
}

const nothing = sql`cast(null as text)`

function numberOf(value: SqlFragment, from: ValueType): SqlFragment {
  if (from === 'null') return sql`cast(null as numeric)`
  if (from === 'Edm.Boolean') return sql`cast(cast(${value} as integer) as numeric)`
  if (!isText(from)) return sql`cast(${value} as numeric)`
  return once([value], (name = empty) => sql`(case when ${name} ~ ${number} then cast(${name} as numeric) end)`)
}

function isText(type: ValueType): boolean {
  return ['Edm.String', 'Edm.Date', 'Edm.TimeOfDay', 'Edm.DateTimeOffset', 'Edm.Guid', 'Edm.Binary'].includes(type)
}

/** A number is told as briefly as it can be; a DateTimeOffset without the zeros that it does not need. */
function textOf(value: SqlFragment, from: ValueType): SqlFragment {
  if (from === 'Edm.Boolean') return sql`(case ${value} when true then 'true' when false then 'false' end)`
  if (from === 'Edm.DateTimeOffset') return sql`regexp_replace(${value}, ${'\\.?0*Z$'}, 'Z')`
  return from === 'null' ? nothing : sql`cast(${value} as text)`
}

/** Whether a text has the shape of a date, and that day its month. */
function isDate(text: SqlFragment, shape: string): SqlFragment {
  const month = sql`make_date(cast(substr(${text}, 1, 4) as integer), cast(substr(${text}, 6, 2) as integer), 1)`
  const days = sql`extract(day from ${month} + interval '1 month' - interval '1 day')`
  return sql`(case when ${text} ~ ${shape} and substr(${text}, 1, 4) <> '0000' then cast(substr(${text}, 9, 2) as integer) <= ${days} else false end)`
}

/** A time of day with seconds and six digits; more are cut. */
function wholeTime(text: SqlFragment): SqlFragment {
  return sql`(substr(${text}, 1, 5) || rpad(case when substr(${text}, 6, 1) = ':' then substr(${text}, 6, 10) else ':00' end, 10, case when length(${text}) > 8 then '0' else '.000000' end))`
}

/** The canonical DateTimeOffset of a text: in UTC, six digits, more are cut; null outside the years 1 to 9999. */
function instantOf(value: SqlFragment): SqlFragment {
  return once([value], (name = empty) => {
    const cut = sql`regexp_replace(${name}, ${'(\\.[0-9]{6})[0-9]*'}, ${'\\1'})`
    const utc = sql`(cast(${cut} as timestamptz) at time zone 'UTC')`
    const inYears = sql`${utc} between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999'`
    const printed = sql`to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    return sql`(case when ${isDate(name, dateTimeOffset)} then case when ${inYears} then ${printed} end end collate "C")`
  })
}
