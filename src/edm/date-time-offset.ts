/**
 * `Edm.DateTimeOffset` with `Precision="6"`, held as a canonical string: UTC, 27 characters, `2026-01-02T03:04:05.000000Z`.
 * Fixed width makes the order of the texts the order of the instants, on every store. Years 0001 to 9999.
 */
const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|([+-])(\d\d):(\d\d))$/i

/** As most are written: whole seconds in UTC, in the first 28 days of a month. What it says is what is kept. */
const plain = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/

/** Reads `dateTimeOffsetValue` (OData ABNF): seconds may be absent, any offset; digits past the sixth are cut. `undefined` when the text is none. */
export function parseDateTimeOffset(text: string): string | undefined {
  if (plain.test(text)) return `${text.slice(0, 19)}.000000Z`
  const match = pattern.exec(text)
  if (!match) return undefined
  const [
    ,
    year = '',
    month = '',
    day = '',
    hour = '',
    minute = '',
    second = '00',
    fraction = '',
    ,
    sign,
    offsetHour = '0',
    offsetMinute = '0',
  ] = match
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) return undefined
  if (second === '60') return readLeapSecond(text)
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (Number(offsetHour) > 14 || Number(offsetMinute) > 59) return undefined
  const micros = fraction.slice(0, 6).padEnd(6, '0')
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1)
  if (offset === 0) return Number(year) < 1 ? undefined : `${year}-${month}-${day}T${hour}:${minute}:${second}.${micros}Z`
  const utc = new Date(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - offset * 60_000)
  const utcYear = utc.getUTCFullYear()
  return utcYear < 1 || utcYear > 9999 ? undefined : `${utc.toISOString().slice(0, 19)}.${micros}Z`
}

/** A leap second is the last of a day in UTC. As everywhere where days have 86,400 seconds, it is the first of the next day. */
function readLeapSecond(text: string): string | undefined {
  const before = parseDateTimeOffset(text.replace(':60', ':59'))
  if (before?.slice(11, 19) !== '23:59:59') return undefined
  const after = new Date(Date.parse(`${before.slice(0, 19)}Z`) + 1_000)
  return after.getUTCFullYear() > 9999 ? undefined : `${after.toISOString().slice(0, 19)}${before.slice(19)}`
}

/** The canonical string as it is written in an answer: a fraction of zeros is left out, as are trailing zeros. */
export function printDateTimeOffset(canonical: string): string {
  if (canonical.endsWith('.000000Z')) return `${canonical.slice(0, 19)}Z`
  let end = 26
  while (canonical.charCodeAt(end - 1) === 48) end--
  return `${canonical.slice(0, end)}Z`
}

let printed = { milliseconds: 0, text: '1970-01-01T00:00:00.000000Z' }

/** Milliseconds since 1970 as a canonical string. The last one is remembered: many requests come in one millisecond. */
export function dateTimeOffsetOf(milliseconds: number): string {
  if (milliseconds !== printed.milliseconds) printed = { milliseconds, text: `${new Date(milliseconds).toISOString().slice(0, 23)}000Z` }
  return printed.text
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
