import { ConfigError } from '../../config.ts'
import type { PrimitiveValue, Property } from '../../edm/entity-type.ts'
import { customerType } from '../../model/customer.ts'
import { nearestName } from '../../odata/nearest-name.ts'
import { customerProperties, isLabelColumn } from '../rows/column.ts'
import { knownNames, plainName } from '../rows/column-names.ts'
import { readFileValue } from '../rows/read-value.ts'
import { isRejectColumn } from './rejects.ts'

/** What `--map` says of a column: the property that it holds, or none. */
export interface ColumnRule {
  readonly column: string
  readonly property: Property | undefined
}

/** What the columns of a file hold. */
export interface Mapping {
  /** By column: the properties that its values are for. */
  readonly properties: readonly (readonly Property[])[]
  /** Names of columns that are for nothing. */
  readonly ignored: readonly string[]
}

/** Reads `--map COLUMN=PROPERTY`; nothing after the last `=` ignores the column. Throws {@link ConfigError}. */
export function readRule(text: string): ColumnRule {
  const at = text.lastIndexOf('=')
  const [column, name] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  if (at < 0 || column === '') throw new ConfigError(`--map takes COLUMN=PROPERTY, such as "Company name=displayName", not '${text}'.`)
  return { column, property: name === '' ? undefined : propertyCalled(name, '--map') }
}

/** Reads `--set PROPERTY=VALUE`. Throws {@link ConfigError}. */
export function readPreset(text: string): readonly [Property, PrimitiveValue] {
  const at = text.indexOf('=')
  if (at < 1) throw new ConfigError(`--set takes PROPERTY=VALUE, such as onboardingStatus=inProcess, not '${text}'.`)
  const property = propertyCalled(text.slice(0, at).trim(), '--set')
  const keys: readonly string[] = [customerType.key, ...customerType.alternateKeys]
  if (keys.includes(property.name)) throw new ConfigError(`--set ${property.name} would make all rows one customer.`)
  const reading = readFileValue(property, text.slice(at + 1))
  if (reading === undefined) throw new ConfigError(`--set ${property.name} takes a value.`)
  if ('fault' in reading) throw new ConfigError(`--set ${text}: ${reading.fault}`)
  return [property, reading.value]
}

function propertyCalled(name: string, flag: string): Property {
  const property = customerProperties.find((candidate) => plainName(candidate.name) === plainName(name))
  if (property) return property
  const names = customerProperties.map((candidate) => candidate.name)
  const near = nearestName(name, names)
  throw new ConfigError(
    `${flag} names a property '${name}', which customers do not have${near ? `; did you mean ${near}?` : `: they have ${names.join(', ')}.`}`,
  )
}

/** Finds what each column holds: what the rules say, else the property's own name, else the names that others give it. `strict`: all rows have these columns. Throws {@link ConfigError}. */
export function mapColumns(names: readonly string[], rules: readonly ColumnRule[], strict: boolean): Mapping {
  const plain = names.map(plainName)
  const properties: Property[][] = names.map(() => [])
  const silenced = new Set<number>()
  const found = new Set<Property>()
  const hold = (column: number, property: Property) => {
    if (silenced.has(column)) return
    properties[column]?.push(property)
    found.add(property)
  }
  const columnCalled = (name: string): number => {
    const column = names.indexOf(name)
    const first = column < 0 ? plain.indexOf(plainName(name)) : column
    const last = column < 0 ? plain.lastIndexOf(plainName(name)) : names.lastIndexOf(name)
    if (first !== last) throw new ConfigError(`The file has two columns called '${names[first]}': which of them counts?`)
    return first
  }
  for (const { column, property } of rules) {
    const at = columnCalled(column)
    if (at < 0) {
      if (strict) throw new ConfigError(`--map names a column '${column}', which the file does not have: it has ${names.join(', ')}.`)
    } else if (property) {
      if (found.has(property)) throw new ConfigError(`--map names two columns for ${property.name}.`)
      hold(at, property)
    } else silenced.add(at)
  }
  for (const property of customerType.properties) {
    if (found.has(property)) continue
    for (const name of namesOf(property, plain)) {
      const at = columnCalled(name)
      if (at < 0 || silenced.has(at)) continue
      hold(at, property)
      break
    }
  }
  const keys: readonly string[] = [customerType.key, ...customerType.alternateKeys]
  if (strict && ![...found].some(({ name }) => keys.includes(name)))
    throw new ConfigError(
      `No column tells which customers the rows are about: the file has ${names.join(', ')}. --map COLUMN=azureTenantId says which does.`,
    )
  return {
    properties,
    ignored: names.filter((name, at) => properties[at]?.length === 0 && !isOurs(name)),
  }
}

/**
 * The names by which a column is known to hold the property. A column `id` is the key, unless the file calls the tenant by a name of others:
 * then it is a contract's beside `customerId` (Graph, contract), and elsewhere nobody knows whose it is.
 */
function namesOf(property: Property, plain: readonly string[]): readonly string[] {
  const others = knownNames[property.name] ?? []
  const own = plain.includes('azuretenantid') || !knownNames.azureTenantId?.some((name) => plain.includes(plainName(name)))
  if (property.name === customerType.key) return own ? [property.name] : []
  if (property.name === 'contractId' && !own && plain.includes('customerid')) return [property.name, ...others, customerType.key]
  return [property.name, ...others]
}

/** Columns that need no mention: control information of OData, labels that export writes, what a file of rejects adds. */
function isOurs(name: string): boolean {
  return name === '' || name.includes('@odata.') || isLabelColumn(name) || isRejectColumn(name)
}
