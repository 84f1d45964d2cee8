import { ODataError } from '../error.ts'
import type { IndividualRequest } from './batch.ts'
import { checkRequests } from './check-requests.ts'
import type { Headers } from './inherit-headers.ts'
import { readHeaders } from './read-headers.ts'
import { readHttpRequest } from './read-http-request.ts'
import { boundaryOf, headerOf, malformed, type Span, splitHead, splitMultipart } from './split-multipart.ts'

/**
 * Reads a multipart batch (Protocol 4.01, 11.7.7.1): parts that are requests, and parts that are change sets of requests. What breaks the batch throws 400
 * and nothing is carried out; what is wrong with one request alone becomes that request's `fault`.
 */
export function readMultipartBatch(body: Uint8Array | undefined, boundary: string, inherited: Headers): readonly IndividualRequest[] {
  const bytes = body ?? new Uint8Array()
  const parts = splitMultipart({ bytes, start: 0, end: bytes.length }, boundary).map(readPart)
  const taken = new Set(parts.flatMap(({ id }) => id ?? []))
  const requests = parts.flatMap((part, i): readonly IndividualRequest[] => {
    if (part.boundary === undefined) return [requestOf(part, inherited)]
    return readChangeSet(splitMultipart(part.content, part.boundary).map(readPart), nameOf(i, taken), inherited)
  })
  checkRequests(requests, (_target, message) => {
    throw malformed(message)
  })
  return requests
}

interface Part {
  readonly content: Span
  readonly id?: string
  /** That of a change set; a request has none. */
  readonly boundary?: string
}

function readPart(span: Span): Part {
  const { lines, rest: content } = splitHead(span)
  const pairs = lines.map((line) => headerOf(line) ?? fail(`A header of a part is malformed: '${line.slice(0, 80)}'.`))
  const { headers, fault } = readHeaders(pairs, 'headers', () => undefined)
  if (fault) throw fault
  const type = headers['content-type'] ?? fail('A part of a batch has a Content-Type: application/http or multipart/mixed.')
  const encoding = headers['content-transfer-encoding']?.toLowerCase() ?? 'binary'
  if (!['binary', '8bit', '7bit'].includes(encoding))
    throw malformed(`The Content-Transfer-Encoding of a part is binary, not '${encoding.slice(0, 80)}'.`)
  const id = headers['content-id']
  const boundary = boundaryOf(type)
  if (boundary === undefined && type.split(';', 1)[0]?.trim().toLowerCase() !== 'application/http')
    throw malformed(`The Content-Type of a part is application/http or multipart/mixed, not '${type.slice(0, 80)}'.`)
  return { content, ...(id === undefined ? {} : { id }), ...(boundary === undefined ? {} : { boundary }) }
}

function requestOf({ content, id }: Part, inherited: Headers): IndividualRequest {
  const request = readHttpRequest(content, inherited)
  // Older clients write the id among the headers of the request itself.
  const told = id ?? request.headers['content-id']
  return { ...request, ...(told === undefined ? {} : { id: told }), dependsOn: [] }
}

function readChangeSet(parts: readonly Part[], group: string, inherited: Headers): readonly IndividualRequest[] {
  return parts.map((part) => {
    if (part.boundary !== undefined) throw malformed('A change set cannot hold another change set.')
    const request = requestOf(part, inherited)
    if (request.method !== 'GET') return { ...request, group }
    const fault = new ODataError('Request_BadRequest', 'A change set changes: a GET stands outside of it.', { target: 'method' })
    return { ...request, group, fault: request.fault ?? fault }
  })
}

/** Change sets have no names of their own; a request may be called as one. */
function nameOf(i: number, taken: ReadonlySet<string>): string {
  let name = `changeset_${i + 1}`
  while (taken.has(name)) name += '_'
  return name
}

function fail(message: string): never {
  throw malformed(message)
}
