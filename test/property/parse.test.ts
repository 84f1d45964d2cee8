import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BinaryOperator, CommonExpr, LiteralType } from '../../src/odata/uri/expression/expression.ts'
import { parseExpression } from '../../src/odata/uri/expression/parse-expression.ts'
import { parseSearch, type SearchExpr } from '../../src/odata/uri/expression/parse-search.ts'
import { printExpression } from '../../src/odata/uri/expression/print-expression.ts'
import { TextReader } from '../../src/odata/uri/expression/reader.ts'
import { fc } from '../support/property.ts'

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const at = fc.constant(0)
const record = fc.record

const literal: fc.Arbitrary<readonly [LiteralType, string]> = fc.oneof(
  fc.string({ unit: 'binary' }).map((text): readonly [LiteralType, string] => ['Edm.String', text]),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }).map((value): readonly [LiteralType, string] => ['Edm.Int64', String(value)]),
  pick<readonly [LiteralType, string]>(
    ['null', 'null'],
    ['Edm.Boolean', 'true'],
    ['Edm.Boolean', 'false'],
    ['Edm.Double', 'INF'],
    ['Edm.Double', '-INF'],
    ['Edm.Double', 'NaN'],
    ['Edm.Decimal', '0.5'],
    ['Edm.Decimal', '-12.50'],
    ['Edm.Double', '1e5'],
    ['Edm.Double', '-1.5E-7'],
    ['Edm.Date', '2026-01-02'],
    ['Edm.TimeOfDay', '11:22:33.5'],
    ['Edm.DateTimeOffset', '2026-01-02T03:04:05.678Z'],
    ['Edm.DateTimeOffset', '2026-01-02T03:04:05+01:00'],
    ['Edm.Duration', 'P1DT2H3M4.5S'],
    ['Edm.Guid', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['Edm.Binary', 'AQID'],
  ),
)
const name = pick('displayName', 'x', '_y1', 'eq', 'größe', 'name_of', 'sum', 'datetime')

const { tree } = fc.letrec<{ tree: CommonExpr; list: CommonExpr }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    literal.map(([type, text]): CommonExpr => ({ kind: 'literal', type, text, at: 0 })),
    record({
      kind: fc.constant('member' as const),
      path: fc.oneof(
        name.map((only) => [only]),
        name.map((last) => ['$it', last]),
      ),
      at,
    }),
    record({ kind: fc.constant('alias' as const), name: pick('@p', '@longer_1'), at }),
    record({
      kind: fc.constant('call' as const),
      name: pick('concat', 'length', 'now', 'f.g'),
      arguments: fc.array(tie('tree'), { maxLength: 3 }),
      at,
    }),
    record({ kind: fc.constant('unary' as const), operator: pick('not' as const, 'negate' as const), operand: tie('tree'), at }),
    record({
      kind: fc.constant('binary' as const),
      operator: pick<BinaryOperator>('or', 'and', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'add', 'sub', 'mul', 'div', 'divby', 'mod', 'has'),
      left: tie('tree'),
      right: tie('tree'),
      at,
    }),
    record({ kind: fc.constant('binary' as const), operator: fc.constant('in' as const), left: tie('tree'), right: tie('list'), at }),
    record({
      kind: fc.constant('case' as const),
      branches: fc.array(record({ condition: tie('tree'), value: tie('tree') }), { minLength: 1, maxLength: 3 }),
      at,
    }),
    record({
      kind: fc.constant('these' as const),
      aggregation: fc.oneof(
        record({ expression: tie('tree'), method: pick('sum', 'average') }),
        fc.constant({ expression: '$count' as const }),
      ),
      at,
    }),
    tie('list'),
  ),
  list: record({ kind: fc.constant('list' as const), items: fc.array(tie('tree'), { maxLength: 3 }), at }),
})) as { tree: fc.Arbitrary<CommonExpr> }

/** The tree without the places in the text. */
const withoutPlaces = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (key, member) => (key === 'at' ? undefined : member)))

const parse = (text: string) => {
  const reader = new TextReader(text, '$filter', 1_000)
  const expression = parseExpression(reader)
  reader.requireEnd()
  return expression
}

test('what is printed of a tree is parsed to the same tree', () =>
  fc.assert(
    fc.property(tree, (expression) => {
      assert.deepEqual(withoutPlaces(parse(printExpression(expression))), withoutPlaces(expression))
    }),
    { numRuns: 5_000 },
  ))

test('spaces and letters’ case of operators change nothing', () =>
  fc.assert(
    fc.property(tree, pick(' ', '  ', '\t'), (expression, space) => {
      const text = printExpression(expression)
      // Within strings nothing may be touched.
      fc.pre(!text.includes("'"))
      const spaced = text.replaceAll(',', `${space},${space}`).replaceAll(/ (and|or|eq|add|in) /g, (operator) => operator.toUpperCase())
      assert.deepEqual(withoutPlaces(parse(spaced)), withoutPlaces(parse(text)))
    }),
    { numRuns: 1_000 },
  ))

const { search } = fc.letrec<{ search: SearchExpr }>((tie) => ({
  search: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    pick('a', 'word', 'two words', 'é', 'AND', 'NOT', 'a"b', 'x\\y', "O'Neil", '(').map((text): SearchExpr => ({ kind: 'term', text })),
    record({ kind: fc.constant('not' as const), operand: tie('search') }),
    record({ kind: pick('and' as const, 'or' as const), left: tie('search'), right: tie('search') }),
  ),
})) as { search: fc.Arbitrary<SearchExpr> }

function printSearch(expression: SearchExpr): string {
  switch (expression.kind) {
    case 'term':
      return `"${expression.text.replaceAll(/["\\]/g, '\\$&')}"`
    case 'not':
      return `NOT (${printSearch(expression.operand)})`
    default:
      return `(${printSearch(expression.left)} ${expression.kind.toUpperCase()} ${printSearch(expression.right)})`
  }
}

test('the same holds for searches', () =>
  fc.assert(
    fc.property(search, (expression) => {
      assert.deepEqual(withoutPlaces(parseSearch(new TextReader(printSearch(expression), '$search', 1_000))), withoutPlaces(expression))
    }),
    { numRuns: 3_000 },
  ))
