import { notOffered } from '../capabilities.ts'
import { ODataError } from '../error.ts'

/** Refuses options that cannot stand with this resource. `allowed` and `$format`, `$schemaversion` and aliases may. */
export function refuseOptions(options: ReadonlyMap<string, string>, allowed: readonly string[]): void {
  for (const [name, value] of options) {
    if (name.startsWith('@') || name === 'format' || allowed.includes(name)) continue
    if (name === 'schemaversion') {
      // We publish one schema version: `*`, the current one, is all that there is (Protocol 4.01, 11.2.12).
      if (value === '*') continue
      throw new ODataError('Request_ResourceNotFound', 'There is no such schema version.', { target: '$schemaversion' })
    }
    if (name === 'deltatoken')
      throw new ODataError('Request_BadRequest', 'A $deltatoken continues a delta function, not a list.', { target: '$deltatoken' })
    if (name === 'expand') {
      // `*` expands all navigation properties, of which there are none (URL Conventions 4.01, 5.1.3).
      if (value === '*') continue
      throw new ODataError('Request_BadRequest', `'${value.slice(0, 80)}' in $expand is no navigation property: there is none.`, {
        target: '$expand',
      })
    }
    if (name === 'index' && !/^-?\d+$/.test(value))
      throw new ODataError('Request_BadRequest', '$index takes an integer.', { target: '$index' })
    if (notOffered.has(name))
      throw new ODataError('NotImplemented', `The query option '$${name}' is not offered yet.`, { target: `$${name}` })
    throw new ODataError('Request_UnsupportedQuery', `The query option '$${name}' does not apply here.`, { target: `$${name}` })
  }
}
