import type { Entity, EntityType, Property } from '../edm/entity-type.ts'
import type { ManagingTenant } from '../plan/access.ts'
import { type BoundExpression, operandsOf, type Transformation } from '../plan/expression.ts'
import type { ApplyPlan, CountPlan, ReadPagePlan } from '../plan/plan.ts'
import { confined } from './confine.ts'
import { column, identifier, join, type SqlFragment, type SqlStatement, type SqlValue, sql } from './fragment.ts'
import { type Column, keptValue, ofTable, ownColumns, type Table } from './table.ts'

// How many living entities have each combination of the counted values: few rows, kept with every write, from which counts and groups are
// told without looking at an entity.

export function countsName({ name }: Pick<Table, 'name'>): string {
  return `${name}_counts`
}

/** How many living entities there are of a combination. */
export const countColumn = 'count'
export const count = column(countColumn)
const managingTenant = column(ownColumns.managingTenant)

/** The columns of the counted properties, folded twins among them. */
export const countedColumns = ofTable((table): readonly Column[] => table.columns.filter(({ property }) => property.counted))

/** A living entity that has come, or gone. */
export interface Counted {
  readonly entity: Entity
  readonly by: 1 | -1
}

/** What a write does to the counts. */
export function countedBy(before: Entity | undefined, after: Entity | undefined, type: EntityType): readonly Counted[] {
  const living = (entity: Entity | undefined) => (entity?.[type.softDelete.flag] === false ? entity : undefined)
  const [was, is] = [living(before), living(after)]
  if (was && is && type.properties.every(({ name, counted }) => !counted || was[name] === is[name])) return []
  return [...(was ? [{ entity: was, by: -1 as const }] : []), ...(is ? [{ entity: is, by: 1 as const }] : [])]
}

/** What entities that came and went add up to: the kept values of each combination, and by how many it changes. */
export function addUp(counted: readonly Counted[], table: Table): readonly (readonly SqlValue[])[] {
  const sums = new Map<string, { readonly values: readonly SqlValue[]; by: number }>()
  for (const { entity, by } of counted) {
    const values = countedColumns(table).map((each) => keptValue(each, entity, table))
    const key = JSON.stringify(values)
    const known = sums.get(key)
    if (known) known.by += by
    else sums.set(key, { values, by })
  }
  return [...sums.values()].filter(({ by }) => by !== 0).map(({ values, by }) => [...values, by])
}

export const countColumns = ofTable((table): readonly SqlFragment[] => [...countedColumns(table).map(({ name }) => column(name)), count])

/** What follows an insert of counts: those of a combination that is known already are added to it. It tells what they come to. */
export const addToKnown = ofTable((table): SqlFragment => {
  const key = [managingTenant, ...countedColumns(table).map(({ name }) => column(name))]
  return sql`on conflict (${join(key, ', ')}) do update set ${count} = ${identifier(countsName(table))}.${count} + excluded.${count} returning ${count}`
})

/** Changes the count of one combination, and tells what it comes to. */
export function compileAddCount(access: ManagingTenant, values: readonly SqlValue[], table: Table): SqlStatement {
  return { text: addCount(table).text, parameters: [access.tenantId, ...values] }
}

const addCount = ofTable((table) => {
  const columns = [managingTenant, ...countColumns(table)]
  const values = columns.map(() => sql`${null}`)
  return sql`insert into ${identifier(countsName(table))} (${join(columns, ', ')}) values (${join(values, ', ')}) ${addToKnown(table)}`
})

/** Takes one combination away, which no entity has any more. */
export function compileForgetCount(access: ManagingTenant, values: readonly SqlValue[], table: Table): SqlStatement {
  return { text: forgetCount(table).text, parameters: [access.tenantId, ...values] }
}

const forgetCount = ofTable((table) => {
  const own = countedColumns(table).map(({ name }) => sql`${column(name)} = ${null}`)
  return sql`delete from ${identifier(countsName(table))} where ${confined({ kind: 'managingTenant', tenantId: '' })} and ${join(own, ' and ')}`
})

/** Takes all combinations of a managing tenant away that no entity has any more. */
export function compileForgetCounts(access: ManagingTenant, table: Table): SqlStatement {
  return sql`delete from ${identifier(countsName(table))} where ${confined(access)} and ${count} = 0`
}

/** Whether a read can be told from the counts: it is of living entities, and all that it asks of them is counted. */
export function isCounted(plan: CountPlan | ReadPagePlan | ApplyPlan, { type }: Pick<Table, 'type'>): boolean {
  if (plan.deleted !== false) return false
  const told = (expression: BoundExpression) => asksOnly(expression, type.properties)
  if (plan.kind === 'readPage' || !plan.transformations) return !plan.filter || told(plan.filter)
  if (plan.filter && !told(plan.filter)) return false
  for (const transformation of plan.transformations) {
    if (transformation.kind !== 'filter') return isTally(transformation, type.properties)
    if (!told(transformation.condition)) return false
  }
  return false
}

/** Whether a transformation asks for nothing but numbers of entities, by counted properties. What follows it works on what it makes. */
function isTally(transformation: Transformation, properties: readonly Property[]): boolean {
  if (transformation.kind === 'aggregate') return transformation.aggregates.every(({ of }) => !of)
  if (transformation.kind !== 'groupby' || !transformation.properties.every((name) => isCountedName(name, properties))) return false
  if (!transformation.transformations) return true
  const [first, ...more] = transformation.transformations
  return first?.kind === 'aggregate' && isTally(first, properties) && more.length === 0
}

function asksOnly(expression: BoundExpression, properties: readonly Property[]): boolean {
  if (expression.kind === 'property') return isCountedName(expression.name, properties)
  return expression.kind !== 'these' && operandsOf(expression).every((operand) => asksOnly(operand, properties))
}

function isCountedName(name: string, properties: readonly Property[]): boolean {
  return properties.some((property) => property.counted && property.name === name)
}
