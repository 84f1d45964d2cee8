import type { Annotation, CsdlDocument, CsdlEntityType, CsdlOptions, CsdlProperty, CsdlReference, CsdlSchema } from './csdl.ts'
import { annotateContainer, annotateEntitySet, annotateEntityType, annotateProperty } from './csdl-annotations.ts'
import { type EntityType, type Model, type Property, qualifiedName } from './entity-type.ts'

/** Graph's own: client libraries expect the container there. */
const containerNamespace = 'microsoft.graph'
const containerName = 'GraphService'

/** The one derivation of what `$metadata` says: both representations are printed from it. */
export function describeModel(model: Model, options: CsdlOptions): CsdlDocument {
  const types = [...new Set(model.entitySets.map((set) => set.type))]
  const namespaces = [...new Set([...types.map((type) => type.namespace), containerNamespace])]
  const schemas = namespaces.map((namespace) => describeSchema(namespace, model, types, options))
  return {
    references: vocabularies.filter(({ alias }) => termsOf(schemas).some((term) => term.startsWith(`${alias}.`))),
    container: `${containerNamespace}.${containerName}`,
    schemas,
  }
}

function describeSchema(namespace: string, model: Model, types: readonly EntityType[], options: CsdlOptions): CsdlSchema {
  const entityTypes = types.filter((type) => type.namespace === namespace).map((type) => describeEntityType(type, options))
  if (namespace !== containerNamespace) return { namespace, entityTypes, functions: [], annotations: [] }
  return {
    namespace,
    entityTypes,
    functions: options.delta ? types.map(describeDelta) : [],
    container: {
      name: containerName,
      entitySets: model.entitySets.map((set) => ({
        name: set.name,
        entityType: qualifiedName(set.type),
        annotations: annotateEntitySet(set, options),
      })),
      annotations: annotateContainer(options),
    },
    // `/delta` without the namespace (URL Conventions 4.01, 4.5).
    annotations: options.delta ? [{ term: 'Core.DefaultNamespace', value: true }] : [],
  }
}

function describeEntityType(type: EntityType, options: CsdlOptions): CsdlEntityType {
  return {
    name: type.name,
    key: type.key,
    properties: type.properties.map((property) => describeProperty(type, property)),
    annotations: annotateEntityType(type, options),
  }
}

function describeProperty(type: EntityType, property: Property): CsdlProperty {
  return {
    name: property.name,
    type: property.type,
    nullable: property.nullable,
    ...(property.maxLength === undefined ? {} : { maxLength: property.maxLength }),
    ...(property.type === 'Edm.DateTimeOffset' ? { precision: 6 } : {}),
    ...(property.name === type.softDelete.flag ? { defaultValue: false } : {}),
    annotations: annotateProperty(type, property),
  }
}

function describeDelta(type: EntityType): CsdlSchema['functions'][number] {
  return {
    name: 'delta',
    bindingParameter: 'bindingParameter',
    entityType: qualifiedName(type),
    annotations: [{ term: 'Core.Description', value: 'What was created, changed or deleted since the last call.' }],
  }
}

const vocabularies: readonly CsdlReference[] = ['Core', 'Capabilities', 'Validation', 'Aggregation'].map((alias) => ({
  uri: `https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.${alias}.V1`,
  namespace: `Org.OData.${alias}.V1`,
  alias,
}))

function termsOf(schemas: readonly CsdlSchema[]): readonly string[] {
  const annotated = schemas.flatMap((schema) => [
    schema,
    ...schema.entityTypes.flatMap((type) => [type, ...type.properties]),
    ...schema.functions,
    ...(schema.container ? [schema.container, ...schema.container.entitySets] : []),
  ])
  const terms = (annotation: Annotation): string[] => [annotation.term, ...(annotation.annotations ?? []).flatMap(terms)]
  return annotated.flatMap(({ annotations }) => annotations.flatMap(terms))
}
