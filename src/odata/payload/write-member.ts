import type { Entity } from '../../edm/entity-type.ts'
import { printValue } from '../../edm/primitives.ts'
import type { SelectedProperty } from '../bind/bound-request.ts'

/** How much is told of types, and how numbers are written. */
export interface MemberStyle {
  readonly metadata: 'none' | 'minimal' | 'full'
  readonly ieee754Compatible: boolean
}

/** A property with the annotation that tells its type, where JSON and `$metadata` do not (OData JSON 4.01, 4.5.3). */
export function printMember(property: SelectedProperty, values: Entity, { metadata, ieee754Compatible }: MemberStyle): string {
  const value = values[property.name] ?? null
  const text = `${JSON.stringify(property.name)}:${printValue(property, value, ieee754Compatible)}`
  const told = value === null || metadata === 'none' || (metadata === 'minimal' && !property.dynamic) || evident.has(property.type)
  if (told && !(property.type === 'Edm.Double' && metadata !== 'none' && value !== null && !Number.isFinite(Number(value)))) return text
  return `${JSON.stringify(`${property.name}@odata.type`)}:"#${property.type.slice('Edm.'.length)}",${text}`
}

/** Types that a JSON value shows by itself. */
const evident: ReadonlySet<string> = new Set(['Edm.String', 'Edm.Boolean', 'Edm.Double', 'null'])
