import type { DdlDialect } from '../ddl.ts'
import { rowId, searchColumns, searchName, unindexedName } from '../search-index.ts'

/** SQLite: strict tables; booleans are integers; dates are their canonical texts, whose order is the order of the instants. */
export const sqliteDdl: DdlDialect = {
  columnType: (property) => (property.type === 'Edm.Int32' || property.type === 'Edm.Boolean' ? 'integer' : 'text'),
  text: 'text',
  version: 'integer',
  // A rowid of its own is given out anew by VACUUM.
  rowId: `"${rowId}" integer primary key, `,
  key: 'unique',
  // Trigrams of code points find any part of a word; texts come in folded, so case is none of its business.
  searchIndex: (table) => [
    `create virtual table "${searchName(table)}" using fts5(${searchColumns(table)
      .map((name) => `"${name}"`)
      .join(', ')}, content='', contentless_delete=1, tokenize='trigram case_sensitive 1')`,
    `create table "${unindexedName(table)}" ("${rowId}" integer primary key) strict`,
  ],
  tableOptions: ' strict',
  clusteredTableOptions: ' strict, without rowid',
}
