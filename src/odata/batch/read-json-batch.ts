import { type ErrorDetail, ODataError } from '../error.ts'
import { nearestName } from '../nearest-name.ts'
import { readJson } from '../payload/read-json.ts'
import { batchMethods, type IndividualRequest } from './batch.ts'
import { checkRequests } from './check-requests.ts'
import { type Headers, mergeHeaders } from './inherit-headers.ts'
import { readJsonBody } from './json-body.ts'
import { type Fault, readHeaders } from './read-headers.ts'

/** Faults that are told of one batch: millions of them would be an answer larger than the question. */
const mostFaults = 50

/**
 * Reads a JSON batch (OData JSON 4.01, 19.1). What breaks the batch itself - its shape, its ids, its dependencies - is told all at once and
 * nothing is carried out; what is wrong with one request alone becomes that request's `fault`.
 */
export function readJsonBatch(body: Uint8Array | undefined, inherited: Headers): readonly IndividualRequest[] {
  if (body === undefined || body.length === 0) throw new ODataError('Request_BadRequest', 'The body is empty: a JSON object was expected.')
  const json = readJson(body)
  const details: ErrorDetail[] = []
  const fault: Fault = (target, message) => {
    if (details.length < mostFaults) details.push({ code: 'Request_BadRequest', message, target })
  }
  const requests = readEnvelope(json, fault).map((item, i) => readRequest(item, `requests/${i}`, inherited, fault))
  if (details.length === 0) checkRequests(requests, fault)
  const [first] = details
  if (!first) return requests
  const message = details.length === 1 ? first.message : `The batch has ${details.length} faults: see details.`
  throw new ODataError('Request_BadRequest', message, {
    details,
    ...(details.length === 1 && first.target ? { target: first.target } : {}),
  })
}

function readEnvelope(json: unknown, fault: Fault): readonly unknown[] {
  if (!isObject(json)) {
    fault('requests', 'A batch is a JSON object with the member requests.')
    return []
  }
  refuseUnknown(json, ['requests'], '', fault)
  if (Array.isArray(json.requests)) return json.requests
  fault('requests', "A batch has the member 'requests', an array.")
  return []
}

const members = ['id', 'method', 'url', 'headers', 'body', 'dependsOn', 'atomicityGroup', 'if'] as const

function readRequest(item: unknown, at: string, inherited: Headers, fault: Fault): IndividualRequest {
  if (!isObject(item)) {
    fault(at, 'A request of a batch is a JSON object.')
    return { dependsOn: [], method: 'GET', url: '', headers: inherited }
  }
  refuseUnknown(item, members, `${at}/`, fault)
  const text = (name: 'id' | 'method' | 'url') => {
    const value = item[name]
    if (typeof value === 'string' && value !== '') return value
    fault(`${at}/${name}`, value === undefined ? `A request has the member '${name}'.` : `'${name}' is a string that is not empty.`)
    return ''
  }
  const optional = (name: 'atomicityGroup' | 'if') => {
    const value = item[name] ?? undefined
    if (value === undefined || (typeof value === 'string' && value !== '')) return value
    fault(`${at}/${name}`, `'${name}' is a string that is not empty.`)
    return undefined
  }
  const [id, method, url] = [text('id'), text('method').toUpperCase(), text('url')]
  const [group, condition] = [optional('atomicityGroup'), optional('if')]
  const dependsOn = item.dependsOn ?? []
  if (!Array.isArray(dependsOn) || !dependsOn.every((name) => typeof name === 'string'))
    fault(`${at}/dependsOn`, "'dependsOn' is an array of ids.")
  const sent = item.headers ?? {}
  if (!isObject(sent)) fault(`${at}/headers`, "'headers' is an object of strings.")
  const own = readHeaders(Object.entries(isObject(sent) ? sent : {}), `${at}/headers`, fault)
  const read = readJsonBody(item.body ?? undefined, own.headers['content-type'])
  const merged = mergeHeaders(inherited, own.headers)
  const wrong = own.fault ?? merged.fault ?? read.fault ?? faultOf(method, read.body !== undefined, condition)
  return {
    id,
    ...(group === undefined ? {} : { group }),
    dependsOn: Array.isArray(dependsOn) ? dependsOn : [],
    method,
    url,
    headers: merged.headers,
    ...(read.body ? { body: read.body } : {}),
    ...(wrong ? { fault: wrong } : {}),
  }
}

function faultOf(method: string, hasBody: boolean, condition: string | undefined): ODataError | undefined {
  if (!batchMethods.has(method))
    return new ODataError('Request_BadRequest', "'method' is get, post, patch, put or delete.", { target: 'method' })
  if (hasBody && (method === 'GET' || method === 'DELETE'))
    return new ODataError('Request_BadRequest', `A ${method} request has no 'body'.`, { target: 'body' })
  // Who does not evaluate conditions fails the request (OData JSON 4.01, 19.1).
  if (condition !== undefined)
    return new ODataError('FailedDependency', "The condition 'if' of a request is not offered.", { target: 'if' })
  return undefined
}

/** A misspelt `dependsOn` that is ignored would change the order: unknown members are refused. Annotations may be ignored (OData JSON 4.01, 4.6). */
function refuseUnknown(object: Readonly<Record<string, unknown>>, known: readonly string[], at: string, fault: Fault): void {
  for (const name of Object.keys(object)) {
    if (known.includes(name) || name.includes('@')) continue
    const near = nearestName(name, known)
    const hint = near === undefined ? '' : `: did you mean '${near}'?`
    fault(`${at}${name.slice(0, 80)}`, `'${name.slice(0, 80)}' is not a member of a ${at === '' ? 'batch' : 'request'}${hint}`)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
