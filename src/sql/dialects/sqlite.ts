import type { DdlDialect } from '../ddl.ts'

/** SQLite: strict tables; booleans are integers; dates are their canonical texts, whose order is the order of the instants. */
export const sqliteDdl: DdlDialect = {
  columnType: (property) => (property.type === 'Edm.Int32' || property.type === 'Edm.Boolean' ? 'integer' : 'text'),
  text: 'text',
  version: 'integer',
  tableOptions: ' strict',
  clusteredTableOptions: ' strict, without rowid',
}
