import type { EntitySet } from '../edm/entity-type.ts'
import { accessKeyProperties } from '../model/access-key.ts'
import { json, type PathItem, referTo, type Schema } from './document.ts'
import { refusals, withHeaders } from './responses.ts'
import { propertiesOf } from './schemas.ts'
import { writing } from './security.ts'

const tags = ['Access keys']

/** The addresses of access keys: whoever may write the entity set makes and revokes them. */
export function accessKeyPaths(set: EntitySet): Readonly<Record<string, PathItem>> {
  const always = refusals(400, 401, 403, 406, 429, 503)
  const security = writing(set)
  const id = {
    name: 'id',
    in: 'path' as const,
    required: true,
    description: 'The id of the key, which is not the key.',
    schema: { type: 'string' as const },
  }
  return {
    '/accessKeys': {
      get: {
        operationId: 'listAccessKeys',
        tags,
        security,
        summary: 'List access keys',
        description: 'All of the managing tenant, without their secrets.',
        responses: {
          200: { description: 'The keys.', headers: withHeaders('request-id'), content: json(referTo('schemas', 'AccessKeyCollection')) },
          ...always,
        },
      },
      post: {
        operationId: 'createAccessKey',
        tags,
        security,
        summary: 'Create an access key',
        description: 'Its secret is in this answer and never again: the service keeps a hash of it.',
        requestBody: { required: true, content: json(referTo('schemas', 'AccessKeyCreate')) },
        responses: {
          201: {
            description: 'Created.',
            headers: withHeaders('Location', 'request-id'),
            content: json(referTo('schemas', 'AccessKeyCreated')),
          },
          ...always,
          ...refusals(413, 415),
        },
      },
    },
    '/accessKeys/{id}': {
      parameters: [id],
      get: {
        operationId: 'getAccessKey',
        tags,
        security,
        summary: 'Get an access key',
        description: 'Without its secret.',
        responses: {
          200: { description: 'The key.', headers: withHeaders('request-id'), content: json(referTo('schemas', 'AccessKey')) },
          ...always,
          ...refusals(404),
        },
      },
      delete: {
        operationId: 'revokeAccessKey',
        tags,
        security,
        summary: 'Revoke an access key',
        description: 'At once on the server that is asked, within five seconds on any other.',
        responses: { 204: { description: 'Revoked.', headers: withHeaders('request-id') }, ...always, ...refusals(404) },
      },
    },
  }
}

const stored = propertiesOf(accessKeyProperties)
const names = (when: (property: (typeof accessKeyProperties)[number]) => boolean) =>
  accessKeyProperties.filter(when).map(({ name }) => name)
const sent = propertiesOf(accessKeyProperties.filter(({ update }) => update === 'immutable'))

export const accessKeySchemas: Readonly<Record<string, Schema>> = {
  AccessKey: {
    type: 'object',
    description: 'A read-only key that stands in for a token.',
    properties: stored,
    required: names(() => true),
  },
  AccessKeyCreate: {
    type: 'object',
    properties: sent,
    required: names(({ create }) => create === 'required'),
    additionalProperties: false,
  },
  AccessKeyCreated: {
    type: 'object',
    description: 'A new key, and its secret, which is told once.',
    properties: { ...stored, secretText: { type: 'string', description: 'The key itself. It is not kept: store it now.' } },
    required: [...names(() => true), 'secretText'],
  },
  AccessKeyCollection: {
    type: 'object',
    properties: { value: { type: 'array', items: referTo('schemas', 'AccessKey') } },
    required: ['value'],
  },
}
