import type { EntitySet } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'
import type { KeyPredicate, Uri } from '../uri/uri.ts'
import type { EntityAddress } from './bound-request.ts'
import { findProperty } from './find-property.ts'

/** The entity that `('x')`, `(id='x')` or, by an alternate key, `(azureTenantId='x')` names (URL Conventions 4.01, 4.3.1; Core.AlternateKeys). */
export function bindKey(predicate: KeyPredicate, entitySet: EntitySet, uri: Uri): EntityAddress {
  const [part, ...others] = predicate.parts
  const { key, alternateKeys, name } = entitySet.type
  const keys = () => [key, ...alternateKeys].map((each) => `'${each}'`).join(' or ')
  if (!part || others.length > 0) throw new ODataError('Request_BadRequest', `${name} is found by one property: ${keys()}.`)
  const named = part.name === undefined ? key : findProperty(entitySet, part.name)?.name
  if (named === undefined || (named !== key && !alternateKeys.includes(named)))
    throw new ODataError('Request_BadRequest', `'${clip(part.name ?? '')}' is not a key of ${name}: ${keys()} is.`)
  const literal = part.value.kind === 'alias' ? aliasValue(part.value.name, uri) : part.value
  if (literal.kind !== 'string')
    throw new ODataError('Request_BadRequest', `The key '${named}' of ${name} is an Edm.String: write it in single quotes.`)
  return named === key ? { kind: 'key', id: literal.value } : { kind: 'alternateKey', property: named, value: literal.value }
}

/** A parameter alias in a key (URL Conventions 4.01, 4.3.1): its value is a literal in the query. */
function aliasValue(name: string, uri: Uri): { readonly kind: 'string'; readonly value: string } | { readonly kind: 'other' } {
  const text = uri.options.get(name)
  if (text === undefined)
    throw new ODataError('Request_BadRequest', `The parameter alias '${clip(name)}' has no value in the query.`, { target: name })
  return /^'(?:[^']|'')*'$/.test(text) ? { kind: 'string', value: text.slice(1, -1).replaceAll("''", "'") } : { kind: 'other' }
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
