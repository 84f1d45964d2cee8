import { declaredProperty, type PrimitiveValue } from '../edm/entity-type.ts'
import type { BoundExpression } from '../plan/expression.ts'
import type { ReadPagePlan } from '../plan/plan.ts'
import { compileCompared, readable } from './compile-expression.ts'
import type { Dialect } from './dialect.ts'
import { column, empty, join, type SqlFragment, sql, truth } from './fragment.ts'
import { columnName, ownColumns, type Table } from './table.ts'

/** One term of an order. */
export interface OrderTerm {
  readonly value: SqlFragment
  readonly descending: boolean
  readonly nullable: boolean
}

/** The order of a page: what was asked for, then that of creation, so that no two rows are alike. An operator's page has the managing tenant before that. */
export function orderTerms(plan: Pick<ReadPagePlan, 'orderby' | 'now' | 'access' | 'deleted'>, table: Table): readonly OrderTerm[] {
  const terms = plan.orderby.map(({ expression, descending }) => ({
    value: compileOrderValue(expression, plan.now, table),
    descending,
    nullable: isNullable(expression, table),
  }))
  const key = plan.orderby.findIndex(({ expression }) => expression.kind === 'property' && expression.name === table.type.key)
  // After the key nothing is left to order, as long as the rows are one partner's.
  return key >= 0 && plan.access.kind === 'managingTenant' ? terms.slice(0, key + 1) : [...terms, ...lastTerms(plan, table)]
}

function isNullable(expression: BoundExpression, table: Table): boolean {
  return expression.kind !== 'property' || declaredProperty(table.type, expression.name).nullable
}

function compileOrderValue(expression: BoundExpression, now: string, table: Table): SqlFragment {
  const value = compileCompared(expression, { now, dialect: table.dialect })
  return expression.kind === 'property' ? value : readable(value, expression.type)
}

/** Indexes hold rows of one kind, living or deleted, as they were created; those of both kinds are found in the order of their keys. */
function lastTerms({ access, deleted }: Pick<ReadPagePlan, 'access' | 'deleted'>, { type, dialect }: Table): readonly OrderTerm[] {
  const term = (value: SqlFragment): OrderTerm => ({ value, descending: false, nullable: false })
  const last = term(deleted === true ? column(columnName(type.key)) : dialect.creation)
  return access.kind === 'allPartners' ? [term(column(ownColumns.managingTenant)), last] : [last]
}

/** Null is the lowest value (URL Conventions 4.01, 5.1.5). */
export function compileOrder(terms: readonly OrderTerm[], { nullsAreHighest }: Dialect): SqlFragment {
  // A constant orders nothing, and PostgreSQL takes none.
  return join(
    terms
      .filter(({ value }) => !/^(?:true|false|null)$/.test(value.text))
      .map(({ value, descending, nullable }) => {
        const nulls = nullable && nullsAreHighest ? (descending ? sql` nulls last` : sql` nulls first`) : empty
        return sql`${value}${descending ? sql` desc` : empty}${nulls}`
      }),
    ', ',
  )
}

/**
 * What comes after a row in this order: later by the first term, or equal there and later by the next, and so on.
 * The first term stands alone once more, so that an index on it can be entered at the right place.
 */
export function compileAfter(terms: readonly OrderTerm[], after: readonly PrimitiveValue[]): SqlFragment {
  if (terms.every(({ descending, nullable }) => !descending && !nullable)) {
    return sql`(${join(
      terms.map(({ value }) => value),
      ', ',
    )}) > (${join(after.map(given), ', ')})`
  }
  let later: SqlFragment | undefined
  for (let i = terms.length - 1; i >= 0; i--) {
    const term = terms[i]
    if (!term) continue
    const value = after[i] ?? null
    const beyond = compileBeyond(term, value)
    later = later ? sql`(${beyond} or (${term.value} is not distinct from ${given(value)} and ${later}))` : beyond
  }
  const [first] = terms
  const start = after[0] ?? null
  const entry = first && start !== null && !first.descending ? sql`${first.value} >= ${given(start)} and ` : empty
  return sql`${entry}${later ?? truth(false)}`
}

/** Strictly later by one term. */
function compileBeyond({ value, descending, nullable }: OrderTerm, start: PrimitiveValue): SqlFragment {
  if (start === null) return descending ? truth(false) : sql`${value} is not null`
  if (!descending) return sql`${value} > ${given(start)}`
  return nullable ? sql`(${value} < ${given(start)} or ${value} is null)` : sql`${value} < ${given(start)}`
}

/** A value of the row that a page begins after. */
function given(value: PrimitiveValue): SqlFragment {
  return typeof value === 'boolean' ? truth(value) : sql`${value}`
}
