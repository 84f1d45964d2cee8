/** How large a query may be. Each is a setting: far past what people write, far below what costs anything. */
export interface QueryLimits {
  /** Parentheses, functions and operators within one another. */
  readonly depth: number
  /** Operators, functions and operands of a request, each transformation of `$apply` counted too. */
  readonly nodes: number
  /** Values of one list after `in`. */
  readonly listItems: number
  /** Words, phrases and operators of one search. */
  readonly searchTerms: number
  /** Keys of one order. */
  readonly orderKeys: number
}

/** What stands when nobody says otherwise. */
export const defaultQueryLimits: QueryLimits = { depth: 100, nodes: 500, listItems: 500, searchTerms: 50, orderKeys: 10 }
