import type { EntitySet, EntityType } from '../edm/entity-type.ts'
import type { Capabilities } from '../odata/capabilities.ts'
import { json, type PathItem, referTo, type Schema } from './document.ts'
import { refusals, withHeaders } from './responses.ts'
import { reading } from './security.ts'

/** Addresses of an entity set beyond its entities: what changed since. */
export function specialPaths(set: EntitySet, offered: Capabilities): Readonly<Record<string, PathItem>> {
  if (!offered.delta) return {}
  const { name, key } = set.type
  return {
    [`/${set.name}/delta`]: {
      get: {
        operationId: `track${set.name}`,
        tags: [set.name],
        security: reading(set),
        summary: `List ${set.name} that changed`,
        description:
          'The first round is all of them, page by page along `@odata.nextLink`; the last page has an `@odata.deltaLink`, which later gives what was created, changed or deleted since.',
        parameters: [
          {
            name: '$deltatoken',
            in: 'query',
            description: '`latest`: nothing now, but a link to what changes from now on. Other values stand in links of the service.',
            schema: { type: 'string' },
            example: 'latest',
          },
          {
            name: '$filter',
            in: 'query',
            description: 'The keys to follow, and nothing else. Without it: all.',
            schema: { type: 'string' },
            example: `${key} in ('a','b')`,
          },
          { name: '$top', in: 'query', description: 'The size of a page.', schema: { type: 'integer', minimum: 1 } },
          referTo('parameters', 'select'),
          referTo('parameters', 'preferPageSize'),
          referTo('parameters', 'clientRequestId'),
        ],
        responses: {
          200: {
            description: 'A page of changes.',
            headers: withHeaders('request-id'),
            content: json(referTo('schemas', `${name}Changes`)),
          },
          ...refusals(400, 401, 403, 406, 410, 429, 503),
        },
      },
    },
  }
}

/** What those addresses and bulk writes speak. */
export function specialSchemas({ name }: EntityType, offered: Capabilities): Readonly<Record<string, Schema>> {
  const removed: Schema = {
    type: 'object',
    description: 'It is gone: `changed` while it can be restored, `deleted` for good.',
    properties: {
      id: { type: 'string' },
      '@removed': { type: 'object', properties: { reason: { type: 'string', enum: ['changed', 'deleted'] } }, required: ['reason'] },
    },
    required: ['@removed'],
  }
  const items: Schema = { type: 'array', items: { anyOf: [referTo('schemas', name), referTo('schemas', `${name}Removed`)] } }
  return {
    ...(offered.delta || offered.deltaUpdate ? { [`${name}Removed`]: removed } : {}),
    ...(offered.delta
      ? {
          [`${name}Changes`]: {
            type: 'object',
            properties: {
              '@odata.context': { type: 'string', format: 'uri' },
              '@odata.nextLink': { type: 'string', format: 'uri', description: 'More of this round: go on at once.' },
              '@odata.deltaLink': { type: 'string', format: 'uri', description: 'The end of this round: ask again here later.' },
              value: items,
            },
            required: ['value'],
          },
        }
      : {}),
    ...(offered.deltaUpdate
      ? {
          [`${name}DeltaPayload`]: {
            type: 'object',
            properties: { '@odata.context': { type: 'string' }, value: items },
            required: ['value'],
          },
        }
      : {}),
  }
}
