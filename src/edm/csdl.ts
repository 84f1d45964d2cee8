import type { PrimitiveTypeName } from './entity-type.ts'

/** What the service enforces, capability by capability. `$metadata` says this and nothing beyond it, so the caller builds it from what it enforces. */
export interface CsdlOptions {
  /** Version of the answer: `edmx:Edmx/@Version`. CSDL JSON exists since 4.01 and always says so. */
  readonly version: '4.0' | '4.01'
  /** `undefined`: none is claimed. */
  readonly conformanceLevel: 'Minimal' | 'Intermediate' | 'Advanced' | undefined
  /** Media types with the parameters that may be asked for, of data and of `$metadata`. Empty: not said. */
  readonly formats: readonly string[]
  readonly metadataFormats: readonly string[]
  /** `Customers/ID` beside `Customers('ID')`. */
  readonly keyAsSegment: boolean
  /** `POST …/$query`. */
  readonly querySegment: boolean
  /** `Prefer: respond-async`. */
  readonly asynchronous: boolean
  readonly crossJoin: boolean
  readonly batch: boolean
  readonly batchFormats: readonly ('application/json' | 'multipart/mixed')[]
  /** `Prefer: continue-on-error` on a batch. */
  readonly continueOnError: boolean
  /** `$<id>` of a request in another change set. */
  readonly referencesAcrossChangeSets: boolean
  /** `If-Match: $<id>`. */
  readonly etagReferences: boolean
  /** `$<id>` in a request body. */
  readonly referencesInBodies: boolean
  /** `if` in a JSON batch. */
  readonly requestConditions: boolean

  readonly filter: boolean
  /** Functions and operators that `$filter` takes. Empty: not said, which lets a client try them all. */
  readonly filterFunctions: readonly string[]
  readonly orderby: boolean
  readonly search: boolean
  readonly searchUnsupported: readonly ('AND' | 'OR' | 'NOT' | 'phrase' | 'group')[]
  readonly compute: boolean
  readonly apply: boolean
  /** Transformations that `$apply` takes. Empty: not said. */
  readonly transformations: readonly string[]
  readonly expand: boolean
  readonly select: boolean
  readonly top: boolean
  /** The greatest `$top`. */
  readonly maxTop: number
  readonly skip: boolean
  readonly count: boolean
  /** The bound function `delta`. */
  readonly delta: boolean
  /** `Prefer: track-changes`. */
  readonly trackChanges: boolean

  readonly read: boolean
  readonly insert: boolean
  /** PATCH on an entity. */
  readonly update: boolean
  /** PUT on an entity. */
  readonly replace: boolean
  readonly upsert: boolean
  /** PATCH on the set with a delta payload. */
  readonly deltaUpdate: boolean
  readonly delete: boolean
  /** `/$filter(…)/$each` in an update or a delete. */
  readonly filterSegment: boolean
  /** A type-cast segment in any request. */
  readonly typecastSegment: boolean
  /** `$select` on an insert or an update. */
  readonly selectOnWrite: boolean
  readonly alternateKeys: boolean
  /** A write without `If-Match` is refused (428). That an ETag is honoured when it is sent is no case for `Core.OptimisticConcurrency`. */
  readonly etagRequired: boolean
}

/** A constant expression, or a path to a property (CSDL 4.01, 14.3 and 14.4). */
export type Expression = string | number | boolean | readonly Expression[] | PropertyPath | EnumMembers | RecordExpression

export interface PropertyPath {
  readonly propertyPath: string
}

interface EnumMembers {
  readonly enumType: string
  readonly members: readonly string[]
}

export interface RecordExpression {
  readonly record: Readonly<Record<string, Expression>>
}

export interface Annotation {
  /** With the vocabulary's alias: `Core.Description`. */
  readonly term: string
  readonly value: Expression
  /** On the annotation itself. */
  readonly annotations?: readonly Annotation[]
}

export interface CsdlProperty {
  readonly name: string
  readonly type: PrimitiveTypeName
  readonly nullable: boolean
  readonly maxLength?: number
  readonly precision?: number
  readonly defaultValue?: boolean
  readonly annotations: readonly Annotation[]
}

export interface CsdlEntityType {
  readonly name: string
  readonly key: string
  readonly properties: readonly CsdlProperty[]
  readonly annotations: readonly Annotation[]
}

/** A function bound to a collection of entities, which returns one of the same type. */
export interface CsdlFunction {
  readonly name: string
  readonly bindingParameter: string
  readonly entityType: string
  readonly annotations: readonly Annotation[]
}

interface CsdlEntitySet {
  readonly name: string
  readonly entityType: string
  readonly annotations: readonly Annotation[]
}

export interface CsdlContainer {
  readonly name: string
  readonly entitySets: readonly CsdlEntitySet[]
  readonly annotations: readonly Annotation[]
}

export interface CsdlSchema {
  readonly namespace: string
  readonly entityTypes: readonly CsdlEntityType[]
  readonly functions: readonly CsdlFunction[]
  readonly container?: CsdlContainer
  readonly annotations: readonly Annotation[]
}

export interface CsdlReference {
  /** Without the extension: each representation refers to the vocabulary in its own format. */
  readonly uri: string
  readonly namespace: string
  readonly alias: string
}

/** Everything that a CSDL document says, in no representation. */
export interface CsdlDocument {
  readonly references: readonly CsdlReference[]
  /** Qualified. */
  readonly container: string
  readonly schemas: readonly CsdlSchema[]
}
