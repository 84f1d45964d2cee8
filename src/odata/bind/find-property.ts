import { type EntitySet, type EntityType, type Property, propertyOf, qualifiedName } from '../../edm/entity-type.ts'

/** Exact first, then without regard to case (Protocol 4.01, 13.2.3, item 10). */
export function findProperty(entitySet: EntitySet, name: string): Property | undefined {
  return (
    propertyOf(entitySet.type, name) ?? entitySet.type.properties.find((property) => property.name.toLowerCase() === name.toLowerCase())
  )
}

/** Whether a path segment is the qualified name of the type, or one of its synonyms. */
export function namesType(text: string, type: EntityType): boolean {
  return [qualifiedName(type), ...type.synonyms].some((name) => name.toLowerCase() === text.toLowerCase())
}
