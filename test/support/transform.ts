import type { Transformation } from '../../src/odata/bind/expression/transformation.ts'
import { aggregateReference, compare, evaluate, foldReference, isExact, type Row } from './evaluate.ts'

// What transformations mean, on plain objects in memory, by the clauses of Data Aggregation 4.0, 3. Groups are really taken apart and put together.

type Order = (a: Placed, b: Placed) => number

/** A row, which sequence of the last `concat` it came from, and its place in its group when that was last settled. */
interface Placed {
  readonly row: Row
  readonly sequence: number
  readonly place: number
}

export interface Collection {
  readonly rows: readonly Placed[]
  /** The order that was asked for, the last wish first. */
  readonly order: readonly Order[]
  /** All names, in the order in which they came up. */
  readonly names: readonly string[]
  readonly entity: boolean
  /** From how many sequences the rows come. */
  readonly sequences: number
}

export function collection(rows: readonly Row[], names: readonly string[]): Collection {
  return { rows: rows.map((row) => ({ row, sequence: 0, place: 0 })), order: [], names, entity: true, sequences: 1 }
}

export function transform(
  transformations: readonly Transformation[],
  from: Collection,
  group: Row = {},
  exact = new Set(['id']),
): Collection {
  return transformations.reduce((input, transformation) => step(transformation, input, group, exact), from)
}

/** The rows in the order in which they are told. */
export function inOrder({ rows, order, names, entity }: Collection, exact: ReadonlySet<string> = new Set(['id'])): readonly Placed[] {
  const last: Order = (a, b) => {
    if (entity) return compare(a.row.id ?? null, b.row.id ?? null, true)
    for (const name of names) {
      const [x, y] = [a.row[name] ?? null, b.row[name] ?? null]
      const found = compareValues(x, y, exact.has(name)) || compareValues(x, y, true)
      if (found !== 0) return found
    }
    return 0
  }
  const all = [...order, bySequence, last]
  return rows.toSorted((a, b) => {
    for (const by of all) {
      const found = by(a, b)
      if (found !== 0) return found
    }
    return 0
  })
}

const bySequence: Order = (a, b) => a.sequence - b.sequence
const byPlace: Order = (a, b) => a.place - b.place

/** The rows with the places that they have now. */
function settled(input: Collection, exact: ReadonlySet<string>): readonly Placed[] {
  return inOrder(input, exact).map((placed, place) => ({ ...placed, place }))
}

function compareValues(x: Row[string], y: Row[string], exact: boolean): number {
  return x === null || y === null ? Number(x !== null) - Number(y !== null) : compare(x, y, exact)
}

/** `exact` are the names that compare exactly: a sequence may make more of them. */
function step(transformation: Transformation, input: Collection, group: Row, exact: Set<string>): Collection {
  const these = input.rows.map(({ row }) => row)
  switch (transformation.kind) {
    case 'filter':
      return { ...input, rows: input.rows.filter(({ row }) => evaluate(transformation.condition, row, these) === true) }
    case 'compute': {
      for (const { name, expression } of transformation.properties) if (isExact(expression)) exact.add(name)
      const made = (row: Row) => transformation.properties.map(({ name, expression }) => [name, evaluate(expression, row, these)])
      return {
        ...input,
        rows: input.rows.map((placed) => ({ ...placed, row: { ...placed.row, ...Object.fromEntries(made(placed.row)) } })),
        names: [...input.names, ...transformation.properties.map(({ name }) => name)],
      }
    }
    case 'orderby': {
      const keys = transformation.keys.map(({ expression, descending }): Order => {
        return (a, b) =>
          (descending ? -1 : 1) * compareValues(evaluate(expression, a.row, these), evaluate(expression, b.row, these), isExact(expression))
      })
      return { ...input, order: [...keys, ...input.order] }
    }
    case 'top':
      return { ...input, rows: settled(input, exact).slice(0, transformation.count), order: [byPlace] }
    case 'skip':
      return { ...input, rows: settled(input, exact).slice(transformation.count), order: [byPlace] }
    case 'topBottom':
      return topBottom(transformation, input, these, exact)
    case 'aggregate': {
      for (const { name, of } of transformation.aggregates) if (of && isExact(of.expression)) exact.add(name)
      const made = transformation.aggregates.map((aggregate) => [aggregate.name, aggregateReference(aggregate, these)] as const)
      const row = { ...group, ...Object.fromEntries(made) }
      return { rows: [{ row, sequence: 0, place: 0 }], order: [], names: Object.keys(row), entity: false, sequences: 1 }
    }
    case 'groupby':
      return groupby(transformation, input, group, exact)
    case 'concat': {
      const parts = transformation.sequences.map((sequence) => transform(sequence, input, group, exact))
      let before = 0
      const rows = parts.flatMap((part) => {
        const placed = settled(part, exact).map((row) => ({ ...row, sequence: before + row.sequence }))
        before += part.sequences
        return placed
      })
      return {
        rows,
        order: [bySequence, byPlace],
        names: [...new Set(parts.flatMap(({ names }) => names))],
        entity: parts.every(({ entity }) => entity),
        sequences: before,
      }
    }
  }
}

