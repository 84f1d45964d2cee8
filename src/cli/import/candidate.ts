import type { PrimitiveValue } from '../../edm/entity-type.ts'
import { fold } from '../../edm/fold.ts'
import { readFileValue } from '../rows/read-value.ts'
import type { SourceRow } from '../rows/source-row.ts'
import type { Mapping } from './mapping.ts'
import type { SeenKeys } from './seen-keys.ts'

/** A row of the file, understood as far as that goes without the service. */
export interface Candidate {
  readonly row: SourceRow
  /** What the row says, by property, as it is stored. A property that it does not speak of is not in it. */
  readonly values: Readonly<Record<string, PrimitiveValue>>
  /** Why it cannot be imported; none: it can. */
  readonly faults: readonly string[]
}

/** Reads the values of a row and finds all faults at once, a customer that stands in the file twice among them. */
export function readCandidate(row: SourceRow, { properties }: Mapping, seen: SeenKeys): Candidate {
  const values: Record<string, PrimitiveValue> = {}
  const faults: string[] = []
  for (let column = 0; column < properties.length; column++) {
    for (const property of properties[column] ?? []) {
      const reading = readFileValue(property, row.values[column])
      if (reading === undefined) continue
      if ('fault' in reading) faults.push(reading.fault)
      else values[property.name] = reading.value
    }
  }
  const { id, azureTenantId } = values
  if (typeof id !== 'string' && typeof azureTenantId !== 'string' && faults.length === 0)
    faults.push("It names no customer: 'azureTenantId' is empty, or no column has it.")
  for (const [name, key] of [
    ['azureTenantId', typeof azureTenantId === 'string' ? tenantKey(azureTenantId) : undefined],
    ['id', typeof id === 'string' ? idKey(id) : undefined],
  ] as const) {
    const before = key === undefined ? undefined : seen.note(key, row.line)
    if (before !== undefined) faults.push(`Its '${name}' stands in line ${before} already.`)
  }
  return { row, values, faults }
}

/** What a customer is remembered by. */
export function tenantKey(azureTenantId: string): string {
  return `t${fold(azureTenantId)}`
}

export function idKey(id: string): string {
  return `i${id}`
}
