/** The syntax tree of an expression (OData ABNF, commonExpr), before any name or type is known. `at` is the offset in the option's decoded text. */
export type CommonExpr =
  | PrimitiveLiteral
  | { readonly kind: 'member'; readonly path: readonly string[]; readonly at: number }
  | { readonly kind: 'alias'; readonly name: string; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly CommonExpr[]; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: CommonExpr; readonly at: number }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: CommonExpr
      readonly right: CommonExpr
      readonly at: number
    }
  | { readonly kind: 'case'; readonly branches: readonly CaseBranch[]; readonly at: number }
  /** `$these/aggregate(contractType with sum)`, `$these/$count`: of the whole collection. */
  | { readonly kind: 'these'; readonly aggregation: Aggregation; readonly at: number }
  /** `(1,2)` after `in`, `["a","b"]` anywhere. */
  | { readonly kind: 'list'; readonly items: readonly CommonExpr[]; readonly at: number }

/** `$count`, or `expression with method`. */
export interface Aggregation {
  readonly expression: CommonExpr | '$count'
  readonly method?: string
}

export interface CaseBranch {
  readonly condition: CommonExpr
  readonly value: CommonExpr
}

export type UnaryOperator = 'not' | 'negate'

export type BinaryOperator =
  | 'or'
  | 'and'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'divby'
  | 'mod'
  | 'has'
  | 'in'

/** A literal as written. `text` is without prefix and quotes; whether it is in range is checked when it is parsed. */
export interface PrimitiveLiteral {
  readonly kind: 'literal'
  readonly type: LiteralType
  readonly text: string
  readonly at: number
}

export type LiteralType =
  | 'null'
  | 'Edm.Boolean'
  | 'Edm.String'
  | 'Edm.Int64'
  | 'Edm.Decimal'
  | 'Edm.Double'
  | 'Edm.Date'
  | 'Edm.TimeOfDay'
  | 'Edm.DateTimeOffset'
  | 'Edm.Duration'
  | 'Edm.Guid'
  | 'Edm.Binary'
