import { type ErrorCode, errorCodes } from '../odata/error.ts'
import { type Header, json, type Reference, type Response, referTo } from './document.ts'

export const headers = {
  ETag: { description: 'The version of the entity: what `If-Match` takes.', schema: { type: 'string', examples: ['W/"7"'] } },
  Location: { description: 'The address of the new entity.', schema: { type: 'string', format: 'uri' } },
  'OData-EntityId': { description: 'The address of the entity, where the answer has no body.', schema: { type: 'string', format: 'uri' } },
  'Preference-Applied': { description: 'The preferences that were honoured.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds to wait before the next try.', schema: { type: 'integer', minimum: 0 } },
  'WWW-Authenticate': { description: 'How to authenticate.', schema: { type: 'string' } },
  Allow: { description: 'The methods that this address takes.', schema: { type: 'string' } },
  'request-id': { description: 'The id of this request: the log has it.', schema: { type: 'string' } },
} as const satisfies Readonly<Record<string, Header>>

type HeaderName = keyof typeof headers

/** Headers that an error of this status has besides the common ones. */
const ofStatus: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  405: ['Allow'],
  410: ['Location'],
  429: ['Retry-After'],
  503: ['Retry-After'],
}

/** References to headers, by name. */
export function withHeaders(...names: readonly HeaderName[]): Readonly<Record<string, Reference>> {
  return Object.fromEntries(names.map((name) => [name, referTo('headers', name)]))
}

/** One response for each status of the closed table of errors, by the status. */
export function errorResponses(): Readonly<Record<string, Response>> {
  const codes = Object.keys(errorCodes) as ErrorCode[]
  const statuses = [...new Set(codes.map((code) => errorCodes[code].status))]
  return Object.fromEntries(
    statuses.map((status) => [
      `Error${status}`,
      {
        description: codes
          .filter((code) => errorCodes[code].status === status)
          .map((code) => `\`${code}\`: ${errorCodes[code].meaning}`)
          .join(' '),
        headers: withHeaders('request-id', ...(ofStatus[status] ?? [])),
        content: json(referTo('schemas', 'Error')),
      },
    ]),
  )
}

/** What each of these statuses is answered with, and any other error. */
export function refusals(...statuses: readonly number[]): Readonly<Record<string, Reference>> {
  return Object.fromEntries(statuses.map((status) => [String(status), referTo('responses', `Error${status}`)]))
}
