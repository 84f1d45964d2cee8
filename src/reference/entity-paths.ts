import { declaredProperty, type EntitySet, qualifiedName } from '../edm/entity-type.ts'
import { methods, methodsOfDeleted } from '../odata/bind/bind-request.ts'
import type { Capabilities } from '../odata/capabilities.ts'
import { json, type Operation, type Parameter, type PathItem, type Reference, referTo, type Verb } from './document.ts'
import { refusals, withHeaders } from './responses.ts'
import { exampleOf, propertySchema } from './schemas.ts'
import { reading, writing } from './security.ts'

type Kind = keyof typeof methods

/** What an address that stands for entities is called in the description. */
interface Address {
  readonly kind: Kind
  readonly path: string
  /** What follows the names of its operations: two addresses of one thing cannot share them. */
  readonly suffix: string
  readonly parameters: readonly Parameter[]
  /** Deleted entities are there, and no others. */
  readonly deleted?: true
}

/** The addresses of an entity set, each with the methods that the binder takes there. */
export function entityPaths(set: EntitySet, offered: Capabilities): Readonly<Record<string, PathItem>> {
  return Object.fromEntries(
    addressesOf(set, offered).map(({ kind, path, suffix, parameters, deleted }) => [
      path,
      {
        ...(parameters.length > 0 ? { parameters } : {}),
        ...Object.fromEntries(
          methodsAt(kind, deleted).map((method) => {
            const described = describe(kind, method, set, offered)
            const operation = deleted ? ofDeleted(described, method, set) : described
            return [method.toLowerCase() as Verb, { ...operation, operationId: `${operation.operationId}${suffix}` }]
          }),
        ),
      },
    ]),
  )
}

function addressesOf(set: EntitySet, offered: Capabilities): readonly Address[] {
  const { type } = set
  const list = `/${set.name}`
  const pathParameter = (name: string): Parameter => ({ name, in: 'path', required: true, ...schemaOf(set, name) })
  const property: Parameter = {
    name: 'property',
    in: 'path',
    required: true,
    description: 'A property of the entity.',
    schema: { type: 'string', enum: type.properties.map(({ name }) => name) },
  }
  const entities: readonly Omit<Address, 'kind'>[] = [
    { path: `${list}/{${type.key}}`, suffix: '', parameters: [pathParameter(type.key)] },
    ...(offered.alternateKeys
      ? type.alternateKeys.map((name) => ({
          path: `${list}(${name}='{${name}}')`,
          suffix: `By${capitalised(name)}`,
          parameters: [pathParameter(name)],
        }))
      : []),
  ]
  const deletedItems = '/directory/deletedItems'
  const ofType = `${deletedItems}/${type.synonyms[0] ?? qualifiedName(type)}`
  const one = { path: `${deletedItems}/{${type.key}}`, parameters: [pathParameter(type.key)] }
  const among = { suffix: '', deleted: true } as const
  return [
    { kind: 'collection', path: list, suffix: '', parameters: [] },
    { kind: 'count', path: `${list}/$count`, suffix: '', parameters: [] },
    ...entities.flatMap(({ path, suffix, parameters }): Address[] => [
      { kind: 'entity', path, suffix, parameters },
      { kind: 'property', path: `${path}/{property}`, suffix, parameters: [...parameters, property] },
      { kind: 'value', path: `${path}/{property}/$value`, suffix, parameters: [...parameters, property] },
    ]),
    { kind: 'collection', path: ofType, parameters: [], ...among },
    { kind: 'count', path: `${ofType}/$count`, parameters: [], ...among },
    { kind: 'entity', ...one, ...among },
    { kind: 'property', path: `${one.path}/{property}`, parameters: [...one.parameters, property], ...among },
    { kind: 'value', path: `${one.path}/{property}/$value`, parameters: [...one.parameters, property], ...among },
    { kind: 'restore', path: `${one.path}/restore`, parameters: one.parameters, ...among },
  ]
}

function methodsAt(kind: Kind, deleted: true | undefined): readonly string[] {
  return deleted && kind in methodsOfDeleted ? methodsOfDeleted[kind as keyof typeof methodsOfDeleted] : methods[kind]
}

/** The same operation where deleted entities are (Graph: deleted items). */
function ofDeleted(operation: Operation, method: string, { name, type }: EntitySet): Operation {
  const purges = method === 'DELETE'
  const { description, ...rest } = operation
  if (operation.operationId.startsWith('restore')) return operation
  return {
    ...rest,
    operationId: purges ? `purge${type.name}` : operation.operationId.replace(type.name, `Deleted${type.name}`),
    summary: purges
      ? `Remove a deleted ${type.name} for good`
      : operation.summary.replace(name, `deleted ${name}`).replace(`a ${type.name}`, `a deleted ${type.name}`),
    ...(purges || description === undefined ? {} : { description: description.replace(/^Deleted ones are left out, .*?\. /, '') }),
  }
}

function schemaOf(set: EntitySet, name: string): Pick<Parameter, 'description' | 'schema'> {
  const { description, ...schema } = propertySchema(declaredProperty(set.type, name))
  return { description: description ?? '', schema }
}

const headersOfEntity = withHeaders('ETag', 'request-id')

/** What one method does at one kind of address. A method that the binder takes and nobody describes is a fault of ours: a test reads them all. */
function describe(kind: Kind, method: string, set: EntitySet, offered: Capabilities): Operation {
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
        description: `Properties that the body does not name stay as they are.${offered.upsert ? ` Where there is none, a whole body creates it; \`If-Match: *\` keeps that from happening.` : ''}`,
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
        summary: 'Set one property to null',
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

function capitalised(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
}
