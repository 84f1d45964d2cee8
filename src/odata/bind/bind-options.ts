import type { EntitySet, Property } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'
import { nearestName } from '../nearest-name.ts'
import { bindingOf, parseSkipToken } from '../tokens/skip-token.ts'
import type { AppliedOptions, CollectionOptions, Projection } from './bound-request.ts'
import { commonNames, computedShape, isWhole } from './expression/bind-apply.ts'
import {
  after,
  bindApplyOption,
  bindComputeOption,
  bindFilter,
  bindOrderby,
  bindSearch,
  type QueryScope,
  queryScope,
  withComputed,
} from './expression/bind-query.ts'
import type { BoundExpression, BoundOrderby, ComputedProperty } from './expression/bound-expression.ts'
import type { QueryLimits } from './expression/limits.ts'
import { extend } from './expression/shape.ts'
import type { Transformation } from './expression/transformation.ts'

type Options = ReadonlyMap<string, string>

/** The rows that are counted by `/$count`. */
export function bindCountedRows(
  entitySet: EntitySet,
  options: Options,
  limits: QueryLimits,
): { readonly filter?: BoundExpression; readonly apply?: readonly Transformation[] } {
  const scope = queryScope(entitySet, options, limits)
  if (isApplied(options)) return { apply: bindApplied(options, scope).transformations }
  return bindRows(options, scope)
}

/** Reads the options in the order in which they are carried out (Protocol 4.01, 11.2.1): what one makes, the next may name. */
export function bindCollectionOptions(
  { entitySet, deleted }: { readonly entitySet: EntitySet; readonly deleted?: true },
  options: Options,
  limits: QueryLimits,
): CollectionOptions {
  const binding = bindingOf(deleted ? `deleted ${entitySet.name}` : entitySet.name, options)
  const scope = queryScope(entitySet, options, limits)
  const top = bindCount(options, 'top')
  const skipToken = options.get('skiptoken')
  return {
    ...(isApplied(options)
      ? { orderby: [], computed: [], apply: bindApplied(options, scope) }
      : { ...bindRows(options, scope), ...bindProjection(options, scope) }),
    ...(top === undefined ? {} : { top }),
    skip: bindCount(options, 'skip') ?? 0,
    count: bindBoolean(options, 'count') ?? false,
    ...(skipToken === undefined ? {} : { skipToken: parseSkipToken(skipToken, binding) }),
    binding,
    carried: new Map([...options].filter(([name]) => name !== 'skip' && name !== 'skiptoken')),
  }
}

/** `$select` and `$compute` of one entity. */
export function bindEntityOptions(entitySet: EntitySet, options: Options, limits: QueryLimits): Projection {
  return bindProjection(options, queryScope(entitySet, options, limits))
}

/** Whether the set is transformed as a whole: by `$apply`, or because an option looks at all of it (`$these`). */
function isApplied(options: Options): boolean {
  return options.has('apply') || ['compute', 'filter', 'orderby'].some((name) => options.get(name)?.includes('$these/'))
}

function bindRows(options: Options, scope: QueryScope): { readonly filter?: BoundExpression; readonly orderby: readonly BoundOrderby[] } {
  const within = withComputed(scope, computedOf(options, scope))
  const [search, filter, orderby] = [options.get('search'), options.get('filter'), options.get('orderby')]
  const conditions = [
    ...(filter === undefined ? [] : [bindFilter(filter, within)]),
    ...(search === undefined ? [] : [bindSearch(search, within)]),
  ]
  const [first, second] = conditions
  const both: BoundExpression | undefined =
    first && second ? { kind: 'operation', type: 'Edm.Boolean', operator: 'and', left: first, right: second } : first
  return { ...(both ? { filter: both } : {}), orderby: orderby === undefined ? [] : bindOrderby(orderby, within) }
}

function computedOf(options: Options, scope: QueryScope): readonly ComputedProperty[] {
  const compute = options.get('compute')
  return compute === undefined ? [] : bindComputeOption(compute, scope)
}

