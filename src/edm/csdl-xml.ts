import type { Annotation, CsdlContainer, CsdlEntityType, CsdlFunction, CsdlOptions, CsdlProperty, CsdlSchema, Expression } from './csdl.ts'
import { describeModel } from './csdl-document.ts'
import type { Model } from './entity-type.ts'

/** `$metadata` as OData CSDL XML Representation 4.01, in the version of the answer: what we say of the model is the same in 4.0. */
export function printCsdlXml(model: Model, options: CsdlOptions): string {
  const { references, schemas } = describeModel(model, options)
  const included = references.map(({ uri, namespace, alias }) =>
    element('edmx:Reference', { Uri: `${uri}.xml` }, [element('edmx:Include', { Namespace: namespace, Alias: alias })]),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>${element(
    'edmx:Edmx',
    { 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx', Version: options.version },
    [
      ...included,
      element(
        'edmx:DataServices',
        {},
        schemas.map((schema) => printSchema(schema, schema.container ? schemas : [])),
      ),
    ],
  )}`
}

/** Elements of all schemas are annotated from outside (14.2.1) and in one schema, the container's: some readers look nowhere else. */
function printSchema(schema: CsdlSchema, annotated: readonly CsdlSchema[]): string {
  const { namespace, entityTypes, functions, container, annotations } = schema
  return element('Schema', { xmlns: 'http://docs.oasis-open.org/odata/ns/edm', Namespace: namespace }, [
    ...entityTypes.map(printEntityType),
    ...functions.map(printFunction),
    ...(container ? [printContainer(container)] : []),
    ...annotated
      .flatMap(targetsOf)
      .filter(([, onTarget]) => onTarget.length > 0)
      .map(([target, onTarget]) => element('Annotations', { Target: target }, onTarget.map(printAnnotation))),
    ...annotations.map(printAnnotation),
  ])
}

interface Annotated {
  readonly name: string
  readonly annotations: readonly Annotation[]
}

function targetsOf({
  namespace,
  entityTypes,
  container,
}: CsdlSchema): readonly (readonly [target: string, annotations: readonly Annotation[]])[] {
  const within = (parent: Annotated, children: readonly Annotated[]) => [
    [`${namespace}.${parent.name}`, parent.annotations] as const,
    ...children.map((child) => [`${namespace}.${parent.name}/${child.name}`, child.annotations] as const),
  ]
  return [...entityTypes.flatMap((type) => within(type, type.properties)), ...(container ? within(container, container.entitySets) : [])]
}

function printEntityType({ name, key, properties }: CsdlEntityType): string {
  return element('EntityType', { Name: name }, [
    element('Key', {}, [element('PropertyRef', { Name: key })]),
    ...properties.map(printProperty),
  ])
}

function printProperty({ name, type, nullable, maxLength, precision, defaultValue }: CsdlProperty): string {
  return element('Property', {
    Name: name,
    Type: type,
    Nullable: nullable,
    MaxLength: maxLength,
    Precision: precision,
    DefaultValue: defaultValue,
  })
}

function printFunction({ name, bindingParameter, entityType, annotations }: CsdlFunction): string {
  const type = `Collection(${entityType})`
  return element('Function', { Name: name, IsBound: true }, [
    element('Parameter', { Name: bindingParameter, Type: type }),
    element('ReturnType', { Type: type }),
    ...annotations.map(printAnnotation),
  ])
}

function printContainer({ name, entitySets }: CsdlContainer): string {
  return element(
    'EntityContainer',
    { Name: name },
    entitySets.map((set) => element('EntitySet', { Name: set.name, EntityType: set.entityType })),
  )
}

function printAnnotation({ term, value, annotations = [] }: Annotation): string {
  return valued('Annotation', { Term: term }, value, annotations.map(printAnnotation))
}

/** An element whose value is an attribute where the expression has that notation, else a child (14.3). */
function valued(name: string, attributes: Attributes, value: Expression, children: readonly string[] = []): string {
  if (typeof value === 'object' && !('propertyPath' in value) && !('enumType' in value)) {
    return element(name, attributes, [...children, printExpression(value)])
  }
  const [notation, text] = constantOf(value)
  return element(name, { ...attributes, [notation]: text }, children)
}

function printExpression(value: Expression): string {
  if (typeof value === 'object' && 'record' in value) {
    return element(
      'Record',
      {},
      Object.entries(value.record).map(([property, member]) => valued('PropertyValue', { Property: property }, member)),
    )
  }
  if (typeof value === 'object' && !('propertyPath' in value) && !('enumType' in value)) {
    return element('Collection', {}, value.map(printExpression))
  }
  const [notation, text] = constantOf(value)
  return element(notation, {}, [escapeXml(text)])
}

function constantOf(value: Exclude<Expression, readonly Expression[] | { readonly record: unknown }>): readonly [string, string] {
  if (typeof value === 'string') return ['String', value]
  if (typeof value === 'boolean') return ['Bool', String(value)]
  if (typeof value === 'number') return ['Int', String(value)]
  if ('propertyPath' in value) return ['PropertyPath', value.propertyPath]
  return ['EnumMember', value.members.map((member) => `${value.enumType}/${member}`).join(' ')]
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const start = Object.entries(attributes).map(([key, value]) => (value === undefined ? '' : ` ${key}="${escapeXml(String(value))}"`))
  const content = children.join('')
  return content === '' ? `<${name}${start.join('')}/>` : `<${name}${start.join('')}>${content}</${name}>`
}

const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** For text and for attributes, whose line breaks and tabs a reader would turn into spaces (XML 1.0, 3.3.3). */
function escapeXml(text: string): string {
  return text.replace(/[&<>"'\t\n\r]/g, (character) => references[character] ?? `&#${character.charCodeAt(0)};`)
}
