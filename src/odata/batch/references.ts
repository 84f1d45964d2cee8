import type { Model } from '../../edm/entity-type.ts'
import { ODataError } from '../error.ts'

/** What an earlier request of the batch came to, as far as it is known when it is referred to. */
export interface Referent {
  /** Path of the entity that it created, or else of what it addressed; without a query. */
  readonly path: string
  readonly etag?: string
  /** JSON. */
  readonly body?: string
}

/** Earlier requests by their ids: there is nothing to refer to of one that failed. */
export type Referents = ReadonlyMap<string, Referent | 'failed'>

interface Referring {
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
}

/** Names after `$` that are the protocol's own, whatever a request is called (Protocol 4.01, 11.7.4 and 11.7.6). */
const resources: ReadonlySet<string> = new Set(['batch', 'crossjoin', 'all', 'entity', 'root', 'id', 'metadata'])
const literals: ReadonlySet<string> = new Set(['it', 'root', 'this', 'these', 'count'])

/** Replaces `$<id>` in the URL and in the conditions by what the named request came to. Throws 400 where that is not known. */
export function resolveReferences(request: Referring, referents: Referents, model: Model): Referring {
  const question = request.target.indexOf('?')
  const [path, query] = question < 0 ? [request.target, ''] : [request.target.slice(0, question), request.target.slice(question)]
  const headers: Record<string, string> = { ...request.headers }
  for (const name of ['if-match', 'if-none-match']) {
    const id = /^\$([\w.~-]+)$/.exec(headers[name] ?? '')?.[1]
    if (id !== undefined) headers[name] = referentOf(id, referents).etag ?? unknown(id, 'no ETag')
  }
  return { target: resolvePath(path, referents) + resolveQuery(query, referents, model), headers }
}

/** The first segment after the service root (Protocol 4.01, 11.7.4). */
function resolvePath(path: string, referents: Referents): string {
  const [, id, rest = ''] = /^(?:\/(?:beta|v1\.0))?\/(?:\$|%24)([\w.~-]+)(\/.*)?$/i.exec(path) ?? []
  return id === undefined || resources.has(id) ? path : referentOf(id, referents).path + rest
}

/** Option names and strings are passed over; what is left of `$<id>/property` is a value of that answer (Protocol 4.01, 11.7.6). */
const valueReference =
  /(?:^\?|&)[^=&'"]*=|(?:'|%27)(?:(?!'|%27).)*(?:'|%27|$)|(?:"|%22)(?:(?!"|%22).)*(?:"|%22|$)|(?:\$|%24)([\w.~-]+)((?:\/[A-Za-z_]\w*)*)/gi

function resolveQuery(query: string, referents: Referents, model: Model): string {
  return query.replace(valueReference, (written, id: string | undefined, path: string) => {
    if (id === undefined || literals.has(id) || !referents.has(id)) return written
    return encodeURIComponent(literalOf(valueAt(id, path.split('/').slice(1), referentOf(id, referents)), path, model))
  })
}

function valueAt(id: string, path: readonly string[], { body }: Referent): unknown {
  let value: unknown = body === undefined ? unknown(id, 'no body') : JSON.parse(body)
  // A single property stands in the member `value` (OData JSON 4.01, 11).
  for (const name of path.length === 0 ? ['value'] : path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return unknown(id, `no '${name}'`)
    value = Object.entries(value).find(([member]) => member === name)?.[1]
  }
  return value
}

/** A value as a literal of a URL: JSON does not tell dates from other strings, the model does. */
function literalOf(value: unknown, path: string, model: Model): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  if (typeof value !== 'string')
    throw new ODataError('Request_BadRequest', `'${path.slice(1)}' of an earlier answer is no single value.`, { target: 'url' })
  const name = path.slice(path.lastIndexOf('/') + 1)
  const property = model.entitySets.flatMap(({ type }) => type.properties).find((declared) => declared.name === name)
  return property?.type === 'Edm.DateTimeOffset' ? value : `'${value.replaceAll("'", "''")}'`
}

function referentOf(id: string, referents: Referents): Referent {
  const referent = referents.get(id)
  if (referent === 'failed')
    throw new ODataError('FailedDependency', `The request '${id}' failed, so nothing can be referred to.`, { target: 'url' })
  if (referent) return referent
  throw new ODataError('Request_BadRequest', `'$${id}' refers to no request that this one depends on.`, { target: 'url' })
}

function unknown(id: string, what: string): never {
  throw new ODataError('Request_BadRequest', `The answer to '${id}' has ${what} that could be referred to, or is not known yet.`, {
    target: `$${id}`,
  })
}
