import type { DdlDialect } from '../ddl.ts'
import type { Dialect } from '../dialect.ts'
import { column, empty, once, type SqlFragment, sql } from '../fragment.ts'
import { rowId, searchColumns, searchName, unindexedName } from '../search-index.ts'

/** Strict tables; booleans are integers; dates are their canonical texts, whose order is the order of the instants. */
const ddl: DdlDialect = {
  columnType: (property) => (property.type === 'Edm.Int32' || property.type === 'Edm.Boolean' ? 'integer' : 'text'),
  text: 'text',
  version: 'integer',
  // A rowid of its own is given out anew by VACUUM.
  rowId: `"${rowId}" integer primary key, `,
  key: 'unique',
  whereLive: (flag) => `"${flag}" = 0`,
  whereDead: (flag) => `"${flag}" = 1`,
  ordered: (column) => `"${column}"`,
  // Trigrams of code points find any part of a word; texts come in folded, so case is none of its business.
  searchIndex: (table) => [
    `create virtual table "${searchName(table)}" using fts5(${searchColumns(table)
      .map((name) => `"${name}"`)
      .join(', ')}, content='', contentless_delete=1, tokenize='trigram case_sensitive 1')`,
    // Its parts are joined sixteen at a time where four is usual: half the work of a write, and a search looks at a few parts more.
    `insert into "${searchName(table)}" ("${searchName(table)}", "rank") values ('automerge', 16), ('crisismerge', 32)`,
    `create table "${unindexedName(table)}" ("${rowId}" integer primary key) strict`,
  ],
  tableOptions: ' strict',
  clusteredTableOptions: ' strict, without rowid',
}

/** A divisor: division by zero fails the request, where SQLite would say null. */
function divisor(value: SqlFragment): SqlFragment {
  return once([value], (name = empty) => sql`(case when ${name} = 0 then odata_refuse('The query divides by zero.') else ${name} end)`)
}

const same = (value: SqlFragment) => value

/** SQLite (https://www.sqlite.org/lang.html). The functions that begin with `odata_` are registered by its adapter. */
export const sqlite: Dialect = {
  ddl,
  tick: sql`odata_tick()`,
  // A call into the program costs as much as the walk to the row: one row in thirty-two asks. The product scatters them, whatever rows are a partner's own.
  rowTick: sql`((${column(rowId)} * 40503 >> 8) & 31 or odata_tick())`,
  creation: column(rowId),
  isDeleted: (flag, deleted) => (deleted ? sql`${flag} = 1` : sql`${flag} = 0`),
  nullOf: () => sql`null`,
  whole: same,
  fraction: same,
  div: (a, b) => sql`(${a} / ${divisor(b)})`,
  mod: (a, b, whole) => (whole ? sql`(${a} % ${divisor(b)})` : sql`mod(${a}, ${divisor(b)})`),
  infinity: sql`9e999`,
  microsOf: (instant) =>
    once([instant], (name = empty) => sql`(unixepoch(substr(${name}, 1, 19)) * 1000000 + cast(substr(${name}, 21, 6) as integer))`),
  // Division rounds down, before 1970 too.
  instantOf: (micros) =>
    once([micros], (name = empty) => {
      const fraction = sql`((${name} % 1000000 + 1000000) % 1000000)`
      return sql`(strftime('%Y-%m-%dT%H:%M:%S', (${name} - ${fraction}) / 1000000, 'unixepoch') || printf('.%06dZ', ${fraction}))`
    }),
  cast: (value, from, to) =>
    to === 'Edm.Int32' || to === 'Edm.Int64' || to === 'Edm.Decimal' || to === 'Edm.Double'
      ? sql`odata_cast(${value}, ${to})`
      : sql`odata_cast(${value}, ${`${from}>${to}`})`,
  position: (text, part) => sql`instr(${text}, ${part})`,
  separator: sql`char(1)`,
  nullsAreHighest: false,
  functions: {},
  stored: (value) => (typeof value === 'boolean' ? Number(value) : value),
}
