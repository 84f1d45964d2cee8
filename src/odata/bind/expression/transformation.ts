import type { Aggregated, BoundExpression, BoundOrderby, ComputedProperty, ValueType } from './bound-expression.ts'

/** A set transformation of `$apply`, typed (Data Aggregation 4.0, 3). Plain data: it is part of a plan. */
export type Transformation =
  | { readonly kind: 'filter'; readonly condition: BoundExpression }
  | { readonly kind: 'compute'; readonly properties: readonly ComputedProperty[] }
  | { readonly kind: 'orderby'; readonly keys: readonly BoundOrderby[] }
  | { readonly kind: 'skip' | 'top'; readonly count: number }
  | TopBottomTransformation
  | { readonly kind: 'aggregate'; readonly aggregates: readonly Aggregate[] }
  /** Without transformations: one instance for each group, with nothing but the grouping properties. */
  | { readonly kind: 'groupby'; readonly properties: readonly string[]; readonly transformations?: readonly Transformation[] }
  | { readonly kind: 'concat'; readonly sequences: readonly (readonly Transformation[])[] }

/** The first so many instances by a value, or as many as it takes to a sum, or to a percentage of the whole sum. */
export interface TopBottomTransformation {
  readonly kind: 'topBottom'
  readonly measure: 'count' | 'sum' | 'percent'
  /** Does not depend on an instance. */
  readonly amount: BoundExpression
  readonly expression: BoundExpression
  /** From the top. */
  readonly descending: boolean
}

/** One property that `aggregate` makes; without an expression it is `$count`. */
export interface Aggregate {
  readonly name: string
  readonly type: ValueType
  readonly of?: Aggregated
}
