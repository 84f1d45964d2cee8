import { ODataError } from '../../error.ts'
import type { Aggregation, BinaryOperator, CaseBranch, CommonExpr } from './expression.ts'
import { literalOfWord, parseLiteral } from './parse-literal.ts'
import type { TextReader } from './reader.ts'

/** Precedence of the binary operators, the tightest highest (URL Conventions 4.01, 5.1.1.14.10). `not` and `-` bind between `mul` and `in`. */
const precedence: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  eq: 3,
  ne: 3,
  lt: 4,
  le: 4,
  gt: 4,
  ge: 4,
  add: 5,
  sub: 5,
  mul: 6,
  div: 6,
  divby: 6,
  mod: 6,
  has: 8,
  in: 8,
}

const unaryPrecedence = 7

/** A name, or one with its namespace: letters of any script (OData ABNF, odataIdentifier). */
const identifier =
  /[\p{L}\p{Nl}_$][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]*(?:\.[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]*)*/uy

const operatorWord = /[A-Za-z]+(?![A-Za-z0-9_.])/y

/** Parses an expression as far as it goes. Operators and function names match without regard to case, as 4.01 asks. */
export function parseExpression(reader: TextReader): CommonExpr {
  return reader.nest(() => parseBinary(reader, 1))
}

/** Precedence climbing: reads operators that bind at least as tightly as `least`; all are left-associative. */
function parseBinary(reader: TextReader, least: number): CommonExpr {
  let left = parseUnary(reader)
  for (;;) {
    const before = reader.at
    reader.skipSpace()
    const at = reader.at
    const operator = at > before || before === 0 || /[)\]'"]/.test(reader.text[before - 1] ?? '') ? takeOperator(reader, least) : undefined
    if (!operator) {
      reader.at = before
      return left
    }
    reader.skipSpace()
    const right = operator === 'in' ? parseInOperand(reader) : reader.nest(() => parseBinary(reader, precedence[operator] + 1))
    left = { kind: 'binary', operator, left, right, at }
  }
}

function takeOperator(reader: TextReader, least: number): BinaryOperator | undefined {
  const word = reader.match(operatorWord)?.toLowerCase()
  return word !== undefined && isOperator(word) && precedence[word] >= least ? word : undefined
}

const isOperator = (word: string): word is BinaryOperator => Object.hasOwn(precedence, word)

