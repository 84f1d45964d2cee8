/** How large a query may be. Each is a setting: far past what people write, far below what costs anything. */
export interface QueryLimits {
  /** Parentheses, functions and operators within one another. */
  readonly depth: number
  /** Operators, functions and operands of a request. */
  readonly nodes: number
  /** Transformations of `$apply`, those within others counted too. */
  readonly transformations: number
  /** Values of one list after `in`. */
  readonly listItems: number
  /** Words, phrases and operators of one search. */
  readonly searchTerms: number
  /** Keys of one order. */
  readonly orderKeys: number
  /** How many times `concat` and `rollup` may repeat the rows, all of them together. */
  readonly copies: number
}

/** What stands when nobody says otherwise. */
export const defaultQueryLimits: QueryLimits = {
  depth: 100,
  nodes: 500,
  transformations: 40,
  listItems: 500,
  searchTerms: 50,
  orderKeys: 10,
  copies: 50,
}
