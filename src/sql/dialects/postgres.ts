import type { ValueType } from '../../plan/expression.ts'
import type { DdlDialect } from '../ddl.ts'
import type { Dialect } from '../dialect.ts'
import { column, empty, once, type SqlFragment, sql } from '../fragment.ts'
import { given, whiteSpace } from '../functions.ts'
import { searchColumns } from '../search-index.ts'
import { castTo } from './postgres-cast.ts'
import { matchesPattern } from './postgres-pattern.ts'

/** The version with which a row was made. */
const creation = 'created_version'

/** Text compares by code point (`collate "C"`); dates are their canonical texts, as in SQLite, so that both say the same to the last digit. */
const ddl: DdlDialect = {
  columnType: ({ type }) => (type === 'Edm.Int32' ? 'integer' : type === 'Edm.Boolean' ? 'boolean' : text),
  text: 'text collate "C"',
  version: 'bigint',
  rowId: '',
  creation,
  key: 'primary key',
  whereLive: (flag) => `not "${flag}"`,
  whereDead: (flag) => `"${flag}"`,
  ordered: (column, nullable) => `"${column}"${nullable ? ' nulls first' : ''}`,
  // One index that finds any part of any searched property, within one managing tenant. It takes the extensions pg_trgm and btree_gin.
  searchIndex: (table) => [
    `create index "${table.name}_search" on "${table.name}" using gin ("managing_tenant_id", ${searchColumns(table)
      .map((name) => `"${name}" gin_trgm_ops`)
      .join(', ')}) where not "is_deleted"`,
  ],
  tableOptions: '',
  clusteredTableOptions: '',
}
const text = 'text collate "C"'

/** Types of the database for ours. Whole numbers that are computed are numeric: they cannot overflow. */
const typeNames: Readonly<Record<ValueType, SqlFragment>> = {
  'Edm.String': sql`text`,
  'Edm.Guid': sql`text`,
  'Edm.Binary': sql`text`,
  'Edm.Date': sql`text`,
  'Edm.TimeOfDay': sql`text`,
  'Edm.DateTimeOffset': sql`text`,
  'Edm.Boolean': sql`boolean`,
  'Edm.Int32': sql`numeric`,
  'Edm.Int64': sql`numeric`,
  'Edm.Duration': sql`numeric`,
  'Edm.Decimal': sql`double precision`,
  'Edm.Double': sql`double precision`,
  null: empty,
}

/** Seconds and microseconds apart: together they are more than a double holds. Past the years that the protocol has there is no instant. */
function instantOf(micros: SqlFragment): SqlFragment {
  return once([micros], (name = empty) => {
    const second = sql`cast(floor(${name} / 1000000) as bigint)`
    const stamp = sql`to_char(timestamp '1970-01-01' + ${second} * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS')`
    const fraction = sql`lpad(cast(cast(mod(mod(${name}, 1000000) + 1000000, 1000000) as bigint) as text), 6, '0')`
    return sql`(case when ${name} between -62135596800000000 and 253402300799999999 then ${stamp} || '.' || ${fraction} || 'Z' end collate "C")`
  })
}

/** Case as Unicode has it, whatever the database's own locale. */
function letters(change: SqlFragment, value: SqlFragment): SqlFragment {
  return sql`(${change}(${value} collate "und-x-icu") collate "C")`
}

const integer = (value: SqlFragment) => sql`cast(${value} as integer)`

/** PostgreSQL 14 and later. The adapter gives every parameter its type, text in the collation "C". */
export const postgres: Dialect = {
  ddl,
  tick: sql`true`,
  rowTick: sql`true`,
  creation: column(creation),
  isDeleted: (flag, deleted) => (deleted ? flag : sql`not ${flag}`),
  nullOf: (type) => (type === 'null' ? sql`null` : sql`cast(null as ${typeNames[type]})`),
  whole: (value) => sql`cast(${value} as numeric)`,
  fraction: (value) => sql`cast(${value} as double precision)`,
  div: (a, b) => sql`div(${a}, ${b})`,
  // The operator takes fractions in decimal only.
  mod: (a, b, whole) => (whole ? sql`mod(${a}, ${b})` : sql`cast(mod(cast(${a} as numeric), cast(${b} as numeric)) as double precision)`),
  infinity: sql`cast('Infinity' as double precision)`,
  microsOf: (instant) =>
    once(
      [instant],
      (name = empty) =>
        sql`(extract(epoch from cast(substr(${name}, 1, 19) || 'Z' as timestamptz)) * 1000000 + cast(substr(${name}, 21, 6) as numeric))`,
    ),
  instantOf,
  cast: castTo,
  // A like with a constant part is what the trigram index serves.
  holdsPart: (value, part) => sql`(${value} like ${`%${part.replace(/[\\%_]/g, '\\$&')}%`})`,
  position: (value, part) => sql`strpos(${value}, ${part})`,
  separator: sql`chr(1)`,
  nullsAreHighest: true,
  functions: {
    contains: (a, b) => sql`(strpos(${given(a)}, ${given(b)}) > 0)`,
    indexof: (a, b) => sql`(strpos(${given(a)}, ${given(b)}) - 1)`,
    trim: (a) => sql`btrim(${given(a)}, ${whiteSpace})`,
    tolower: (a) => letters(sql`lower`, given(a)),
    toupper: (a) => letters(sql`upper`, given(a)),
    substring: (a, from, length) =>
      once([given(a), given(from), ...(length ? [length] : [])], (value = empty, start = empty, count) => {
        const first = integer(sql`case when ${start} < 0 then greatest(length(${value}) + ${start}, 0) else ${start} end + 1`)
        if (!count) return sql`substr(${value}, ${first})`
        return sql`substr(${value}, ${first}, ${integer(sql`case when ${count} < 0 then 0 else ${count} end`)})`
      }),
    matchespattern: matchesPattern,
    totalseconds: (a) => sql`(cast(${given(a)} as numeric) / 1000000)`,
    // Of a double it would round to the even neighbour.
    round: (a) => sql`round(cast(${given(a)} as numeric))`,
  },
  stored: (value) => value,
}
