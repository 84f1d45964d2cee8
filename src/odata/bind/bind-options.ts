import type { EntitySet, Property } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'
import { nearestName } from '../nearest-name.ts'
import { bindingOf, parseSkipToken } from '../tokens/skip-token.ts'
import { findProperty } from './bind-path.ts'
import type { CollectionOptions } from './bound-request.ts'
import { bindFilter, bindOrderby, bindSearch } from './expression/bind-query.ts'
import type { BoundExpression } from './expression/bound-expression.ts'

type Options = ReadonlyMap<string, string>

/** What `$filter` and `$search` together leave of a collection: both, as one expression. */
export function bindFilterOption(entitySet: EntitySet, options: Options): { readonly filter?: BoundExpression } {
  const [filter, search] = [options.get('filter'), options.get('search')]
  const left = filter === undefined ? undefined : bindFilter(entitySet, filter, options)
  const right = search === undefined ? undefined : bindSearch(entitySet, search)
  if (left && right) return { filter: { kind: 'operation', type: 'Edm.Boolean', operator: 'and', left, right } }
  const only = left ?? right
  return only ? { filter: only } : {}
}

export function bindCollectionOptions(entitySet: EntitySet, options: Options): CollectionOptions {
  const binding = bindingOf(entitySet.name, options)
  const select = bindSelect(entitySet, options)
  const top = bindCount(options, 'top')
  const skipToken = options.get('skiptoken')
  const orderby = options.get('orderby')
  return {
    ...bindFilterOption(entitySet, options),
    orderby: orderby === undefined ? [] : bindOrderby(entitySet, orderby, options),
    ...(select ? { select } : {}),
    ...(top === undefined ? {} : { top }),
    skip: bindCount(options, 'skip') ?? 0,
    count: bindBoolean(options, 'count') ?? false,
    ...(skipToken === undefined ? {} : { skipToken: parseSkipToken(skipToken, binding) }),
    binding,
    carried: new Map([...options].filter(([name]) => name !== 'skip' && name !== 'skiptoken')),
  }
}

/** `$select=id,displayName`; `*` and an absent option mean all properties (URL Conventions 4.01, 5.1.4). */
export function bindSelect(entitySet: EntitySet, options: Options): readonly Property[] | undefined {
  const text = options.get('select')
  if (text === undefined) return undefined
  const selected = new Set<Property>()
  let all = false
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '*') {
      all = true
      continue
    }
    const property = findProperty(entitySet, item)
    if (!property) {
      const near = nearestName(
        item,
        entitySet.type.properties.map((known) => known.name),
      )
      throw new ODataError(
        'Request_BadRequest',
        `'${item.slice(0, 80)}' in $select is not a property of ${entitySet.type.name}${near === undefined ? '' : `: did you mean '${near}'?`}.`,
        {
          target: '$select',
        },
      )
    }
    selected.add(property)
  }
  // In the order of the declaration, so that one choice has one form.
  return all ? undefined : entitySet.type.properties.filter((property) => selected.has(property))
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
