import { declaredProperty, type EntitySet, qualifiedName } from '../edm/entity-type.ts'
import { methods, methodsOfDeleted } from '../odata/bind/bind-request.ts'
import type { Capabilities } from '../odata/capabilities.ts'
import { describeOperation } from './describe-operation.ts'
import type { Operation, Parameter, PathItem, Verb } from './document.ts'
import { propertySchema } from './schemas.ts'

type Kind = keyof typeof methods

/** What an address that stands for entities is called in the description. */
interface Address {
  readonly kind: Kind
  readonly path: string
  /** What follows the names of its operations: two addresses of one thing cannot share them. */
  readonly suffix: string
  /** And what follows their summaries. */
  readonly by: string
  readonly parameters: readonly Parameter[]
  /** Deleted entities are there, and no others. */
  readonly deleted?: true
}

/** The addresses of an entity set, each with the methods that the binder takes there. */
export function entityPaths(set: EntitySet, offered: Capabilities): Readonly<Record<string, PathItem>> {
  return Object.fromEntries(
    addressesOf(set, offered).map(({ kind, path, suffix, by, parameters, deleted }) => [
      path,
      {
        ...(parameters.length > 0 ? { parameters } : {}),
        ...Object.fromEntries(
          methodsAt(kind, deleted).map((method) => {
            const described = describeOperation(kind, method, set, offered)
            const operation = deleted ? ofDeleted(described, method, set) : described
            return [
              method.toLowerCase() as Verb,
              { ...operation, operationId: `${operation.operationId}${suffix}`, summary: `${operation.summary}${by}` },
            ]
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
    { path: `${list}/{${type.key}}`, suffix: '', by: '', parameters: [pathParameter(type.key)] },
    ...(offered.alternateKeys
      ? type.alternateKeys.map((name) => ({
          path: `${list}(${name}='{${name}}')`,
          suffix: `By${capitalised(name)}`,
          by: ` by ${name}`,
          parameters: [pathParameter(name)],
        }))
      : []),
  ]
  const deletedItems = '/directory/deletedItems'
  const ofType = `${deletedItems}/${type.synonyms[0] ?? qualifiedName(type)}`
  const one = { path: `${deletedItems}/{${type.key}}`, parameters: [pathParameter(type.key)] }
  const among = { suffix: '', by: '', deleted: true } as const
  return [
    { kind: 'collection', path: list, suffix: '', by: '', parameters: [] },
    { kind: 'count', path: `${list}/$count`, suffix: '', by: '', parameters: [] },
    ...entities.flatMap(({ path, suffix, by, parameters }): Address[] => [
      { kind: 'entity', path, suffix, by, parameters },
      { kind: 'property', path: `${path}/{property}`, suffix, by, parameters: [...parameters, property] },
      { kind: 'value', path: `${path}/{property}/$value`, suffix, by, parameters: [...parameters, property] },
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
      : operation.summary
          .replace(name, `deleted ${name}`)
          .replace(`a ${type.name}`, `a deleted ${type.name}`)
          .replace('one property', `one property of a deleted ${type.name}`),
    ...(purges || description === undefined ? {} : { description: description.replace(/^Deleted ones are left out, .*?\. /, '') }),
  }
}

function schemaOf(set: EntitySet, name: string): Pick<Parameter, 'description' | 'schema'> {
  const { description, ...schema } = propertySchema(declaredProperty(set.type, name))
  return { description: description ?? '', schema }
}

function capitalised(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
}
