import { ODataError } from '../error.ts'
import { bodyText, type ODataResponse } from '../message.ts'
import { decodeBase64Url, encodeBase64Url } from './base64url.ts'

const encoder = new TextEncoder()

/** The bytes of a request's `body`: JSON as it is, text as a string, all else as base64url (OData JSON 4.01, 19.1). */
export function readJsonBody(value: unknown, contentType: string | undefined): { readonly body?: Uint8Array; readonly fault?: ODataError } {
  if (value === undefined) return {}
  const kind = contentType === undefined ? (typeof value === 'string' ? 'bytes' : 'json') : kindOf(contentType)
  if (kind === 'json') return printJson(value)
  if (typeof value !== 'string') return { fault: malformed(`A body of type ${contentType} is a string.`) }
  if (kind === 'text') return { body: encoder.encode(value) }
  // Microsoft's SDK for JavaScript sends every body so, without a type: it is JSON once it is decoded.
  const body = decodeBase64Url(value)
  return body ? { body } : { fault: malformed('A body that is neither JSON nor text is written in base64url.') }
}

/** The same for an answer: the text of the member `body`. */
export function printJsonBody(response: ODataResponse): string | undefined {
  const body = bodyText(response)
  if (body === undefined) return undefined
  switch (kindOf(response.headers['content-type'] ?? 'application/json')) {
    case 'json':
      return body
    case 'text':
      return JSON.stringify(body)
    default:
      return JSON.stringify(encodeBase64Url(encoder.encode(body)))
  }
}

function kindOf(contentType: string): 'json' | 'text' | 'bytes' {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/json' || /^application\/.*\+json$/.test(type)) return 'json'
  return type.startsWith('text/') ? 'text' : 'bytes'
}

/** A number that no double holds would be written as null. */
function printJson(value: unknown): { readonly body?: Uint8Array; readonly fault?: ODataError } {
  let finite = true
  const text = JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member === 'number' && !Number.isFinite(member)) finite = false
    return member
  })
  return finite ? { body: encoder.encode(text) } : { fault: malformed('A number in the body is out of range.') }
}

function malformed(message: string): ODataError {
  return new ODataError('Request_BadRequest', message, { target: 'body' })
}
