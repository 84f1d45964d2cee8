import { ODataError } from '../error.ts'
import { batchMethods, type IndividualRequest } from './batch.ts'
import { type Headers, mergeHeaders } from './inherit-headers.ts'
import { readHeaders } from './read-headers.ts'
import { headerOf, type Span, splitHead } from './split-multipart.ts'

/** What a request within a part may not carry (Protocol 4.01, 11.7.7.1). */
const forbidden = ['proxy-authorization', 'expect', 'from', 'max-forwards', 'range', 'te', 'transfer-encoding'] as const

/**
 * Reads the request of an `application/http` part (Protocol 4.01, 11.7.7.1): request line, headers, body. The protocol's own example leaves out the
 * version of HTTP, and a URL may hold spaces that its writer forgot to encode. What is wrong with it is its own fault.
 */
export function readHttpRequest(content: Span, inherited: Headers): Omit<IndividualRequest, 'dependsOn'> {
  const { lines, rest } = splitHead(withoutEmptyLines(content))
  const [requestLine = '', ...headerLines] = lines
  const { method, url } = readRequestLine(requestLine.trim())
  const pairs = headerLines.map(headerOf)
  const own = readHeaders(
    pairs.filter((pair) => pair !== undefined),
    'headers',
    () => undefined,
    true,
  )
  const merged = mergeHeaders(inherited, own.headers)
  const read = bodyOf(rest, own.headers['content-length'])
  const fault =
    (method === '' || url === ''
      ? wrong('A part of a batch begins with a request line, such as GET Customers HTTP/1.1.', 'url')
      : undefined) ??
    (pairs.includes(undefined) ? wrong('A line of the headers is malformed.', 'headers') : undefined) ??
    own.fault ??
    merged.fault ??
    read.fault ??
    faultOf(method.toUpperCase(), own.headers, read.body !== undefined)
  return {
    method: method.toUpperCase(),
    url,
    headers: merged.headers,
    ...(read.body ? { body: read.body } : {}),
    ...(fault ? { fault } : {}),
  }
}

function readRequestLine(line: string): { readonly method: string; readonly url: string } {
  const method = /^[A-Za-z]{1,32}(?=[ \t])/.exec(line)?.[0] ?? ''
  const rest = line.slice(method.length).trim()
  const version = /[ \t]HTTP\/\d(?:\.\d)?$/.exec(rest.slice(-12))?.[0] ?? ''
  return { method, url: rest.slice(0, rest.length - version.length).trimEnd() }
}

/** Empty lines before a request line are passed over (RFC 9112, 2.2). */
function withoutEmptyLines(content: Span): Span {
  let { start } = content
  while (start < content.end && (content.bytes[start] === 0x0d || content.bytes[start] === 0x0a)) start++
  return { ...content, start }
}

/** The body ends with its part, or before that where its length is told. What is left of a request without one is white space. */
function bodyOf({ bytes, start, end }: Span, told: string | undefined): { readonly body?: Uint8Array; readonly fault?: ODataError } {
  const length = told === undefined ? end - start : /^\d{1,15}$/.test(told) ? Number(told) : Number.NaN
  if (!(length <= end - start)) return { fault: wrong('The body is not as long as Content-Length says.', 'Content-Length') }
  const body = bytes.subarray(start, start + length)
  return body.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) ? {} : { body }
}

function faultOf(method: string, headers: Headers, hasBody: boolean): ODataError | undefined {
  const name = forbidden.find((header) => headers[header] !== undefined)
  if (name) return wrong(`The header '${name}' cannot stand on a request of a batch.`, name)
  if (!batchMethods.has(method)) return wrong('The method of a request is GET, POST, PATCH, PUT or DELETE.', 'method')
  return hasBody && method === 'GET' ? wrong('A GET request has no body.', 'body') : undefined
}

function wrong(message: string, target: string): ODataError {
  return new ODataError('Request_BadRequest', message, { target })
}
