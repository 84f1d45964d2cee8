/** As much of OpenAPI 3.1 as our description uses: plain data, printed as it is. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: {
    readonly title: string
    readonly version: string
    readonly summary: string
    readonly description: string
    readonly license: { readonly name: string; readonly identifier: string }
  }
  readonly servers: readonly Server[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly security: readonly SecurityRequirement[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, SecurityScheme>>
    readonly schemas: Readonly<Record<string, Schema>>
    readonly parameters: Readonly<Record<string, Parameter>>
    readonly headers: Readonly<Record<string, Header>>
    readonly responses: Readonly<Record<string, Response>>
  }
}

export interface Server {
  readonly url: string
  readonly description: string
}

/** Names of permissions by the scheme that carries them. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>

export type SecurityScheme =
  | { readonly type: 'http'; readonly scheme: 'bearer' | 'basic'; readonly bearerFormat?: string; readonly description: string }
  | { readonly type: 'apiKey'; readonly in: 'header'; readonly name: string; readonly description: string }

export const verbs = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Verb = (typeof verbs)[number]

export type PathItem = Readonly<Partial<Record<Verb, Operation>>> & {
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly servers?: readonly Server[]
}

export interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly security?: readonly SecurityRequirement[]
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: RequestBody
  readonly responses: Readonly<Record<string, Response | Reference>>
}

export interface RequestBody {
  readonly description?: string
  readonly required: boolean
  readonly content: Content
}

export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, Header | Reference>>
  readonly content?: Content
}

export type Content = Readonly<Record<string, { readonly schema: Schema | Reference; readonly example?: Json }>>

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description: string
  readonly schema: Schema
  readonly example?: Json
}

export interface Header {
  readonly description: string
  readonly schema: Schema
}

export interface Reference {
  readonly $ref: string
}

/** JSON Schema 2020-12. */
export interface Schema {
  readonly type?: SchemaType | readonly SchemaType[]
  readonly format?: string
  readonly description?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly default?: Json
  readonly const?: Json
  readonly enum?: readonly Json[]
  readonly examples?: readonly Json[]
  readonly properties?: Readonly<Record<string, Schema | Reference>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema | Reference
  readonly anyOf?: readonly (Schema | Reference)[]
}

export type SchemaType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array' | 'null'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

export function isReference(value: object): value is Reference {
  return '$ref' in value
}

/** What a reference of ours stands for. */
export function resolve<K extends keyof OpenApiDocument['components']>(
  document: OpenApiDocument,
  kind: K,
  value: OpenApiDocument['components'][K][string] | Reference,
): OpenApiDocument['components'][K][string] {
  if (!isReference(value)) return value as OpenApiDocument['components'][K][string]
  const found = document.components[kind][value.$ref.slice(value.$ref.lastIndexOf('/') + 1)]
  if (found === undefined) throw new Error(`${value.$ref} refers to nothing`)
  return found as OpenApiDocument['components'][K][string]
}

export function referTo(kind: keyof OpenApiDocument['components'], name: string): Reference {
  return { $ref: `#/components/${kind}/${name}` }
}

export function json(schema: Schema | Reference, example?: Json): Content {
  return { 'application/json': { schema, ...(example === undefined ? {} : { example }) } }
}
