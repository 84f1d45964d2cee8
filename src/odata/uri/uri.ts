/** The syntax tree of a request URL: what was written, before any name is known. Positions are offsets into the decoded text. */

/** `('x')` or `(name='x')` (OData ABNF, keyPredicate). Literals are kept as text: their type is the model's to judge. */
export interface KeyPredicate {
  readonly parts: readonly KeyPart[]
}

export interface KeyPart {
  readonly name?: string
  readonly value: KeyLiteral
}

export type KeyLiteral =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'alias'; readonly name: string }
  | { readonly kind: 'other'; readonly text: string }

/** One step of the resource path, decoded: `Customers`, `Customers('1')`, `displayName`, `$count`, `$metadata`. */
export interface PathSegment {
  /** The whole segment, decoded: what a key-as-segment is read from. */
  readonly text: string
  /** What stands before the key predicate. */
  readonly name: string
  readonly keyPredicate?: KeyPredicate
}

export type ServiceVersion = 'beta' | 'v1.0'

export interface Uri {
  /** The version that the path names; `beta`, which the page uses, when it stands on the bare root. */
  readonly version: ServiceVersion
  readonly path: readonly PathSegment[]
  /** System query options by their lower-case name without `$`, parameter aliases with their `@`. Custom options are left out. */
  readonly options: ReadonlyMap<string, string>
}
