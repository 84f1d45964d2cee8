import type { EntityType, Property } from './entity-type.ts'

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
