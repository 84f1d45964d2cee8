import type { CommonExpr } from './expression.ts'
import { parseExpression } from './parse-expression.ts'
import type { TextReader } from './reader.ts'

/** One item of `$compute` (OData ABNF, computeItem). */
export interface ComputeItem {
  readonly expression: CommonExpr
  readonly name: string
  readonly at: number
}

/** `odataIdentifier` (OData ABNF; CSDL 4.01, 15.2): letters of any script, digits not first, 128 characters at the most. */
const identifier = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}(?![\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}])/uy

/** `contractType add 1 as next,length(domain) as size`, as far as it goes. */
export function parseComputeItems(reader: TextReader): readonly ComputeItem[] {
  const items: ComputeItem[] = []
  do {
    const expression = parseExpression(reader)
    items.push({ expression, ...parseAlias(reader) })
    reader.skipSpace()
  } while (reader.take(','))
  return items
}

/** `as Total`, with where the name stands. */
export function parseAlias(reader: TextReader): { readonly name: string; readonly at: number } {
  reader.skipSpace()
  if (reader.match(/as[ \t]+/iy) === undefined) reader.fail("'as' and a name")
  const at = reader.at
  return { name: reader.match(identifier) ?? reader.fail('a name'), at }
}
