import type { TextReader } from './reader.ts'

/** The syntax tree of `$search` (OData ABNF, searchExpr). */
export type SearchExpr =
  | { readonly kind: 'term'; readonly text: string }
  | { readonly kind: 'not'; readonly operand: SearchExpr }
  | { readonly kind: 'and' | 'or'; readonly left: SearchExpr; readonly right: SearchExpr }

const word = /[^\s"()]+/y
const phrase = /"(?:[^"\\]|\\.)*"(?=[\s)]|$)/y

/**
 * Words and phrases with `NOT`, `AND` and `OR`, in upper case, binding in this order; terms side by side are joined by `AND` (URL Conventions 4.01, 5.1.8).
 * A word that is spelt as an operator is one only where an operator can stand.
 */
export function parseSearch(reader: TextReader): SearchExpr {
  const expression = parseSearchExpression(reader)
  reader.requireEnd()
  return expression
}

/** The same, as far as it goes: to a closing parenthesis. */
export function parseSearchExpression(reader: TextReader): SearchExpr {
  return parseOr(reader)
}

function parseOr(reader: TextReader): SearchExpr {
  let left = parseAnd(reader)
  while (takeOperator(reader, 'OR')) left = { kind: 'or', left, right: parseAnd(reader) }
  return left
}

function parseAnd(reader: TextReader): SearchExpr {
  let left = parseTerm(reader)
  for (;;) {
    if (takeOperator(reader, 'AND') || (startsTerm(reader) && !peekOperator(reader, 'OR')))
      left = { kind: 'and', left, right: parseTerm(reader) }
    else return left
  }
}

function parseTerm(reader: TextReader): SearchExpr {
  reader.skipSpace()
  if (takeOperator(reader, 'NOT')) return { kind: 'not', operand: reader.nest(() => parseTerm(reader)) }
  if (reader.take('(')) {
    const inner = reader.nest(() => parseOr(reader))
    reader.require(')')
    return inner
  }
  const at = reader.at
  const quoted = reader.match(phrase)
  const text = quoted === undefined ? reader.match(word) : quoted.slice(1, -1).replace(/\\(.)/g, '$1')
  if (text === undefined || text === '') return reader.fail('a word or a phrase in double quotes', at)
  if (text.includes('\0') || !text.isWellFormed()) return reader.fail('a character that text can hold', at)
  return { kind: 'term', text }
}

/** Takes an operator, if one stands here and a term follows it. */
function takeOperator(reader: TextReader, operator: 'AND' | 'OR' | 'NOT'): boolean {
  if (!peekOperator(reader, operator)) return false
  reader.skipSpace()
  return reader.take(operator)
}

function peekOperator(reader: TextReader, operator: 'AND' | 'OR' | 'NOT'): boolean {
  return new RegExp(`^\\s*${operator}(?:\\s+[^\\s)]|\\s*\\()`).test(reader.text.slice(reader.at))
}

function startsTerm(reader: TextReader): boolean {
  reader.skipSpace()
  return !reader.done && reader.code !== 0x29
}
