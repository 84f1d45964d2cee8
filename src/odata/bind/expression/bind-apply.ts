import type { EntityType } from '../../../edm/entity-type.ts'
import { ODataError } from '../../error.ts'
import type { AggregateExpr, ApplyExpr, GroupingItem } from '../../uri/expression/parse-apply.ts'
import type { ComputeItem } from '../../uri/expression/parse-compute.ts'
import { bindAggregation } from './bind-aggregation.ts'
import { bindExpression, refuse, requireType, type Scope } from './bind-expression.ts'
import { bindSearchExpression } from './bind-search.ts'
import { type BoundExpression, type ComputedProperty, comparisonOf, operandsOf } from './bound-expression.ts'
import { extend, type Shape, type ShapeProperty, transient } from './shape.ts'
import type { Aggregate, Transformation } from './transformation.ts'
import { commonType, isInteger, isNumeric } from './types.ts'

/** A sequence of transformations, and what its instances look like in the end. */
export interface Transformed {
  readonly transformations: readonly Transformation[]
  readonly shape: Shape
  /** How many times it may repeat each row. */
  readonly copies: number
}

/** Types a sequence, each transformation on what the one before has made. `group` is what a `groupby` around it keeps in every instance. */
export function bindApply(sequence: readonly ApplyExpr[], scope: Scope, group: readonly ShapeProperty[] = []): Transformed {
  const transformations: Transformation[] = []
  let { shape } = scope
  let copies = 1
  for (const expression of sequence) {
    const bound = bindTransformation(expression, { ...scope, shape }, group)
    transformations.push(...bound.transformations)
    shape = bound.shape
    copies = limited(copies * bound.copies, scope)
  }
  return { transformations, shape, copies }
}

function limited(copies: number, { limits, option }: Scope): number {
  if (copies > limits.copies)
    throw new ODataError('Request_UnsupportedQuery', `'concat' and 'rollup' repeat the rows more than ${limits.copies} times.`, {
      target: option,
    })
  return copies
}

function bindTransformation(expression: ApplyExpr, scope: Scope, group: readonly ShapeProperty[]): Transformed {
  const { shape, limits, budget, option } = scope
  if (++budget.transformations > limits.transformations)
    throw new ODataError('Request_UnsupportedQuery', `The query has more than ${limits.transformations} transformations.`, {
      target: option,
    })
  const one = (transformation: Transformation, made = shape): Transformed => ({ transformations: [transformation], shape: made, copies: 1 })
  switch (expression.kind) {
    case 'identity':
      return { transformations: [], shape, copies: 1 }
    case 'filter': {
      const condition = bindExpression(expression.expression, scope)
      requireType(condition, 'Edm.Boolean', 'The filter is a Boolean', expression.at, scope)
      return one({ kind: 'filter', condition })
    }
    case 'search':
      return one({ kind: 'filter', condition: bindSearchExpression(expression.search, scope) })
    case 'compute': {
      const properties = bindCompute(expression.items, scope)
      return one({ kind: 'compute', properties }, extend(shape, properties.map(computedShape)))
    }
    case 'orderby':
      return one({
        kind: 'orderby',
        keys: expression.items.map(({ expression: key, descending }) => ({ expression: bindExpression(key, scope), descending })),
      })
    case 'skip':
    case 'top':
      return one({ kind: expression.kind, count: expression.count })
    case 'aggregate': {
      const aggregates = bindAggregates(expression.items, scope)
      const made = aggregates.map(
        ({ name, type, of }): ShapeProperty => ({ name, type, comparison: of ? comparisonOf(of.expression) : 'folded', dynamic: true }),
      )
      return one({ kind: 'aggregate', aggregates }, transient([...group, ...made]))
    }
    case 'groupby':
      return bindGroupby(expression, scope, group)
    case 'concat':
      return bindConcat(expression.sequences, expression.at, scope, group)
    default:
      return one(bindTopBottom(expression, scope))
  }
}

/** `contractType add 1 as next`: names that nothing else has (Data Aggregation 4.0, 3.1.1). */
export function bindCompute(items: readonly ComputeItem[], scope: Scope): readonly ComputedProperty[] {
  const taken = new Set<string>()
  return items.map(({ expression, name, at }) => {
    const bound = bindExpression(expression, scope)
    requireNewName(name, at, taken, scope)
    return { name, expression: bound }
  })
}

export function computedShape({ name, expression }: ComputedProperty): ShapeProperty {
  return { name, type: expression.type, comparison: comparisonOf(expression), dynamic: true }
}

function requireNewName(name: string, at: number, taken: Set<string>, scope: Scope): void {
  const declared = scope.type.properties.some((property) => property.name === name)
  if (declared || taken.has(name) || scope.shape.properties.some((property) => property.name === name))
    refuse(`The name '${name}' is taken.`, at, scope)
  taken.add(name)
}

function bindAggregates(items: readonly AggregateExpr[], scope: Scope): readonly Aggregate[] {
  const taken = new Set<string>()
  return items.map((item) => {
    requireNewName(item.name, item.at, taken, scope)
    return { name: item.name, ...bindAggregation(item, item.at, scope) }
  })
}

