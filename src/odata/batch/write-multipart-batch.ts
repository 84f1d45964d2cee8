import type { ODataResponse } from '../message.ts'
import type { IndividualResponse } from './batch.ts'
import { reasonPhrases } from './reason-phrases.ts'

const encoder = new TextEncoder()

/**
 * The answer to a batch as multipart/mixed (Protocol 4.01, 11.7.7.5). `nested`: as a multipart batch was, with a part of parts for a change set, or one
 * error for all of it where it failed; a JSON batch is answered with a part for each request.
 */
export function printMultipartBatch(responses: readonly IndividualResponse[], boundary: string, nested: boolean): string {
  const parts: string[] = []
  for (let i = 0; i < responses.length; ) {
    const group = responses[i]?.request.group
    let end = i + 1
    while (nested && group !== undefined && responses[end]?.request.group === group) end++
    parts.push(
      nested && group !== undefined
        ? printChangeSet(responses.slice(i, end), `changeset_${i}_${boundary}`)
        : responses.slice(i, end).map(printPart).join(''),
    )
    i = end
  }
  return `${join(parts, boundary)}\r\n`
}

function printChangeSet(responses: readonly IndividualResponse[], boundary: string): string {
  const failed = responses.filter(({ response }) => response.status >= 400)
  // Who failed by itself tells why; the others say only that they did not happen.
  const [first] = [...failed.filter(({ response }) => response.status !== 424), ...failed]
  if (first) return printPart(first)
  return `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n${join(responses.map(printPart), boundary)}`
}

/** Each part after its delimiter, whose line break before belongs to it (RFC 2046, 5.1.1). */
function join(parts: readonly string[], boundary: string): string {
  return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--`
}

function printPart({ request: { id }, response }: IndividualResponse): string {
  const contentId = id === undefined ? '' : `Content-ID: ${id}\r\n`
  return `Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n${contentId}\r\n${printResponse(response)}`
}

function printResponse({ status, headers, body }: ODataResponse): string {
  const length = body === undefined ? {} : { 'content-length': String(encoder.encode(body).length) }
  const lines = Object.entries({ ...headers, ...length }).map(([name, value]) => `${spell(name)}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${reasonPhrases[status] ?? ''}\r\n${lines.join('')}\r\n${body ?? ''}`
}

/** Names as people write them: some readers of batches compare them so. */
function spell(name: string): string {
  return name
    .replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase())
    .replace('Odata', 'OData')
    .replace('Etag', 'ETag')
    .replace('Entityid', 'EntityId')
}
