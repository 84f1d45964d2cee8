import type { Model } from '../edm/entity-type.ts'
import { capabilities } from '../odata/capabilities.ts'
import { accessKeyPaths, accessKeySchemas } from './access-key-paths.ts'
import { type OpenApiDocument, type PathItem, referTo, type Schema } from './document.ts'
import { entityPaths } from './entity-paths.ts'
import { headerParameters, queryOptions, type ReferenceLimits } from './parameters.ts'
import { errorResponses, headers } from './responses.ts'
import { entitySchemas, errorSchemas } from './schemas.ts'
import { reading, securitySchemes } from './security.ts'
import { servicePaths } from './service-paths.ts'
import { specialPaths, specialSchemas } from './special-paths.ts'

/** What the description says beyond the model and the tables of the protocol layer. */
export interface ReferenceOptions extends ReferenceLimits {
  readonly version: string
}

/** The service as an OpenAPI document: derived from the model, the methods that the binder takes, what is offered, and the table of errors. */
export function describeApi(model: Model, options: ReferenceOptions): OpenApiDocument {
  const [first] = model.entitySets
  const paths: Record<string, PathItem> = {
    ...Object.assign({}, ...model.entitySets.map((set) => ({ ...entityPaths(set, capabilities), ...specialPaths(set, capabilities) }))),
    ...(first ? accessKeyPaths(first) : {}),
    ...servicePaths(capabilities),
  }
  const schemas: Record<string, Schema> = {
    ...Object.assign(
      {},
      ...model.entitySets.map(({ type }) => ({
        ...entitySchemas(type, options.maxPageSize),
        ...specialSchemas(type, capabilities),
      })),
    ),
    ...accessKeySchemas,
    ...errorSchemas,
  }
  const responses = used(paths, 'responses', errorResponses())
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tenantry',
      version: options.version,
      summary: "A registry of a partner's customer tenants that speaks Microsoft Graph.",
      description: [
        'The protocol is OData 4.01 in the shape of Microsoft Graph: addresses, query options, errors, paging and ETags are those of Graph.',
        'Names of query options may leave out the `$`. Every answer has a `request-id`; every error has one body.',
        `Rows belong to the managing tenant of the token that made them (\`tid\`): nobody else sees them.`,
      ].join(' '),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      { url: '/beta', description: 'As Microsoft Graph names it.' },
      { url: '/v1.0', description: 'The same.' },
    ],
    tags: [
      ...model.entitySets.map(({ name, type }) => ({ name, description: type.description })),
      { name: 'Access keys', description: 'Read-only keys for readers of feeds that can have no token.' },
      { name: 'Service', description: 'What describes the service and tells how it is.' },
    ],
    security: first ? reading(first) : [],
    paths,
    components: {
      securitySchemes,
      schemas,
      parameters: used(paths, 'parameters', { ...queryOptions(capabilities, options), ...headerParameters }),
      headers: used([paths, responses], 'headers', headers),
      responses,
    },
  }
}

/** Those components that something refers to: others would be promises that no address keeps. */
function used<T>(
  where: unknown,
  kind: 'parameters' | 'responses' | 'headers',
  components: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  const text = JSON.stringify(where)
  return Object.fromEntries(Object.entries(components).filter(([name]) => text.includes(`"${referTo(kind, name).$ref}"`)))
}
