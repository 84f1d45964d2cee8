import type { Capabilities } from '../odata/capabilities.ts'
import type { Parameter, Schema } from './document.ts'

/** How far the service lets a request go, where a client should know. */
export interface ReferenceLimits {
  readonly pageSize: number
  readonly maxPageSize: number
  readonly maxSkip: number
}

const text: Schema = { type: 'string' }

/** The system query options, each as long as the protocol layer offers it. */
export function queryOptions(offered: Capabilities, limits: ReferenceLimits): Readonly<Record<string, Parameter>> {
  const option = (name: string, description: string, schema: Schema, example?: string | number): Parameter => ({
    name: `$${name}`,
    in: 'query',
    description,
    schema,
    ...(example === undefined ? {} : { example }),
  })
  const all: Readonly<Record<string, Parameter>> = {
    filter: option(
      'filter',
      'An expression that is true for what is wanted: comparisons, `in`, `and`, `or`, `not`, arithmetic and every canonical function of OData. Text compares without regard to case.',
      text,
      "startswith(displayName,'ada') and onboardingStatus ne 2",
    ),
    search: option(
      'search',
      'Words or parts of words, phrases in double quotes, `AND`, `OR`, `NOT`, parentheses.',
      text,
      'adatum OR contoso',
    ),
    orderby: option('orderby', 'Expressions by which to order, each with `asc` or `desc`.', text, 'displayName,id desc'),
    select: option('select', 'The properties that are written, separated by commas.', text, 'id,displayName'),
    top: option(
      'top',
      'How many at the most.',
      { type: 'integer', minimum: 0, maximum: limits.maxPageSize, description: `${limits.pageSize} a page when nobody asks.` },
      25,
    ),
    skip: option(
      'skip',
      'How many to pass over. `@odata.nextLink` is faster.',
      { type: 'integer', minimum: 0, maximum: limits.maxSkip },
      50,
    ),
    count: option('count', 'Whether `@odata.count` tells how many match.', { type: 'boolean' }),
    compute: option('compute', 'Properties that are made of others, each with `as` and a name.', text, 'length(displayName) as characters'),
    apply: option(
      'apply',
      'Set transformations, one after another with `/`: filter, groupby, aggregate, compute, concat, top lists and more.',
      text,
      'groupby((onboardingStatus),aggregate($count as customers))',
    ),
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => offered[name as keyof Capabilities] === true))
}

const header = (name: string, description: string, example?: string): Parameter => ({
  name,
  in: 'header',
  description,
  schema: text,
  ...(example === undefined ? {} : { example }),
})

export const headerParameters = {
  ifMatch: header('If-Match', 'Only if the entity still has this ETag; else 412.', 'W/"7"'),
  ifNoneMatch: header('If-None-Match', 'Only if the entity has not this ETag: 304 for a read, 412 for a write.', 'W/"7"'),
  preferReturn: header('Prefer', '`return=minimal`: no body in the answer (204). `return=representation`: the entity.', 'return=minimal'),
  preferPageSize: header('Prefer', '`odata.maxpagesize=N`: rows of a page at the most.', 'odata.maxpagesize=500'),
  managingTenant: header('Tenantry-Managing-Tenant', 'For operators: the managing tenant to act for. Anyone else may name its own only.'),
  clientRequestId: header('client-request-id', 'An id of your own: the answer repeats it, and the log has it.'),
} as const satisfies Readonly<Record<string, Parameter>>
