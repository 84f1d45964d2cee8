import { type EntitySet, type Property, propertyOf } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'
import { type DeltaTokenName, parseDeltaToken } from '../tokens/delta-token.ts'
import { bindSelect } from './bind-options.ts'
import type { DeltaOptions } from './bound-request.ts'
import { bindFilter, queryScope } from './expression/bind-query.ts'
import type { BoundExpression } from './expression/bound-expression.ts'
import type { QueryLimits } from './expression/limits.ts'
import { refuseOptions } from './refuse-options.ts'

type Options = ReadonlyMap<string, string>

/** Keys that one delta query follows, and their characters together, at the most: its links hold them. */
const [mostIds, mostCharacters] = [50, 2_000]

/** The options of the function `delta`. They are given once: its links hold them (Graph: delta query overview). */
export function bindDeltaOptions(entitySet: EntitySet, options: Options, limits: QueryLimits): DeltaOptions {
  refuseOptions(options, ['select', 'filter', 'top', 'deltatoken', 'skiptoken'])
  const size = bindPageSize(options)
  const [skipToken, deltaToken] = [options.get('skiptoken'), options.get('deltatoken')]
  const format = options.get('format')
  const asked = { ...(size === undefined ? {} : { size }), ...(format === undefined ? {} : { format }) }
  if (skipToken !== undefined) {
    if (deltaToken !== undefined) throw refuse('$skiptoken and $deltatoken do not go together.', '$deltatoken')
    return { ...bindToken(skipToken, 'skiptoken', entitySet, options), ...asked }
  }
  // An empty token starts again, as in the links with which Graph answers 410.
  if (deltaToken !== undefined && deltaToken !== '' && deltaToken.toLowerCase() !== 'latest')
    return { ...bindToken(deltaToken, 'deltatoken', entitySet, options), ...asked }
  const filter = options.get('filter')
  const select = withKey(bindSelect(options, entitySet.type.properties), entitySet)
  return {
    from: { kind: deltaToken ? 'latest' : 'start' },
    ...(select ? { select } : {}),
    ...(filter === undefined ? {} : { ids: bindIds(bindFilter(filter, queryScope(entitySet, options, limits)), entitySet) }),
    ...asked,
  }
}

function bindToken(text: string, name: DeltaTokenName, entitySet: EntitySet, options: Options): DeltaOptions {
  for (const repeated of ['select', 'filter'])
    if (options.has(repeated))
      throw refuse(
        `The link holds the $${repeated} that it began with: follow it as it was given, or start again without it.`,
        `$${repeated}`,
      )
  const { position, holder, select, ids, size } = parseDeltaToken(text, name, entitySet.name)
  const selected = select?.flatMap((property) => propertyOf(entitySet.type, property) ?? [])
  return {
    from: position,
    holder,
    ...(selected ? { select: selected } : {}),
    ...(ids ? { ids } : {}),
    ...(size === undefined ? {} : { size }),
  }
}

/** Every entity of a delta answer can be told by its key, whatever is selected. */
function withKey(select: readonly Property[] | undefined, { type }: EntitySet): readonly Property[] | undefined {
  return select && type.properties.filter((property) => property.name === type.key || select.includes(property))
}

/** `$top` is the size of a page, as in Graph's delta queries; a limit in all would have no meaning. */
function bindPageSize(options: Options): number | undefined {
  const text = options.get('top')
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) throw refuse('$top of a delta query is the size of a page: a number of 1 or more.', '$top')
  return Number(text)
}

/** The keys that a filter names: the one kind of filter whose members no change can alter, so that nothing ever leaves it but by deletion. */
function bindIds(filter: BoundExpression, entitySet: EntitySet): readonly string[] {
  const ids = idsOf(filter, entitySet.type.key)
  if (!ids) {
    const { key } = entitySet.type
    throw refuse(`A delta query takes a $filter by key alone: ${key} eq 'a' or ${key} eq 'b', or ${key} in ('a','b').`, '$filter')
  }
  const distinct = [...new Set(ids)]
  if (distinct.length > mostIds || distinct.join('').length > mostCharacters)
    throw refuse(
      `A delta query follows at most ${mostIds} keys by $filter, of ${mostCharacters} characters together. Without a $filter it follows all.`,
      '$filter',
    )
  return distinct
}

function idsOf(expression: BoundExpression, key: string): readonly string[] | undefined {
  const isKey = (operand: BoundExpression) => operand.kind === 'property' && operand.name === key
  const texts = (operands: readonly BoundExpression[]) =>
    operands.every(({ kind, type }) => kind === 'constant' && type === 'Edm.String')
      ? operands.flatMap((operand) => (operand.kind === 'constant' ? [String(operand.value)] : []))
      : undefined
  if (expression.kind === 'in') return isKey(expression.left) ? texts(expression.items) : undefined
  if (expression.kind !== 'operation') return undefined
  const { operator, left, right } = expression
  if (operator === 'eq') return isKey(left) ? texts([right]) : isKey(right) ? texts([left]) : undefined
  if (operator !== 'or') return undefined
  const [first, second] = [idsOf(left, key), idsOf(right, key)]
  return first && second && [...first, ...second]
}

function refuse(message: string, target: string): ODataError {
  return new ODataError('Request_UnsupportedQuery', message, { target })
}
