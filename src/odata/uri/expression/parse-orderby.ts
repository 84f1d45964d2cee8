import type { CommonExpr } from './expression.ts'
import { parseExpression } from './parse-expression.ts'
import type { TextReader } from './reader.ts'

/** One item of `$orderby` (OData ABNF, orderbyItem). */
export interface OrderbyItem {
  readonly expression: CommonExpr
  readonly descending: boolean
}

/** `displayName desc,length(domain)`: expressions with `asc`, which is the default, or `desc`. */
export function parseOrderby(reader: TextReader): readonly OrderbyItem[] {
  const items = parseOrderbyItems(reader)
  reader.requireEnd()
  return items
}

/** The same, as far as it goes. */
export function parseOrderbyItems(reader: TextReader): readonly OrderbyItem[] {
  const items: OrderbyItem[] = []
  do {
    const expression = parseExpression(reader)
    reader.skipSpace()
    const direction = reader.match(/(?:asc|desc)(?![A-Za-z0-9_])/iy)?.toLowerCase()
    items.push({ expression, descending: direction === 'desc' })
    reader.skipSpace()
  } while (reader.take(','))
  return items
}