function parseUnary(reader: TextReader): CommonExpr {
  reader.skipSpace()
  const at = reader.at
  const literal = parseLiteral(reader)
  if (literal) return literal
  if (reader.take('-')) return { kind: 'unary', operator: 'negate', operand: reader.nest(() => parseBinary(reader, unaryPrecedence)), at }
  if (/^not(?=[\s(])/i.test(reader.text.slice(at, at + 4))) {
    reader.at += 3
    return { kind: 'unary', operator: 'not', operand: reader.nest(() => parseBinary(reader, unaryPrecedence)), at }
  }
  return parsePrimary(reader)
}

function parsePrimary(reader: TextReader): CommonExpr {
  const at = reader.at
  if (reader.take('(')) {
    const inner = parseExpression(reader)
    reader.require(')')
    return inner
  }
  if (reader.code === 0x5b) return parseArray(reader)
  if (reader.code === 0x7b) return refuse('An object', reader)
  if (reader.code === 0x40) {
    const name = reader.match(/@[A-Za-z_][A-Za-z0-9_]*/y)
    // `@Core.Messages`: of an alias there is one name, without a namespace.
    if (name !== undefined && reader.text[reader.at] === '.') return refuse('The value of an annotation', reader)
    return name === undefined ? reader.fail('the name of a parameter alias') : { kind: 'alias', name, at }
  }
  if (reader.code === 0x22) return reader.fail('a string in single quotes')
  const word = reader.match(identifier)
  if (word === undefined) return reader.fail('a value, a property or a function')
  if (reader.code === 0x28) return parseCall(reader, word, at)
  if (word === '$these' && reader.take('/')) return parseThese(reader, at)
  if (word === '$root') return refuse("'$root'", reader)
  if (reader.code === 0x27 && /^geo(?:graphy|metry)$/i.test(word)) return refuse('A literal of a geographic or geometric type', reader)
  return literalOfWord(word, at, reader) ?? parseMember(reader, word, at)
}

/** What OData has and a flat set has no use for. */
function refuse(what: string, reader: TextReader): never {
  throw new ODataError('NotImplemented', `${what} in ${reader.option} is not offered.`, { target: reader.option })
}

/** `$these/$count`, `$these/aggregate(contractType with sum)` (Data Aggregation 4.0, 3.5). */
function parseThese(reader: TextReader, at: number): CommonExpr {
  if (reader.match(countWord) !== undefined) return { kind: 'these', aggregation: { expression: '$count' }, at }
  if (reader.match(/aggregate[ \t]*\(/iy) === undefined) return reader.fail("'aggregate(' or '$count'")
  const aggregation = parseAggregation(reader)
  const from = parseFrom(reader)
  reader.require(')')
  return from ? refuseFrom(reader) : { kind: 'these', aggregation, at }
}

const countWord = /\$count(?![A-Za-z0-9_])/iy

/** `$count`, or `contractType with sum`. */
export function parseAggregation(reader: TextReader): Aggregation {
  reader.skipSpace()
  if (reader.match(countWord) !== undefined) return { expression: '$count' }
  const expression = parseExpression(reader)
  return { expression, method: parseMethod(reader) }
}

function parseMethod(reader: TextReader): string {
  reader.skipSpace()
  if (reader.match(/with[ \t]+/iy) === undefined) reader.fail("'with' and an aggregation method")
  return reader.match(identifier) ?? reader.fail('an aggregation method')
}

/** `from onboardingStatus,domain with average` after an aggregate, as often as it stands (Data Aggregation 4.0, 3.2.1.4); whether it does. */
export function parseFrom(reader: TextReader): boolean {
  let found = false
  for (reader.skipSpace(); reader.match(/from[ \t]+/iy) !== undefined; reader.skipSpace()) {
    do {
      const property = parseExpression(reader)
      if (property.kind !== 'member') reader.fail('a property', property.at)
      reader.skipSpace()
    } while (reader.take(','))
    parseMethod(reader)
    found = true
  }
  return found
}

export function refuseFrom(reader: TextReader): never {
  throw new ODataError('NotImplemented', "The keyword 'from' is not offered: write groupby(…)/aggregate(…).", { target: reader.option })
}

/** `address/city`, `$it/displayName`, `microsoft.graph.Customer/displayName`. */
function parseMember(reader: TextReader, first: string, at: number): CommonExpr {
  const path = [first]
  while (reader.take('/')) {
    if (reader.code === 0x40) return refuse('The value of an annotation', reader)
    const name = reader.match(identifier)
    if (name === undefined) return reader.fail('a name')
    path.push(name)
    if (reader.code === 0x28) return reader.fail('a property, for lambda operators have no collection to work on here')
  }
  return { kind: 'member', path, at }
}

function parseCall(reader: TextReader, name: string, at: number): CommonExpr {
  reader.at++
  if (name.toLowerCase() === 'case') return parseCase(reader, at)
  const items = parseItems(reader, ')')
  return { kind: 'call', name, arguments: items, at }
}

/** `case(a gt 0:1,true:0)` (URL Conventions 4.01, 5.1.1.12). */
function parseCase(reader: TextReader, at: number): CommonExpr {
  const branches: CaseBranch[] = []
  do {
    const condition = parseExpression(reader)
    reader.require(':')
    branches.push({ condition, value: parseExpression(reader) })
    reader.skipSpace()
  } while (reader.take(','))
  reader.require(')')
  return { kind: 'case', branches, at }
}

/** What may stand after `in`: a list in parentheses, an array, an alias, or a collection that the model would have to give. */
function parseInOperand(reader: TextReader): CommonExpr {
  const at = reader.at
  if (!reader.take('(')) return parsePrimary(reader)
  return { kind: 'list', items: parseItems(reader, ')'), at }
}

/** `["a",'b',1]`: JSON strings and expressions (OData ABNF, arrayOrObject; 4.01 takes literals in it, too). */
function parseArray(reader: TextReader): CommonExpr {
  const at = reader.at
  reader.at++
  return { kind: 'list', items: parseItems(reader, ']'), at }
}

function parseItems(reader: TextReader, close: ')' | ']'): readonly CommonExpr[] {
  reader.skipSpace()
  if (reader.take(close)) return []
  const items: CommonExpr[] = []
  do {
    reader.skipSpace()
    items.push(reader.code === 0x22 ? parseJsonString(reader) : parseExpression(reader))
    reader.skipSpace()
  } while (reader.take(','))
  reader.require(close)
  return items
}

function parseJsonString(reader: TextReader): CommonExpr {
  const at = reader.at
  const text = reader.match(/"(?:[^"\\]|\\.)*"/y)
  if (text === undefined) return reader.fail('a string in double quotes')
  try {
    return { kind: 'literal', type: 'Edm.String', text: String(JSON.parse(text)), at }
  } catch {
    return reader.fail('a valid JSON string', at)
  }
}
