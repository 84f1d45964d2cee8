import type { PrimitiveValue, Property } from '../../edm/entity-type.ts'
import { fold } from '../../edm/fold.ts'
import { readValue } from '../../edm/primitives.ts'
import { customerProperties, type WrittenEntity } from '../rows/column.ts'
import type { Candidate } from './candidate.ts'
import type { Existing } from './existing.ts'

/** A property that a row changes. */
export interface Difference {
  readonly property: Property
  readonly from: PrimitiveValue
  readonly to: PrimitiveValue
}

/** What a row comes to, seen against what stands. */
export type Step = { readonly candidate: Candidate } & (
  | { readonly kind: 'create'; readonly entity: Readonly<Record<string, PrimitiveValue>> }
  | { readonly kind: 'change'; readonly id: string; readonly name: string; readonly differences: readonly Difference[] }
  | { readonly kind: 'leave' }
  | { readonly kind: 'refuse'; readonly reasons: readonly string[] }
)

/** Values that new customers get for what their row does not tell. */
export type Presets = Readonly<Record<string, PrimitiveValue>>

/** Decides what a row makes of the customers that stand: the one place of it, for a plan as for the import itself. */
export function decideStep(candidate: Candidate, existing: Existing, presets: Presets): Step {
  const { values, faults } = candidate
  const refuse = (...reasons: readonly string[]): Step => ({ candidate, kind: 'refuse', reasons })
  if (faults.length > 0) return refuse(...faults)
  const { id, azureTenantId } = values
  const holder = typeof azureTenantId === 'string' ? existing.byTenant.get(fold(azureTenantId)) : undefined
  const standing = typeof id === 'string' ? existing.byId.get(id) : holder
  if (typeof id === 'string' && holder !== undefined && holder.id !== id)
    return refuse(`The customer '${holder.id}' has this azureTenantId; the row says '${id}'.`)
  if (standing?.isDeleted === true) {
    if (values.isDeleted === true) return { candidate, kind: 'leave' }
    return refuse(`The customer '${standing.id}' is deleted. POST /directory/deletedItems/${standing.id}/restore brings it back.`)
  }
  if (standing) {
    const differences = differencesOf(values, standing, id === undefined)
    if (differences.length === 0) return { candidate, kind: 'leave' }
    return { candidate, kind: 'change', id: String(standing.id), name: nameOf(values, standing), differences }
  }
  const entity = { ...presets, ...values }
  const lacking = customerProperties.filter(({ name, create }) => create === 'required' && (entity[name] ?? null) === null)
  if (lacking.length > 0) {
    const names = lacking.map(({ name }) => name)
    return refuse(`It is a new customer, and the row does not tell ${names.join(', ')} (--set ${names[0]}=… does for all).`)
  }
  return { candidate, kind: 'create', entity }
}

/** What the row would change. The stamps of the service and what never changes are left to the service. */
function differencesOf(values: Candidate['values'], standing: WrittenEntity, byTenant: boolean): Difference[] {
  const differences: Difference[] = []
  for (const property of customerProperties) {
    const to = values[property.name]
    if (to === undefined || property.update !== 'allowed' || (byTenant && property.name === 'azureTenantId')) continue
    const reading = readValue(property, standing[property.name] ?? null)
    const from = 'value' in reading ? reading.value : null
    if (from !== to) differences.push({ property, from, to })
  }
  return differences
}

/** What people know the customer by. */
export function nameOf(values: Readonly<Record<string, unknown>>, standing: WrittenEntity = {}): string {
  return String(values.displayName ?? standing.displayName ?? values.azureTenantId ?? values.id)
}