function topBottom(
  { measure, amount, expression, descending }: Extract<Transformation, { kind: 'topBottom' }>,
  input: Collection,
  these: readonly Row[],
  exact: Set<string>,
): Collection {
  const limit = Number(evaluate(amount, {}, these))
  const value = ({ row }: Placed) => evaluate(expression, row, these)
  const order: Order = (a, b) => (descending ? -1 : 1) * compareValues(value(a), value(b), isExact(expression))
  const whole = these.reduce((sum, row) => sum + Number(evaluate(expression, row, these)), 0)
  const taken: Placed[] = []
  let sum = 0
  for (const placed of settled({ ...input, order: [order, ...input.order] }, exact)) {
    const ratio = whole === 0 ? 0 : (sum * 100) / whole
    if (measure === 'count' && taken.length >= limit) break
    if (measure === 'sum' && (limit >= 0 ? sum >= limit : sum <= limit)) break
    if (measure === 'percent' && ratio >= limit) break
    taken.push(placed)
    sum += Number(value(placed))
  }
  return { ...input, rows: taken, order: [byPlace] }
}

function groupby(
  { properties, transformations }: Extract<Transformation, { kind: 'groupby' }>,
  input: Collection,
  outer: Row,
  exact: Set<string>,
): Collection {
  const names = [...Object.keys(outer), ...properties.filter((name) => !Object.hasOwn(outer, name))]
  const groups = new Map<string, Placed[]>()
  for (const placed of input.rows) {
    const key = names.map((name) => {
      const value = placed.row[name] ?? null
      return typeof value === 'string' && !exact.has(name) ? foldReference(value) : Object.is(value, -0) ? 0 : value
    })
    const known = groups.get(JSON.stringify(key))
    if (known) known.push(placed)
    else groups.set(JSON.stringify(key), [placed])
  }
  const parts = [...groups.values()].map((rows) => {
    // Of the spellings that compare alike, the least by code point stands for all.
    const least = (name: string) => rows.map(({ row }) => row[name] ?? null).toSorted((a, b) => compareValues(a, b, true))[0] ?? null
    const group = Object.fromEntries(names.map((name) => [name, least(name)]))
    return transformations
      ? transform(transformations, { ...input, rows }, group, exact)
      : { rows: [{ row: group, sequence: 0, place: 0 }], order: [], names, entity: false, sequences: 1 }
  })
  const [first] = parts
  return first ? { ...first, rows: parts.flatMap(({ rows }) => rows) } : emptied(transformations, input, names, exact)
}

/** What comes of no groups at all: nothing, but it has a shape. */
function emptied(
  transformations: readonly Transformation[] | undefined,
  input: Collection,
  names: readonly string[],
  exact: Set<string>,
): Collection {
  if (!transformations) return { rows: [], order: [], names, entity: false, sequences: 1 }
  const group = Object.fromEntries(names.map((name) => [name, null]))
  return { ...transform(transformations, { ...input, rows: [] }, group, exact), rows: [] }
}
