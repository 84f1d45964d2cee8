import { ODataError } from '../error.ts'
import type { KeyLiteral, KeyPart, KeyPredicate } from './uri.ts'

/** Reads what stands between the parentheses of `Customers(…)`: `'x'`, `name='x'`, `a='x',b='y'`, with `@alias` for any value. */
export function parseKeyPredicate(text: string): KeyPredicate {
  const parts: KeyPart[] = []
  let at = 0
  const fail = (expected: string): never => {
    throw new ODataError('Request_BadRequest', `The key '(${text})' is malformed at position ${at}: ${expected} was expected.`)
  }
  const parseLiteral = (): KeyLiteral => {
    if (text[at] === "'") {
      let value = ''
      for (at++; ; at++) {
        const quote = text.indexOf("'", at)
        if (quote < 0) {
          at = text.length
          fail('a closing quote')
        }
        value += text.slice(at, quote)
        at = quote + 1
        if (text[at] !== "'") return { kind: 'string', value }
        value += "'"
      }
    }
    const match = /^[^',=()]+/.exec(text.slice(at))
    const literal = match ? match[0] : fail('a value')
    at += literal.length
    return literal.startsWith('@') ? { kind: 'alias', name: literal } : { kind: 'other', text: literal }
  }
  for (;;) {
    const named = text[at] === "'" ? undefined : /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(text.slice(at))
    if (named?.[1] !== undefined) {
      at += named[0].length
      parts.push({ name: named[1], value: parseLiteral() })
    } else parts.push({ value: parseLiteral() })
    if (at === text.length) return { parts }
    if (text[at] !== ',') fail('a comma or the end')
    at++
  }
}

/** The text of a key predicate's literal, quoted as in a URL and percent-encoded. */
export function printKey(value: string): string {
  return `'${encodeURIComponent(value.replaceAll("'", "''"))}'`
}
