import { ODataError } from '../error.ts'

/** A stretch of bytes: `end` is the first that no longer belongs to it. */
export interface Span {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** Header fields of one part at the most. */
const mostLines = 100

const lineFeed = 0x0a
const carriageReturn = 0x0d
const decoder = new TextDecoder('utf-8', { fatal: true })

/** The boundary of a `Content-Type`, quoted or not (RFC 2046, 5.1.1). Undefined when the type is another one; throws 400 when the boundary is missing or malformed. */
export function boundaryOf(contentType: string): string | undefined {
  if (contentType.split(';', 1)[0]?.trim().toLowerCase() !== 'multipart/mixed') return undefined
  const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain ?? ''
  if (/^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/.test(boundary)) return boundary
  throw malformed('The boundary of multipart/mixed is missing or malformed.')
}

/** The parts of a multipart body, without what stands before the first and after the last (RFC 2046, 5.1.1). Lines may end with LF alone. */
export function splitMultipart({ bytes, start, end }: Span, boundary: string): readonly Span[] {
  const delimiter = new TextEncoder().encode(`--${boundary}`)
  const parts: Span[] = []
  let from: number | undefined
  let contentEnd = start
  for (let at = start; at < end; ) {
    const line = lineAt(bytes, at, end)
    const kind = delimits(bytes, at, line.end, delimiter)
    if (kind) {
      // The line break before a delimiter belongs to the delimiter.
      if (from !== undefined) parts.push({ bytes, start: from, end: Math.max(from, contentEnd) })
      if (kind === 'close') return parts.length > 0 ? parts : fail('A multipart body has one part at the least.')
      from = line.next
    }
    contentEnd = line.end
    at = line.next
  }
  return fail(
    from === undefined ? `The body has no part: no line is --${boundary}.` : `The body is not complete: no line is --${boundary}--.`,
  )
}

/** A message's head, line by line and unfolded (RFC 5322, 2.2.3), and the rest of it. */
export function splitHead({ bytes, start, end }: Span): { readonly lines: readonly string[]; readonly rest: Span } {
  const lines: string[] = []
  let at = start
  while (at < end) {
    const line = lineAt(bytes, at, end)
    const text = decode({ bytes, start: at, end: line.end })
    at = line.next
    if (text === '') break
    if (lines.length >= mostLines) throw malformed(`The head of a part has more than ${mostLines} lines.`)
    const last = lines.pop()
    if (last !== undefined && /^[ \t]/.test(text)) lines.push(`${last} ${text.trim()}`)
    else lines.push(...(last === undefined ? [] : [last]), text)
  }
  return { lines, rest: { bytes, start: at, end } }
}

/** `Name: value` lines; undefined for one that is none. */
export function headerOf(line: string): readonly [string, string] | undefined {
  const colon = line.indexOf(':')
  return colon > 0 ? [line.slice(0, colon), line.slice(colon + 1).trim()] : undefined
}

function lineAt(bytes: Uint8Array, at: number, limit: number): { readonly end: number; readonly next: number } {
  const feed = bytes.indexOf(lineFeed, at)
  if (feed < 0 || feed >= limit) return { end: limit, next: limit }
  return { end: feed > at && bytes[feed - 1] === carriageReturn ? feed - 1 : feed, next: feed + 1 }
}

/** Whether a line is a delimiter: white space may follow it, which gateways add. */
function delimits(bytes: Uint8Array, start: number, end: number, delimiter: Uint8Array): 'open' | 'close' | undefined {
  if (end - start < delimiter.length || !delimiter.every((byte, i) => bytes[start + i] === byte)) return undefined
  const rest = String.fromCharCode(...bytes.subarray(start + delimiter.length, Math.min(end, start + delimiter.length + 80)))
  return /^[ \t]*$/.test(rest) ? 'open' : /^--[ \t]*$/.test(rest) ? 'close' : undefined
}

function decode({ bytes, start, end }: Span): string {
  try {
    return decoder.decode(bytes.subarray(start, end))
  } catch (cause) {
    throw new ODataError('Request_BadRequest', 'The head of a part is not valid UTF-8.', { cause })
  }
}

export function malformed(message: string): ODataError {
  return new ODataError('Request_BadRequest', message)
}

function fail(message: string): never {
  throw malformed(message)
}
