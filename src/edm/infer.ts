import type { EntityType, PrimitiveTypeName, Property } from './entity-type.ts'

/** TypeScript types read from a declaration made with {@link defineEntityType}. */
interface Primitives {
  'Edm.String': string
  'Edm.Int32': number
  'Edm.Boolean': boolean
  'Edm.DateTimeOffset': string
}

type ValueOf<P extends { type: PrimitiveTypeName; nullable: boolean }> = P['nullable'] extends true
  ? Primitives[P['type']] | null
  : Primitives[P['type']]

/** `EntityOf<typeof Customer>`: the entity as an object with typed members. */
export type EntityOf<T extends EntityType> = { readonly [P in T['properties'][number] as P['name']]: ValueOf<P> }

/** Checks the declaration's own references (key, stamps, …) at compile time and keeps its literal types. */
export function defineEntityType<
  const P extends readonly Property[],
  const T extends Omit<EntityType, 'properties'> & {
    key: P[number]['name']
    alternateKeys: readonly P[number]['name'][]
    softDelete: { flag: P[number]['name']; at: P[number]['name'] }
    stamps: { created: P[number]['name']; modified: P[number]['name'] }
  },
>(declaration: T & { properties: P }): T & { properties: P } {
  return declaration
}
