import type { EdmTypeName, Property } from '../../../edm/entity-type.ts'

/** The type of an expression. `null` is the literal's own: it takes the type of what it meets. */
export type ValueType = 'null' | EdmTypeName

/** A constant in canonical form: dates and times as fixed-width text in UTC, durations in microseconds, GUIDs in lower case, numbers as numbers. */
export type ConstantValue = string | number | boolean | null

/** An expression with a type on every node, its names those of the model. Plain data: it is part of a plan. */
export type BoundExpression = Constant | PropertyReference | Call | Operation | Negation | CaseExpression | Membership | TheseExpression

export interface Constant {
  readonly kind: 'constant'
  readonly type: ValueType
  readonly value: ConstantValue
}

/** How strings of a property compare. */
export type Comparison = NonNullable<Property['comparison']>

export interface PropertyReference {
  readonly kind: 'property'
  readonly type: ValueType
  readonly name: string
  readonly comparison: Comparison
}

/** A canonical function by its lower-case name. */
export interface Call {
  readonly kind: 'call'
  readonly type: ValueType
  readonly name: string
  readonly arguments: readonly BoundExpression[]
}

export type OperationName = 'or' | 'and' | 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod'

export interface Operation {
  readonly kind: 'operation'
  readonly type: ValueType
  readonly operator: OperationName
  readonly left: BoundExpression
  readonly right: BoundExpression
}

export interface Negation {
  readonly kind: 'not' | 'negate'
  readonly type: ValueType
  readonly operand: BoundExpression
}

export interface CaseExpression {
  readonly kind: 'case'
  readonly type: ValueType
  readonly branches: readonly { readonly condition: BoundExpression; readonly value: BoundExpression }[]
}

/** `left in (…)`; the items have the type of the left side. */
export interface Membership {
  readonly kind: 'in'
  readonly type: 'Edm.Boolean'
  readonly left: BoundExpression
  readonly items: readonly BoundExpression[]
}

/** One aggregate over the whole current collection: `$these/aggregate(…)`. */
export interface TheseExpression {
  readonly kind: 'these'
  readonly type: ValueType
  /** Absent: `$count`. */
  readonly of?: Aggregated
}

export type AggregationMethod = 'sum' | 'min' | 'max' | 'average' | 'countdistinct'

/** What a method is applied to. */
export interface Aggregated {
  readonly method: AggregationMethod
  readonly expression: BoundExpression
}

/** A property that `$compute`, or a transformation of `$apply`, makes. */
export interface ComputedProperty {
  readonly name: string
  readonly expression: BoundExpression
}

/** One key of `$orderby`, its expression typed. */
export interface BoundOrderby {
  readonly expression: BoundExpression
  readonly descending: boolean
}

/** The expressions directly below one. */
export function operandsOf(expression: BoundExpression): readonly BoundExpression[] {
  switch (expression.kind) {
    case 'constant':
    case 'property':
      return []
    case 'call':
      return expression.arguments
    case 'operation':
      return [expression.left, expression.right]
    case 'not':
    case 'negate':
      return [expression.operand]
    case 'case':
      return expression.branches.flatMap(({ condition, value }) => [condition, value])
    case 'these':
      return expression.of ? [expression.of.expression] : []
    case 'in':
      return [expression.left, ...expression.items]
  }
}

/** How many nodes an expression has. */
export function countNodes(expression: BoundExpression): number {
  return operandsOf(expression).reduce((sum, operand) => sum + countNodes(operand), 1)
}

/** How a string compares: exactly when a key, or another property that does, is part of it (W4: keys compare exactly). */
export function comparisonOf(expression: BoundExpression): Comparison {
  return isExact(expression) ? 'exact' : 'folded'
}

function isExact(expression: BoundExpression): boolean {
  if (expression.type !== 'Edm.String') return false
  if (expression.kind === 'property') return expression.comparison === 'exact'
  // The conditions of `case` are no part of its value, and they are Booleans.
  return operandsOf(expression).some(isExact)
}