/** `$apply`, then everything else on what it has made (Data Aggregation 4.0, 3). */
function bindApplied(options: Options, scope: QueryScope): AppliedOptions {
  const inCollection = { ...scope, collection: 'whole' } as const
  const apply = options.get('apply')
  const applied = apply === undefined ? { transformations: [], shape: scope.shape, copies: 1 } : bindApplyOption(apply, inCollection)
  const computed = computedOf(options, after(inCollection, applied.shape))
  const shape = extend(applied.shape, computed.map(computedShape))
  const within = after(inCollection, shape)
  const [search, filter, orderby] = [options.get('search'), options.get('filter'), options.get('orderby')]
  const transformations: Transformation[] = [...applied.transformations]
  if (computed.length > 0) transformations.push({ kind: 'compute', properties: computed })
  if (search !== undefined) transformations.push({ kind: 'filter', condition: bindSearch(search, within) })
  if (filter !== undefined) transformations.push({ kind: 'filter', condition: bindFilter(filter, within) })
  if (orderby !== undefined) transformations.push({ kind: 'orderby', keys: bindOrderby(orderby, within) })
  const selected = bindSelect(options, shape.properties)
  const common = commonNames(shape)
  return {
    transformations,
    columns: selected ?? shape.properties,
    variants: selected
      ? shape.variants.map((names) => names.filter((name) => selected.some((item) => item.name === name)))
      : shape.variants,
    common: selected ? selected.map(({ name }) => name).filter((name) => common.includes(name)) : common,
    entity: shape.entity,
    whole: !selected && isWhole(shape, scope.type),
  }
}

function bindProjection(options: Options, scope: QueryScope): Projection {
  const computed = computedOf(options, scope)
  const selected = bindSelect(options, [...scope.shape.properties, ...computed.map(computedShape)])
  if (!selected) return { computed }
  const names = new Set(selected.map(({ name }) => name))
  return {
    select: scope.type.properties.filter(({ name }) => names.has(name)),
    computed: computed.filter(({ name }) => names.has(name)),
  }
}

/** `$select=id,displayName`; `*` and an absent option mean all properties (URL Conventions 4.01, 5.1.4), those of `$compute` among them. */
export function bindSelect<T extends { readonly name: string }>(options: Options, properties: readonly T[]): readonly T[] | undefined {
  const text = options.get('select')
  if (text === undefined) return undefined
  const selected = new Set<T>()
  let all = false
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '*') {
      all = true
      continue
    }
    const property =
      properties.find(({ name }) => name === item) ?? properties.find(({ name }) => name.toLowerCase() === item.toLowerCase())
    if (!property) throw unknownProperty(item, properties)
    selected.add(property)
  }
  // In the order of the declaration, so that one choice has one form.
  return all ? undefined : properties.filter((property) => selected.has(property))
}

function unknownProperty(item: string, properties: readonly { readonly name: string }[]): ODataError {
  const near = nearestName(
    item,
    properties.map(({ name }) => name),
  )
  return new ODataError(
    'Request_BadRequest',
    `'${item.slice(0, 80)}' in $select is not a property here${near === undefined ? '' : `: did you mean '${near}'?`}.`,
    { target: '$select' },
  )
}

/** `$select` of what a write answers. */
export function bindReturned(entitySet: EntitySet, options: Options): { readonly select?: readonly Property[] } {
  const select = bindSelect(options, entitySet.type.properties)
  return select ? { select } : {}
}

function bindCount(options: Options, name: 'top' | 'skip'): number | undefined {
  const text = options.get(name)
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw new ODataError('Request_BadRequest', `$${name} takes a number of 0 or more.`, { target: `$${name}` })
  return Number(text)
}

function bindBoolean(options: Options, name: 'count'): boolean | undefined {
  const text = options.get(name)?.toLowerCase()
  if (text === undefined) return undefined
  if (text !== 'true' && text !== 'false')
    throw new ODataError('Request_BadRequest', `$${name} takes true or false.`, { target: `$${name}` })
  return text === 'true'
}
