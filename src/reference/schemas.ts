import { type EntityType, type Property, qualifiedName } from '../edm/entity-type.ts'
import { errorCodes } from '../odata/error.ts'
import { type Json, referTo, type Schema, type SchemaType } from './document.ts'

/** The schemas of an entity type: as it is read, as a create and an update take it, and a page of it. */
export function entitySchemas(type: EntityType, maxPageSize: number): Readonly<Record<string, Schema>> {
  const { name } = type
  const changeable = type.properties.filter(({ update }) => update !== 'computed')
  return {
    [name]: {
      type: 'object',
      description: `${type.description} All properties are written, unless \`$select\` names some.`,
      properties: { ...written(type), ...propertiesOf(type.properties) },
    },
    [`${name}Create`]: {
      type: 'object',
      description: `A new ${name}. Any other property is refused.`,
      properties: { '@odata.type': typeNames(type), ...propertiesOf(type.properties) },
      required: type.properties.filter(({ create }) => create === 'required').map((property) => property.name),
      additionalProperties: false,
    },
    [`${name}Update`]: {
      type: 'object',
      description: `The properties of a ${name} that change. What cannot change may be repeated.`,
      properties: { '@odata.type': typeNames(type), ...propertiesOf(changeable) },
      additionalProperties: false,
    },
    [`${name}Property`]: {
      type: 'object',
      description: `One property of a ${name}.`,
      properties: { '@odata.context': { type: 'string', format: 'uri' }, value: { type: ['string', 'integer', 'boolean', 'null'] } },
      required: ['value'],
    },
    [`${name}Collection`]: {
      type: 'object',
      description: 'A page. Follow `@odata.nextLink` as it is until there is none.',
      properties: {
        '@odata.context': { type: 'string', format: 'uri' },
        '@odata.count': { type: 'integer', format: 'int64', description: 'All entities that match, when `$count=true` asks.' },
        '@odata.nextLink': { type: 'string', format: 'uri', description: 'The next page.' },
        value: { type: 'array', items: referTo('schemas', name), maxItems: maxPageSize },
      },
      required: ['value'],
    },
  }
}

/** What an answer says besides the properties (OData JSON 4.01, 4.6). */
function written(type: EntityType): Readonly<Record<string, Schema>> {
  return {
    '@odata.context': { type: 'string', format: 'uri' },
    '@odata.type': { type: 'string', const: `#${qualifiedName(type)}` },
    '@odata.etag': { type: 'string', description: 'What `If-Match` takes.', examples: ['W/"7"'] },
  }
}

/** The names by which a body may call the type. */
function typeNames(type: EntityType): Schema {
  return { type: 'string', enum: [qualifiedName(type), ...type.synonyms].map((name) => `#${name}`) }
}

export function propertiesOf(properties: readonly Property[]): Readonly<Record<string, Schema>> {
  return Object.fromEntries(properties.map((property) => [property.name, propertySchema(property)]))
}

/** One property, in the words of JSON Schema: what the parser of bodies enforces. */
export function propertySchema(property: Property): Schema {
  const { type, nullable, minLength, maxLength, pattern, labels, example } = property
  const told = labels ? `${property.description} ${toldLabels(labels)}` : property.description
  const common = { description: told, ...(example === undefined ? {} : { examples: [example] }) }
  const typed = (name: SchemaType): SchemaType | readonly SchemaType[] => (nullable ? [name, 'null'] : name)
  switch (type) {
    case 'Edm.String':
      return {
        type: typed('string'),
        ...(minLength === undefined ? {} : { minLength }),
        ...(maxLength === undefined ? {} : { maxLength }),
        ...(pattern === undefined ? {} : { pattern }),
        ...common,
      }
    case 'Edm.Int32':
      return { type: typed('integer'), format: 'int32', minimum: -2147483648, maximum: 2147483647, ...common }
    case 'Edm.Boolean':
      return { type: typed('boolean'), ...common }
    case 'Edm.DateTimeOffset':
      return { type: typed('string'), format: 'date-time', ...common }
  }
}

function toldLabels(labels: Readonly<Record<number, string>>): string {
  return `${Object.entries(labels)
    .map(([number, label]) => `\`${number}\` ${label}`)
    .join(', ')}; any other number is valid too.`
}

/** A body that a create takes: the required properties, by the examples of their declarations. */
export function exampleOf(type: EntityType, which: (property: Property) => boolean): { readonly [name: string]: Json } {
  return Object.fromEntries(
    type.properties.flatMap(({ example, ...property }) => (which(property) && example !== undefined ? [[property.name, example]] : [])),
  )
}

const text: Schema = { type: 'string' }

/** Graph's error, with the closed table of codes. */
export const errorSchemas: Readonly<Record<'Error' | 'ErrorDetail', Schema>> = {
  ErrorDetail: {
    type: 'object',
    properties: { code: { type: 'string', enum: Object.keys(errorCodes) }, message: text, target: text },
    required: ['code', 'message'],
  },
  Error: {
    type: 'object',
    description: 'Every answer with a status of 400 or more has this body.',
    properties: {
      error: {
        type: 'object',
        properties: {
          code: { type: 'string', enum: Object.keys(errorCodes) },
          message: { type: 'string', description: 'For people: it says what is wrong and where.' },
          target: { type: 'string', description: 'The property, query option or header that is at fault.' },
          details: { type: 'array', description: 'Every fault of a body, at once.', items: referTo('schemas', 'ErrorDetail') },
          innerError: {
            type: 'object',
            properties: { date: text, 'request-id': text, 'client-request-id': text },
            required: ['date', 'request-id', 'client-request-id'],
          },
        },
        required: ['code', 'message', 'innerError'],
      },
    },
    required: ['error'],
  },
}
