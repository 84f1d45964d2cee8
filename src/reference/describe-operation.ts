import type { EntitySet } from '../edm/entity-type.ts'
import type { Capabilities } from '../odata/capabilities.ts'
import { json, type Operation, type Reference, referTo } from './document.ts'
import { refusals, withHeaders } from './responses.ts'
import { exampleOf } from './schemas.ts'
import { reading, writing } from './security.ts'

const headersOfEntity = withHeaders('ETag', 'request-id')

/** What one method does at one kind of address. A method that the binder takes and nobody describes is a fault of ours: a test reads them all. */
export function describeOperation(kind: string, method: string, set: EntitySet, offered: Capabilities): Operation {
  const { type } = set
  const one = type.name
  const common = { tags: [set.name] }
  const readOnly = { ...common, security: reading(set) }
  const changing = { ...common, security: writing(set) }
  const entity = (description: string) => ({ description, headers: headersOfEntity, content: json(referTo('schemas', one)) })
  const always = refusals(400, 401, 403, 406, 429, 503)
  const ofOne = { ...always, ...refusals(404, 412) }
  const options = (...names: readonly (keyof Capabilities)[]): Reference[] =>
    names.filter((name) => offered[name] === true).map((name) => referTo('parameters', name))
  const asParameters = (...names: readonly string[]): Reference[] => names.map((name) => referTo('parameters', name))
  const operator = asParameters('managingTenant', 'clientRequestId')
  const noContent = { description: 'Done; no body.', headers: withHeaders('ETag', 'OData-EntityId', 'Preference-Applied', 'request-id') }
  const created = {
    ...entity(`Created: the whole ${one}.`),
    headers: { ...headersOfEntity, ...withHeaders('Location', 'Preference-Applied') },
  }
  const plain = { 'text/plain': { schema: { type: 'string' as const } } }
  switch (`${kind} ${method}`) {
    case 'collection GET':
      return {
        ...readOnly,
        operationId: `list${set.name}`,
        summary: `List ${set.name}`,
        description: `Deleted ones are left out, unless \`$filter\` names \`${type.softDelete.flag}\` or \`${type.softDelete.at}\`. With \`$apply\` the items are what its transformations make.`,
        parameters: [
          ...options('filter', 'search', 'orderby', 'select', 'top', 'skip', 'count', 'compute', 'apply'),
          ...asParameters('preferPageSize'),
          ...operator,
        ],
        responses: {
          200: {
            description: 'A page.',
            headers: withHeaders('Preference-Applied', 'request-id'),
            content: json(referTo('schemas', `${one}Collection`)),
          },
          ...always,
        },
      }
    case 'collection POST':
      return {
        ...changing,
        operationId: `create${one}`,
        summary: `Create a ${one}`,
        parameters: [...options('select'), ...asParameters('preferReturn'), ...operator],
        requestBody: {
          required: true,
          content: json(
            referTo('schemas', `${one}Create`),
            exampleOf(type, ({ create }) => create === 'required'),
          ),
        },
        responses: { 201: created, 204: noContent, ...always, ...refusals(409, 413, 415) },
      }
    case 'collection PATCH':
      return {
        ...changing,
        operationId: `bulkUpdate${set.name}`,
        summary: `Create, change and delete many ${set.name}`,
        description: 'A delta payload (OData 4.01): entities to create or change by their keys, and `@removed` for those to delete.',
        parameters: [...asParameters('preferReturn'), ...operator],
        requestBody: { required: true, content: json(referTo('schemas', `${one}DeltaPayload`)) },
        responses: {
          200: {
            description: 'What came of each.',
            headers: withHeaders('request-id'),
            content: json(referTo('schemas', `${one}DeltaPayload`)),
          },
          204: noContent,
          ...always,
          ...refusals(409, 413, 415),
        },
      }
    case 'count GET':
      return {
        ...readOnly,
        operationId: `count${set.name}`,
        summary: `Count ${set.name}`,
        parameters: [...options('filter', 'search', 'compute', 'apply'), ...operator],
        responses: {
          200: {
            description: 'The number, as text.',
            headers: withHeaders('request-id'),
            content: { 'text/plain': { schema: { type: 'integer' } } },
          },
          ...always,
        },
      }
    case 'entity GET':
      return {
        ...readOnly,
        operationId: `get${one}`,
        summary: `Get a ${one}`,
        parameters: [...options('select', 'compute'), ...asParameters('ifMatch', 'ifNoneMatch'), ...operator],
        responses: {
          200: entity(`The ${one}.`),
          304: { description: 'It still has the ETag of `If-None-Match`.', headers: withHeaders('ETag', 'request-id') },
          ...ofOne,
        },
      }
    case 'entity PATCH':
      return {
        ...changing,
        operationId: `update${one}`,
        summary: `Update a ${one}`,
        description: `Properties that the body does not name stay as they are.${offered.upsert ? ` Where there is none it is 404; with \`Prefer: create-if-missing\` or \`If-None-Match: *\` a whole body creates it.` : ''}`,
        parameters: [...options('select'), ...asParameters('ifMatch', 'ifNoneMatch', 'preferReturn'), ...operator],
        requestBody: { required: true, content: json(referTo('schemas', `${one}Update`), { displayName: 'A new name' }) },
        responses: {
          200: entity(`The ${one} as it is now.`),
          ...(offered.upsert ? { 201: created } : {}),
          204: noContent,
          ...ofOne,
          ...refusals(409, 413, 415),
        },
      }
    case 'entity PUT':
      return {
        ...changing,
        operationId: `replace${one}`,
        summary: `Replace a ${one}`,
        description: `All that can change becomes what the body says.${offered.upsert ? ' Where there is none, it is created.' : ''}`,
        parameters: [...options('select'), ...asParameters('ifMatch', 'ifNoneMatch', 'preferReturn'), ...operator],
        requestBody: { required: true, content: json(referTo('schemas', `${one}Create`)) },
        responses: {
          200: entity(`The ${one} as it is now.`),
          ...(offered.upsert ? { 201: created } : {}),
          204: noContent,
          ...ofOne,
          ...refusals(409, 413, 415),
        },
      }
    case 'entity DELETE':
      return {
        ...changing,
        operationId: `delete${one}`,
        summary: `Delete a ${one}`,
        description: `Softly: \`${type.softDelete.flag}\` becomes true, and it is left out of lists.`,
        parameters: [...asParameters('ifMatch'), ...operator],
        responses: { 204: { description: 'Deleted.', headers: withHeaders('request-id') }, ...ofOne },
      }
    case 'restore POST':
      return {
        ...changing,
        operationId: `restore${one}`,
        summary: `Restore a deleted ${one}`,
        parameters: [...asParameters('ifMatch', 'preferReturn'), ...operator],
        responses: { 200: entity(`The ${one}, living again.`), 204: noContent, ...ofOne, ...refusals(409) },
      }
    case 'property GET':
      return {
        ...readOnly,
        operationId: `get${one}Property`,
        summary: 'Get one property',
        parameters: [...asParameters('ifMatch', 'ifNoneMatch'), ...operator],
        responses: {
          200: { description: 'The value.', headers: headersOfEntity, content: json(referTo('schemas', `${one}Property`)) },
          204: { description: 'The value is null.', headers: headersOfEntity },
          ...ofOne,
        },
      }
    case 'property PUT':
      return {
        ...changing,
        operationId: `set${one}Property`,
        summary: 'Set one property',
        parameters: [...asParameters('ifMatch', 'preferReturn'), ...operator],
        requestBody: { required: true, content: json(referTo('schemas', `${one}Property`)) },
        responses: {
          200: { description: 'The value.', headers: headersOfEntity, content: json(referTo('schemas', `${one}Property`)) },
          204: noContent,
          ...ofOne,
          ...refusals(409, 413, 415),
        },
      }
    case 'property DELETE':
    case 'value DELETE':
      return {
        ...changing,
        operationId: kind === 'value' ? `clear${one}PropertyValue` : `clear${one}Property`,
        summary: kind === 'value' ? 'Set one property to null by its plain value' : 'Set one property to null',
        parameters: [...asParameters('ifMatch'), ...operator],
        responses: { 204: noContent, ...ofOne },
      }
    case 'value GET':
      return {
        ...readOnly,
        operationId: `get${one}PropertyValue`,
        summary: 'Get one property as plain text',
        parameters: [...asParameters('ifMatch', 'ifNoneMatch'), ...operator],
        responses: {
          200: { description: 'The value.', headers: headersOfEntity, content: plain },
          204: { description: 'The value is null.', headers: headersOfEntity },
          ...ofOne,
        },
      }
    case 'value PUT':
      return {
        ...changing,
        operationId: `set${one}PropertyValue`,
        summary: 'Set one property from plain text',
        parameters: [...asParameters('ifMatch', 'preferReturn'), ...operator],
        requestBody: { required: true, content: plain },
        responses: { 204: noContent, ...ofOne, ...refusals(409, 413, 415) },
      }
    default:
      throw new Error(`Nobody describes ${method} at an address of kind ${kind}`)
  }
}
