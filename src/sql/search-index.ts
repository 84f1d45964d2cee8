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
    const asked = alike(condition, operator).map((operand) => candidatesOf(operand, table, depth + 1))
    const known = asked.filter((each) => each !== undefined)
    if (known.length === 0 || (operator === 'or' && known.length < asked.length)) return undefined
    return known.length === 1 ? known[0] : `(${known.join(operator === 'and' ? ' AND ' : ' OR ')})`
  }
  if (condition.kind !== 'call' || condition.name !== 'contains') return undefined
  const [property, part] = condition.arguments
  if (property?.kind !== 'property' || part?.kind !== 'constant' || typeof part.value !== 'string') return undefined
  const declared = declaredProperty(table.type, property.name)
  if (!declared.searched) return undefined
  const text = declared.comparison === 'folded' ? fold(part.value) : part.value
  if ([...text].length < shortest) return undefined
  const name = declared.comparison === 'folded' ? foldedName(declared.name) : columnName(declared.name)
  return `{${name}} : "${text.replaceAll('"', '""')}"`
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

/** The rows that the index proposes, as the place that a statement starts from: `cross join` keeps the order in which they are joined. */
export function fromCandidates(candidates: string, table: Table): SqlFragment {
  const index = identifier(searchName(table))
  return sql`(select "rowid" as "candidate" from ${index} where ${index} match ${candidates}) cross join ${identifier(table.name)} on ${column(rowId)} = ${column('candidate')}`
}

/** Puts the row of a key into the index. */
export function compileIndexRow(access: ManagingTenant, id: string, table: Table): SqlStatement {
  const columns = join(searchColumns(table).map(column), ', ')
  return sql`insert into ${identifier(searchName(table))} ("rowid", ${columns}) select ${column(rowId)}, ${columns} from ${identifier(table.name)} where ${confined(access)} and ${column(columnName(table.type.key))} = ${id}`
}

/** Takes the row of a key out of the index. */
export function compileUnindexRow(access: ManagingTenant, id: string, table: Table): SqlStatement {
  return sql`delete from ${identifier(searchName(table))} where "rowid" = (select ${column(rowId)} from ${identifier(table.name)} where ${confined(access)} and ${column(columnName(table.type.key))} = ${id})`
}
