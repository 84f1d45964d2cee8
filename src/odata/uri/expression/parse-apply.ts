import { ODataError } from '../../error.ts'
import { nearestName } from '../../nearest-name.ts'
import type { Aggregation, CommonExpr } from './expression.ts'
import { type ComputeItem, parseAlias, parseComputeItems } from './parse-compute.ts'
import { parseAggregation, parseExpression, parseFrom, refuseFrom } from './parse-expression.ts'
import { type OrderbyItem, parseOrderbyItems } from './parse-orderby.ts'
import { parseSearchExpression, type SearchExpr } from './parse-search.ts'
import type { TextReader } from './reader.ts'

/** A set transformation of `$apply` as written (Data Aggregation 4.0, 3). `at` is its offset in the option's decoded text. */
export type ApplyExpr =
  | { readonly kind: 'aggregate'; readonly items: readonly AggregateExpr[]; readonly at: number }
  | { readonly kind: 'groupby'; readonly grouping: readonly GroupingItem[]; readonly apply?: readonly ApplyExpr[]; readonly at: number }
  | { readonly kind: 'filter'; readonly expression: CommonExpr; readonly at: number }
  | { readonly kind: 'search'; readonly search: SearchExpr; readonly at: number }
  | { readonly kind: 'compute'; readonly items: readonly ComputeItem[]; readonly at: number }
  | { readonly kind: 'orderby'; readonly items: readonly OrderbyItem[]; readonly at: number }
  | { readonly kind: 'skip' | 'top'; readonly count: number; readonly at: number }
  | { readonly kind: TopBottom; readonly amount: CommonExpr; readonly expression: CommonExpr; readonly at: number }
  | { readonly kind: 'concat'; readonly sequences: readonly (readonly ApplyExpr[])[]; readonly at: number }
  | { readonly kind: 'identity'; readonly at: number }

export type TopBottom = (typeof topBottom)[number]

/** `$count as Total`, or `expression with method as Total`. */
export interface AggregateExpr extends Aggregation {
  readonly name: string
  readonly at: number
}

/** A property to group by, or `rollup(…)` of several. */
export type GroupingItem =
  | { readonly kind: 'property'; readonly path: readonly string[]; readonly at: number }
  | { readonly kind: 'rollup'; readonly items: readonly Extract<GroupingItem, { kind: 'property' }>[]; readonly at: number }

const topBottom = ['topcount', 'topsum', 'toppercent', 'bottomcount', 'bottomsum', 'bottompercent'] as const

/** Transformations that need navigation properties or hierarchies, of which a flat set has none. */
const foreign: ReadonlySet<string> = new Set(['addnested', 'ancestors', 'descendants', 'expand', 'join', 'nest', 'outerjoin', 'traverse'])

const word = /[A-Za-z_$][A-Za-z0-9_.]*/y

/** `filter(…)/groupby((…),aggregate(…))`, as far as it goes. */
export function parseApply(reader: TextReader): readonly ApplyExpr[] {
  return reader.nest(() => {
    const sequence: ApplyExpr[] = []
    do sequence.push(parseTransformation(reader))
    while (reader.take('/'))
    return sequence
  })
}

function parseTransformation(reader: TextReader): ApplyExpr {
  reader.skipSpace()
  const at = reader.at
  const name = reader.match(word)?.toLowerCase() ?? reader.fail('a set transformation')
  if (name === 'identity') return { kind: 'identity', at }
  if (foreign.has(name)) throw new ODataError('NotImplemented', `The transformation '${name}' is not offered.`, { target: reader.option })
  const known = isTopBottom(name) || Object.hasOwn(parsers, name)
  if (!known) return refuseUnknown(name, reader, at)
  reader.require('(')
  const transformation = isTopBottom(name)
    ? parseTopBottom(reader, name, at)
    : (parsers[name] ?? reader.fail('a set transformation', at))(reader, at)
  reader.require(')')
  return transformation
}

function refuseUnknown(name: string, reader: TextReader, at: number): never {
  const near = nearestName(name, [...Object.keys(parsers), ...topBottom, 'identity'])
  return reader.fail(`a set transformation${near === undefined ? '' : ` (did you mean '${near}'?)`}`, at)
}

const parsers: Readonly<Record<string, (reader: TextReader, at: number) => ApplyExpr>> = {
  aggregate: (reader, at) => ({ kind: 'aggregate', items: parseList(reader, parseAggregate), at }),
  groupby: parseGroupby,
  filter: (reader, at) => ({ kind: 'filter', expression: parseExpression(reader), at }),
  search: (reader, at) => ({ kind: 'search', search: parseSearchExpression(reader), at }),
  compute: (reader, at) => ({ kind: 'compute', items: parseComputeItems(reader), at }),
  orderby: (reader, at) => ({ kind: 'orderby', items: parseOrderbyItems(reader), at }),
  skip: (reader, at) => ({ kind: 'skip', count: parseCount(reader), at }),
  top: (reader, at) => ({ kind: 'top', count: parseCount(reader), at }),
  concat: (reader, at) => {
    const sequences = parseList(reader, parseApply)
    return sequences.length > 1 ? { kind: 'concat', sequences, at } : reader.fail("',' and another sequence")
  },
}

function isTopBottom(name: string): name is TopBottom {
  return (topBottom as readonly string[]).includes(name)
}

function parseTopBottom(reader: TextReader, kind: TopBottom, at: number): ApplyExpr {
  const amount = parseExpression(reader)
  reader.require(',')
  return { kind, amount, expression: parseExpression(reader), at }
}

/** `groupby((a,rollup(b,c)),aggregate(…)/…)` (Data Aggregation 4.0, 3.2.3). */
function parseGroupby(reader: TextReader, at: number): ApplyExpr {
  reader.require('(')
  const grouping = parseList(reader, parseGrouping)
  reader.require(')')
  reader.skipSpace()
  return reader.take(',') ? { kind: 'groupby', grouping, apply: parseApply(reader), at } : { kind: 'groupby', grouping, at }
}

function parseGrouping(reader: TextReader): GroupingItem {
  reader.skipSpace()
  const at = reader.at
  if (reader.match(/rollup[ \t]*\(/iy) === undefined) return parsePath(reader)
  const items = parseList(reader, parsePath)
  reader.require(')')
  if (items.length < 2) throw new ODataError('NotImplemented', 'There is no named hierarchy to roll up.', { target: reader.option })
  return { kind: 'rollup', items, at }
}

function parsePath(reader: TextReader): Extract<GroupingItem, { kind: 'property' }> {
  reader.skipSpace()
  // The value of an annotation groups nothing (Data Aggregation ABNF, groupingProperty).
  if (/^[^,()]*\/@/.test(reader.text.slice(reader.at))) return reader.fail('a property')
  const expression = parseExpression(reader)
  return expression.kind === 'member'
    ? { kind: 'property', path: expression.path, at: expression.at }
    : reader.fail('a property', expression.at)
}

function parseAggregate(reader: TextReader): AggregateExpr {
  reader.skipSpace()
  const at = reader.at
  const aggregation = parseAggregation(reader)
  const from = parseFrom(reader)
  const { name } = parseAlias(reader)
  return from ? refuseFrom(reader) : { ...aggregation, name, at }
}

function parseCount(reader: TextReader): number {
  reader.skipSpace()
  return Number(reader.match(/\d{1,9}(?!\d)/y) ?? reader.fail('a number of 0 or more'))
}

function parseList<T>(reader: TextReader, parse: (reader: TextReader) => T): readonly T[] {
  const items: T[] = []
  do {
    items.push(parse(reader))
    reader.skipSpace()
  } while (reader.take(','))
  return items
}
