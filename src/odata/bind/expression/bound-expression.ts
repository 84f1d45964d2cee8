import type { Property } from '../../../edm/entity-type.ts'

/** The type of an expression. `null` is the literal's own: it takes the type of what it meets. */
export type ValueType =
  | 'null'
  | 'Edm.Boolean'
  | 'Edm.String'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.Decimal'
  | 'Edm.Double'
  | 'Edm.Date'
  | 'Edm.TimeOfDay'
  | 'Edm.DateTimeOffset'
  | 'Edm.Duration'
  | 'Edm.Guid'
  | 'Edm.Binary'

/** A constant in canonical form: dates and times as fixed-width text in UTC, durations in microseconds, GUIDs in lower case, numbers as numbers. */
export type ConstantValue = string | number | boolean | null

/** An expression with a type on every node, its names those of the model. Plain data: it is part of a plan. */
export type BoundExpression = Constant | PropertyReference | Call | Operation | Negation | CaseExpression | Membership

export interface Constant {
  readonly kind: 'constant'
  readonly type: ValueType
  readonly value: ConstantValue
}

export interface PropertyReference {
  readonly kind: 'property'
  readonly type: ValueType
  readonly name: string
  readonly comparison: NonNullable<Property['comparison']>
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
