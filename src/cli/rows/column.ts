import type { PrimitiveValue, Property } from '../../edm/entity-type.ts'
import { customerType } from '../../model/customer.ts'

/** Of a customer, in the order of their declaration. */
export const customerProperties: readonly Property[] = customerType.properties

/** An entity as the service writes it in JSON. */
export type WrittenEntity = Readonly<Record<string, unknown>>

/** A column of a file that is written. */
export interface Column {
  readonly name: string
  /** The property whose value it holds, or whose code it explains. */
  readonly property: Property | undefined
  readonly read: (entity: WrittenEntity) => PrimitiveValue
}

/** The end of the name of a column that explains the code beside it. */
const labelSuffix = 'Label'

/** The columns of these properties, or of all; with labels a code's meaning stands beside it. */
export function columnsOf(names: readonly string[] | undefined, labels: boolean): Column[] {
  const wanted = names ?? customerProperties.map(({ name }) => name)
  return wanted.flatMap((name) => {
    const property = customerProperties.find((candidate) => candidate.name === name)
    const column: Column = { name, property, read: (entity) => (entity[name] ?? null) as PrimitiveValue }
    const meanings = labels ? property?.labels : undefined
    if (!meanings) return [column]
    return [column, { name: `${name}${labelSuffix}`, property: undefined, read: (entity) => meanings[Number(entity[name])] ?? null }]
  })
}

/** Whether a file's column is one that an export wrote for people to read. */
export function isLabelColumn(name: string): boolean {
  return name.endsWith(labelSuffix) && customerProperties.some((property) => property.labels && `${property.name}${labelSuffix}` === name)
}