function bindTopBottom(expression: Extract<ApplyExpr, { amount: unknown }>, scope: Scope): Transformation {
  const [, side, measure] = /^(top|bottom)(count|sum|percent)$/.exec(expression.kind) ?? []
  const amount = bindExpression(expression.amount, scope)
  const { at } = expression.amount
  if (dependsOnInstance(amount)) refuse(`The first parameter of '${expression.kind}' must not name a property.`, at, scope)
  if (!isNumeric(amount.type)) refuse(`The first parameter of '${expression.kind}' is a number, not ${amount.type}.`, at, scope)
  const given = amount.kind === 'constant' ? Number(amount.value) : 1
  if (measure === 'count' && !((isInteger(amount.type) || amount.kind !== 'constant') && given > 0))
    refuse(`'${expression.kind}' takes a positive integer.`, at, scope)
  if (measure === 'percent' && !(given > 0 && given <= 100))
    refuse(`'${expression.kind}' takes a number above 0, and 100 at the most.`, at, scope)
  const value = bindExpression(expression.expression, scope)
  if (measure !== 'count' && !isNumeric(value.type))
    refuse(`'${expression.kind}' adds numbers, not ${value.type}.`, expression.expression.at, scope)
  return {
    kind: 'topBottom',
    measure: measure as 'count' | 'sum' | 'percent',
    amount,
    expression: value,
    descending: side === 'top',
  }
}

/** A value of `$these` is the collection's, and no instance's. */
function dependsOnInstance(expression: BoundExpression): boolean {
  return expression.kind !== 'these' && (expression.kind === 'property' || operandsOf(expression).some(dependsOnInstance))
}

function bindGroupby(expression: Extract<ApplyExpr, { kind: 'groupby' }>, scope: Scope, group: readonly ShapeProperty[]): Transformed {
  // Counted before they are made: a few long ones come to millions.
  limited(
    expression.grouping.reduce((product, item) => product * (item.kind === 'rollup' ? item.items.length : 1), 1),
    scope,
  )
  const choices = expression.grouping.reduce<readonly (readonly ShapeProperty[])[]>(
    (sofar, item) => sofar.flatMap((properties) => levelsOf(item, scope).map((level) => [...properties, ...level])),
    [[]],
  )
  const groupings = choices.map((properties) => bindGrouping(properties, expression.apply, scope, group))
  const [first] = groupings
  return groupings.length === 1 && first ? first : merge(groupings, expression.at, scope)
}

/** What `rollup(a,b,c)` stands for: `a,b,c`, then `a,b`, then `a` (Data Aggregation 4.0, 3.2.3.2). */
function levelsOf(item: GroupingItem, scope: Scope): readonly (readonly ShapeProperty[])[] {
  if (item.kind === 'property') return [[groupingProperty(item.path, item.at, scope)]]
  const properties = item.items.map(({ path, at }) => groupingProperty(path, at, scope))
  return properties.map((_, i) => properties.slice(0, properties.length - i))
}

function groupingProperty(path: readonly string[], at: number, scope: Scope): ShapeProperty {
  const bound = bindExpression({ kind: 'member', path, at }, scope)
  if (bound.kind !== 'property') return refuse(`'${path.join('/').slice(0, 80)}' was aggregated away.`, at, scope)
  return scope.shape.properties.find(({ name }) => name === bound.name) ?? refuse(`'${bound.name}' is no property here.`, at, scope)
}

function bindGrouping(
  properties: readonly ShapeProperty[],
  apply: readonly ApplyExpr[] | undefined,
  scope: Scope,
  group: readonly ShapeProperty[],
): Transformed {
  const names = [...new Set(properties.map(({ name }) => name))]
  const kept = [...group.filter(({ name }) => !names.includes(name)), ...new Set(properties)]
  if (!apply) return { transformations: [{ kind: 'groupby', properties: names }], shape: transient(kept), copies: 1 }
  const { transformations, shape, copies } = bindApply(apply, { ...scope, collection: 'group' }, kept)
  return { transformations: [{ kind: 'groupby', properties: names, transformations }], shape, copies }
}

function bindConcat(sequences: readonly (readonly ApplyExpr[])[], at: number, scope: Scope, group: readonly ShapeProperty[]): Transformed {
  return merge(
    sequences.map((sequence) => bindApply(sequence, scope, group)),
    at,
    scope,
  )
}

/** Several sequences on the same input, one after the other. A name that is in several must have one type. */
function merge(parts: readonly Transformed[], at: number, scope: Scope): Transformed {
  const properties = new Map<string, ShapeProperty>()
  for (const property of parts.flatMap(({ shape }) => shape.properties)) {
    const known = properties.get(property.name)
    const type = known ? commonType(known.type, property.type) : property.type
    if (!type || (known && known.comparison !== property.comparison))
      refuse(`'${property.name}' is of different types in the sequences of 'concat'.`, at, scope)
    else properties.set(property.name, { ...property, type })
  }
  return {
    transformations: [{ kind: 'concat', sequences: parts.map(({ transformations }) => transformations) }],
    shape: {
      properties: [...properties.values()],
      entity: parts.every(({ shape }) => shape.entity),
      variants: parts.flatMap(({ shape }) => shape.variants),
    },
    copies: limited(
      parts.reduce((sum, { copies }) => sum + copies, 0),
      scope,
    ),
  }
}

/** The names that all instances have: what the context URL may name. */
export function commonNames({ properties, variants }: Shape): readonly string[] {
  return properties.map(({ name }) => name).filter((name) => variants.every((variant) => variant.includes(name)))
}

/** Whether the shape is the entity type's own. */
export function isWhole(shape: Shape, type: EntityType): boolean {
  return shape.entity && shape.properties.length === type.properties.length
}
