import type { Principal } from '../auth/principal.ts'
import { dateTimeOffsetOf } from '../edm/date-time-offset.ts'
import { printValue, readValue } from '../edm/primitives.ts'
import type { RequestHead } from '../odata/bind/bound-request.ts'
import { refuseOptions } from '../odata/bind/refuse-options.ts'
import { type ErrorDetail, ODataError } from '../odata/error.ts'
import { negotiateFormat, printContentType } from '../odata/headers/accept.ts'
import { requireJson } from '../odata/headers/content-type.ts'
import { negotiateVersion } from '../odata/headers/odata-version.ts'
import type { ODataRequest, ODataResponse } from '../odata/message.ts'
import { serviceRoot } from '../odata/payload/links.ts'
import { invalidEntity } from '../odata/payload/read-entity.ts'
import { readJson } from '../odata/payload/read-json.ts'
import type { Uri } from '../odata/uri/uri.ts'
import { authoriseWrite } from '../plan/access.ts'
import type { AccessKey } from '../store/store.ts'
import type { ServiceContext } from './context.ts'

const day = 86_400_000

/** How long a key is good when nobody says otherwise (days). */
const usualDays = 90

/** Keys of one managing tenant at the most: nobody keeps track of more. */
const mostKeys = 100

/** Whether a request is for the addresses of access keys. They are no entity set: what they hold is not the partner's data. */
export function addressesAccessKeys({ path: [first] }: Uri): boolean {
  return first?.name.toLowerCase() === 'accesskeys'
}

/** Makes, lists and revokes the access keys of a managing tenant, for whoever may write its data. */
export async function answerAccessKeys(
  uri: Uri,
  request: ODataRequest,
  principal: Principal,
  context: ServiceContext,
): Promise<{ readonly response: ODataResponse; readonly head: Pick<RequestHead, 'odataVersion'> }> {
  const id = idOf(uri)
  const method = request.method === 'HEAD' ? 'GET' : request.method
  requireMethod(method, id === undefined ? ['GET', 'POST'] : ['GET', 'DELETE'])
  refuseOptions(uri.options, [])
  const { headers } = request
  const format = negotiateFormat(headers.accept, uri.options.get('format'), ['application/json'])
  const odataVersion = negotiateVersion(headers['odata-version'], headers['odata-maxversion'])
  const [entitySet] = context.model.entitySets
  if (!entitySet) throw new Error('A model without an entity set has nothing that a key could open')
  const { tenantId } = authoriseWrite(principal, entitySet, headers['tenantry-managing-tenant'])
  const by = authorOf(principal)
  const contentType = printContentType(format, odataVersion)
  const answered = (status: number, body: string, more: Readonly<Record<string, string>> = {}) => ({
    response: { status, headers: { 'content-type': contentType, ...more }, body },
    head: { odataVersion },
  })
  if (id !== undefined && method === 'DELETE') {
    if (!(await context.accessKeys.revoke(tenantId, id))) throw missing()
    context.observe({ kind: 'accessKeyRevoked', tenantId, id, by })
    return { response: { status: 204, headers: {} }, head: { odataVersion } }
  }
  const keys = await context.accessKeys.list(tenantId)
  if (method === 'POST') {
    const wanted = readBody(request, context)
    if (keys.length >= mostKeys) throw new ODataError('Request_BadRequest', `There are ${keys.length} access keys: revoke some first.`)
    const { key, text } = await context.accessKeys.issue({ managingTenantId: tenantId, createdBy: by, ...wanted })
    context.observe({ kind: 'accessKeyMade', tenantId, id: key.id, by })
    return answered(201, `{${membersOf(key, context)},"secretText":${JSON.stringify(text)}}`, {
      location: `${serviceRoot(request.origin, uri.version)}/accessKeys/${key.id}`,
    })
  }
  if (id === undefined) return answered(200, `{"value":[${keys.map((key) => `{${membersOf(key, context)}}`).join(',')}]}`)
  const key = keys.find((candidate) => candidate.id === id)
  if (!key) throw missing()
  return answered(200, `{${membersOf(key, context)}}`)
}

/** `/accessKeys/ID` or `/accessKeys('ID')`. */
function idOf({ path: [first, second, ...others] }: Uri): string | undefined {
  if (others.length > 0 || (first?.keyPredicate && second)) throw missing()
  if (!first?.keyPredicate) return second?.text
  const [part, ...more] = first.keyPredicate.parts
  if (part?.value.kind !== 'string' || more.length > 0 || (part.name !== undefined && part.name !== 'id'))
    throw new ODataError('Request_BadRequest', "An access key is addressed by its id: accessKeys('ID').")
  return part.value.value
}

function requireMethod(method: string, allowed: readonly string[]): void {
  if (allowed.includes(method)) return
  const allow = ['HEAD', ...allowed].join(', ')
  throw new ODataError('MethodNotAllowed', `The method ${method} is not allowed here: ${allow} are.`, { headers: { allow } })
}

/** Reads what a new key is to be, and tells all faults at once. */
function readBody(request: ODataRequest, { accessKeys, now }: ServiceContext): Pick<AccessKey, 'displayName' | 'endDateTime'> {
  requireJson(request.headers['content-type'], request.headers['content-encoding'])
  const json = request.body?.length ? readJson(request.body) : undefined
  if (json === null || typeof json !== 'object' || Array.isArray(json))
    throw new ODataError('Request_BadRequest', 'The body must be a JSON object.')
  const details: ErrorDetail[] = []
  const fault = (target: string, message: string) => details.push({ code: 'Request_BadRequest', message, target })
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(json)) {
    const property = accessKeys.properties.find((candidate) => candidate.name === name && candidate.update === 'immutable')
    const reading = property && readValue(property, value)
    if (!reading) fault(name, `'${name}' is nothing that a new access key can be told.`)
    else if ('fault' in reading) fault(name, reading.fault)
    else values[name] = String(reading.value)
  }
  const { displayName, endDateTime = dateTimeOffsetOf(now() + Math.min(usualDays, accessKeys.maxDays) * day) } = values
  for (const { name, create } of accessKeys.properties)
    if (create === 'required' && !Object.hasOwn(json, name)) fault(name, `'${name}' is required.`)
  if (endDateTime <= dateTimeOffsetOf(now())) fault('endDateTime', "'endDateTime' has passed already.")
  if (endDateTime > dateTimeOffsetOf(now() + accessKeys.maxDays * day))
    fault('endDateTime', `'endDateTime' is too far away: an access key is good for ${accessKeys.maxDays} days at the most.`)
  if (details.length > 0 || displayName === undefined) throw invalidEntity(details)
  return { displayName, endDateTime }
}

function membersOf(key: AccessKey, { accessKeys }: ServiceContext): string {
  return accessKeys.properties
    .map((property) => `"${property.name}":${printValue(property, key[property.name as keyof AccessKey])}`)
    .join(',')
}

function authorOf({ userId, applicationId }: Principal): string {
  return userId ?? applicationId
}

function missing(): ODataError {
  return new ODataError('Request_ResourceNotFound', 'There is no such access key, or it is not one of yours.')
}
