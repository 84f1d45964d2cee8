import type { Capabilities } from '../odata/capabilities.ts'
import { type Content, json, type Operation, type PathItem, type Schema } from './document.ts'
import { refusals, withHeaders } from './responses.ts'

const atRoot = { servers: [{ url: '/', description: 'These stand on the bare root.' }] }
const status: Schema = { type: 'object', properties: { status: { type: 'string' } }, required: ['status'] }

/** Addresses that are about the service rather than its data. */
export function servicePaths(offered: Capabilities): Readonly<Record<string, PathItem>> {
  return {
    ...(offered.batch ? { '/$batch': { post: batch(offered) } } : {}),
    '/': { get: open('getServiceDocument', 'List the entity sets', json({ type: 'object' }), 406) },
    '/$metadata': {
      get: open(
        'getMetadata',
        'Describe the model as OData does (CSDL)',
        Object.fromEntries(
          offered.metadataFormats.map((format) => [format, { schema: { type: format.endsWith('json') ? 'object' : 'string' } }]),
        ),
        406,
      ),
    },
    '/openapi.json': { ...atRoot, get: open('getOpenApi', 'Describe the service as OpenAPI does', json({ type: 'object' })) },
    '/docs': { ...atRoot, get: open('getReference', 'Read this reference', { 'text/html': { schema: { type: 'string' } } }) },
    '/healthz': { ...atRoot, get: open('getHealth', 'Ask whether the process lives', json(status)) },
    '/readyz': { ...atRoot, get: readiness },
    '/metrics': { ...atRoot, get: open('getMetrics', 'Read metrics, for Prometheus', { 'text/plain': { schema: { type: 'string' } } }) },
  }
}

/** The one refusal that any request can meet, before its address is looked at. */
const headersTooLarge = 431

function open(operationId: string, summary: string, content: Content, ...statuses: readonly number[]): Operation {
  return {
    operationId,
    tags: ['Service'],
    summary,
    security: [],
    responses: { 200: { description: 'It is so.', content }, ...refusals(...statuses, headersTooLarge) },
  }
}

const readiness: Operation = {
  ...open('getReadiness', 'Ask whether the service can do its work', json(status)),
  responses: {
    200: { description: 'It can.', content: json(status) },
    ...refusals(headersTooLarge),
    503: { description: 'The store does not answer.', content: json(status) },
  },
}

function batch({ batchFormats }: Capabilities): Operation {
  const bodies: Content = Object.fromEntries(
    batchFormats.map((format) => [format, { schema: format === 'application/json' ? batchRequest : { type: 'string' as const } }]),
  )
  return {
    operationId: 'sendBatch',
    tags: ['Service'],
    summary: 'Send several requests as one',
    description: 'Each is answered as if it had come alone. `dependsOn` orders them; an `atomicityGroup` happens whole or not at all.',
    requestBody: { required: true, content: bodies },
    responses: {
      200: {
        description: 'One answer for each.',
        headers: withHeaders('request-id'),
        content: Object.fromEntries(
          batchFormats.map((format) => [format, { schema: format === 'application/json' ? batchResponse : { type: 'string' as const } }]),
        ),
      },
      ...refusals(400, 401, 406, 413, 415, 429, 503),
    },
  }
}

const headers: Schema = { type: 'object', additionalProperties: { type: 'string' } }

const batchRequest: Schema = {
  type: 'object',
  properties: {
    requests: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string', description: 'Names the answer.', examples: ['1'] },
          method: { type: 'string', examples: ['GET'] },
          url: { type: 'string', description: 'Below the service root.', examples: ['/Customers?$top=5'] },
          headers,
          body: {},
          dependsOn: { type: 'array', items: { type: 'string' }, description: 'Requests that must have succeeded first.' },
          atomicityGroup: { type: 'string' },
        },
        required: ['id', 'method', 'url'],
      },
    },
  },
  required: ['requests'],
}

const batchResponse: Schema = {
  type: 'object',
  properties: {
    responses: {
      type: 'array',
      items: {
        type: 'object',
        properties: { id: { type: 'string' }, status: { type: 'integer' }, headers, body: {} },
        required: ['id', 'status'],
      },
    },
  },
  required: ['responses'],
}
