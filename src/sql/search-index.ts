import { declaredProperty } from '../edm/entity-type.ts'
import { fold } from '../edm/fold.ts'
import type { ManagingTenant } from '../plan/access.ts'
import type { BoundExpression } from '../plan/expression.ts'
import { confined } from './confine.ts'
import { column, identifier, join, type SqlFragment, type SqlStatement, sql } from './fragment.ts'
import { columnName, foldedName, type Table } from './table.ts'

// A full-text index that finds parts of words by their trigrams. It proposes rows; whether a row is meant is decided by the row itself.

export const rowId = 'row_id'

export function searchName(table: Table): string {
  return `${table.name}_search`
}

/** Rows that the index is yet to be told of: many at once cost it a tenth of what they cost one by one. */
export function unindexedName(table: Table): string {
  return `${table.name}_unindexed`
}

/** The columns of the table that the index holds, under their own names. */
export function searchColumns({ type }: Table): readonly string[] {
  return type.properties
    .filter((property) => property.searched)
    .map((property) => (property.comparison === 'folded' ? foldedName(property.name) : columnName(property.name)))
}

/** Code points that a part must have for the index to know it. */
const shortest = 3

/**
 * What to ask the index so that its answer holds every row that the condition holds for; undefined when the index knows nothing of it.
 * The syntax is that of SQLite's FTS5: strings in double quotes, columns in braces.
 */
export function candidatesOf(condition: BoundExpression, table: Table, depth = 0): string | undefined {
  if (depth > deepest) return undefined
  if (condition.kind === 'operation' && (condition.operator === 'and' || condition.operator === 'or')) {
    const { operator } = condition
    const operands = alike(condition, operator)
    if (operator === 'or') {
      const parts = operands.map((operand) => partOf(operand, table))
      const [first] = parts
      // One word in several properties, as a search has it, is one question.
      if (first && parts.every((part) => part?.text === first.text))
        return ask(
          first.text,
          parts.map((part) => part?.column ?? ''),
          table,
        )
    }
    const asked = operands.map((operand) => candidatesOf(operand, table, depth + 1))
    const known = asked.filter((each) => each !== undefined)
    if (known.length === 0 || (operator === 'or' && known.length < asked.length)) return undefined
    return known.length === 1 ? known[0] : `(${known.join(operator === 'and' ? ' AND ' : ' OR ')})`
  }
  const part = partOf(condition, table)
  return part && ask(part.text, [part.column], table)
}

/** The column and the part that `contains` looks for, where the index knows both. */
function partOf(condition: BoundExpression, table: Table): { readonly column: string; readonly text: string } | undefined {
  if (condition.kind !== 'call' || condition.name !== 'contains') return undefined
  const [property, part] = condition.arguments
  if (property?.kind !== 'property' || part?.kind !== 'constant' || typeof part.value !== 'string') return undefined
  const declared = declaredProperty(table.type, property.name)
  if (!declared.searched) return undefined
  const folded = declared.comparison === 'folded'
  const text = folded ? fold(part.value) : part.value
  return [...text].length < shortest ? undefined : { text, column: folded ? foldedName(declared.name) : columnName(declared.name) }
}

function ask(text: string, columns: readonly string[], table: Table): string {
  const phrase = `"${text.replaceAll('"', '""')}"`
  const all = searchColumns(table).every((name) => columns.includes(name))
  return all ? phrase : `{${[...new Set(columns)].join(' ')}} : ${phrase}`
}

/** How deep a question to the index may nest. */
const deepest = 20

/** The operands of an operator and of the same operator right below it. */
function alike(condition: BoundExpression, operator: 'and' | 'or'): readonly BoundExpression[] {
  return condition.kind === 'operation' && condition.operator === operator
    ? [...alike(condition.left, operator), ...alike(condition.right, operator)]
    : [condition]
}

/** How many rows the index proposes, counted no further than the limit. */
export function compileCandidateCount(candidates: string, limit: number, table: Table): SqlStatement {
  const index = identifier(searchName(table))
  return sql`select count(*) from (select 1 from ${index} where ${index} match ${candidates} limit ${limit})`
}

/** The rows that the index proposes, and those that it does not know yet, as the place that a statement starts from: `cross join` keeps the order. */
export function fromCandidates(candidates: string, table: Table): SqlFragment {
  const index = identifier(searchName(table))
  const unindexed = sql`select ${column(rowId)} from ${identifier(unindexedName(table))}`
  const proposed = sql`select "rowid" as "candidate" from ${index} where ${index} match ${candidates} and "rowid" not in (${unindexed}) union all ${unindexed}`
  return sql`(${proposed}) cross join ${identifier(table.name)} on ${column(rowId)} = ${column('candidate')}`
}

/** An upper bound of how many rows there are. */
export function compileLastRow(table: Table): SqlStatement {
  return sql`select max(${column(rowId)}) from ${identifier(table.name)}`
}

/** Notes that the index does not know the row that this connection has just inserted. */
export function compileNoteInserted(table: Table): SqlStatement {
  return sql`insert into ${identifier(unindexedName(table))} (${column(rowId)}) values (last_insert_rowid())`
}

/** Notes that the index does not know the row of a key, or not as it is now. */
export function compileNoteUnindexed(access: ManagingTenant, id: string, table: Table): SqlStatement {
  return sql`insert into ${identifier(unindexedName(table))} (${column(rowId)}) select ${column(rowId)} from ${identifier(table.name)} where ${confined(access)} and ${column(columnName(table.type.key))} = ${id} on conflict do nothing`
}

/** Takes the row of a key out of the index, before it goes for good. */
export function compileForgetUnindexed(access: ManagingTenant, id: string, table: Table): readonly SqlStatement[] {
  const row = sql`(select ${column(rowId)} from ${identifier(table.name)} where ${confined(access)} and ${column(columnName(table.type.key))} = ${id})`
  return [
    sql`delete from ${identifier(searchName(table))} where "rowid" in ${row}`,
    sql`delete from ${identifier(unindexedName(table))} where ${column(rowId)} in ${row}`,
  ]
}

/**
 * Puts the first rows that the index does not know into it. The index is one for all managing tenants: it proposes rows, and the statement that asks confines them.
 * To be run in one transaction.
 */
export function compileIndexRows(limit: number, table: Table): readonly SqlStatement[] {
  const [index, unindexed, row] = [identifier(searchName(table)), identifier(unindexedName(table)), column(rowId)]
  const columns = join(searchColumns(table).map(column), ', ')
  const noted = sql`(select ${row} from ${unindexed} order by ${row} limit ${limit})`
  return [
    sql`delete from ${index} where "rowid" in ${noted}`,
    sql`insert into ${index} ("rowid", ${columns}) select ${row}, ${columns} from ${identifier(table.name)} where ${row} in ${noted}`,
    sql`delete from ${unindexed} where ${row} in ${noted}`,
  ]
}

export function compileUnindexedCount(limit: number, table: Table): SqlStatement {
  return sql`select count(*) from (select 1 from ${identifier(unindexedName(table))} limit ${limit})`
}
