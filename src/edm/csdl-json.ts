import type { Annotation, CsdlContainer, CsdlEntityType, CsdlFunction, CsdlOptions, CsdlProperty, CsdlSchema, Expression } from './csdl.ts'
import { describeModel } from './csdl-document.ts'
import type { Model } from './entity-type.ts'

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json }
type Members = { readonly [name: string]: Json }

/** `$metadata` as OData CSDL JSON Representation 4.01. Facets that equal their default are left out. */
export function printCsdlJson(model: Model, options: CsdlOptions): string {
  const { references, container, schemas } = describeModel(model, options)
  return JSON.stringify({
    $Version: '4.01',
    $EntityContainer: container,
    $Reference: named(references, ({ uri, namespace, alias }) => [`${uri}.json`, { $Include: [{ $Namespace: namespace, $Alias: alias }] }]),
    ...named(schemas, (schema) => [schema.namespace, schemaOf(schema)]),
  })
}

function schemaOf({ entityTypes, functions, container, annotations }: CsdlSchema): Members {
  const [first] = functions
  return {
    ...named(entityTypes, (type) => [type.name, entityTypeOf(type)]),
    // Functions of one name are overloads of one member (12.1).
    ...(first ? { [first.name]: functions.map(functionOf) } : {}),
    ...(container ? { [container.name]: containerOf(container) } : {}),
    ...annotationsOf(annotations),
  }
}

function entityTypeOf({ key, properties, annotations }: CsdlEntityType): Members {
  return {
    $Kind: 'EntityType',
    $Key: [key],
    ...named(properties, (property) => [property.name, propertyOf(property)]),
    ...annotationsOf(annotations),
  }
}

function propertyOf({ type, nullable, maxLength, precision, defaultValue, annotations }: CsdlProperty): Members {
  return {
    ...(type === 'Edm.String' ? {} : { $Type: type }),
    ...(nullable ? { $Nullable: true } : {}),
    ...(maxLength === undefined ? {} : { $MaxLength: maxLength }),
    ...(precision === undefined ? {} : { $Precision: precision }),
    ...(defaultValue === undefined ? {} : { $DefaultValue: defaultValue }),
    ...annotationsOf(annotations),
  }
}

function functionOf({ bindingParameter, entityType, annotations }: CsdlFunction): Members {
  return {
    $Kind: 'Function',
    $IsBound: true,
    $Parameter: [{ $Name: bindingParameter, $Collection: true, $Type: entityType }],
    $ReturnType: { $Collection: true, $Type: entityType },
    ...annotationsOf(annotations),
  }
}

function containerOf({ entitySets, annotations }: CsdlContainer): Members {
  return {
    $Kind: 'EntityContainer',
    ...named(entitySets, (set) => [set.name, { $Collection: true, $Type: set.entityType, ...annotationsOf(set.annotations) }]),
    ...annotationsOf(annotations),
  }
}

function annotationsOf(annotations: readonly Annotation[], prefix = ''): Members {
  return Object.assign(
    {},
    ...annotations.map(({ term, value, annotations: nested = [] }) => ({
      [`${prefix}@${term}`]: expressionOf(value),
      ...annotationsOf(nested, `${prefix}@${term}`),
    })),
  )
}

function expressionOf(value: Expression): Json {
  if (typeof value !== 'object') return value
  if ('propertyPath' in value) return value.propertyPath
  if ('enumType' in value) return value.members.join(',')
  if ('record' in value) return named(Object.entries(value.record), ([name, member]) => [name, expressionOf(member)])
  return value.map(expressionOf)
}

function named<T>(items: readonly T[], member: (item: T) => readonly [name: string, value: Json]): Members {
  return Object.fromEntries(items.map(member))
}
