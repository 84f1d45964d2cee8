import { ODataError } from '../error.ts'

/** How the answer is written (OData JSON 4.01, 3). */
export interface Format {
  readonly mediaType: 'application/json' | 'application/xml' | 'text/plain' | 'multipart/mixed'
  readonly metadata: 'none' | 'minimal' | 'full'
  /** Numbers of 64 bits, `@odata.count` among them, are written as strings. */
  readonly ieee754Compatible: boolean
  /** `charset=utf-8` is said only to a caller that named it (Protocol 4.01, 8.2.1). */
  readonly charset: boolean
}

interface MediaRange {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly q: number
}

const shortNames: ReadonlyMap<string, string> = new Map([
  ['json', 'application/json'],
  ['xml', 'application/xml'],
])

/**
 * Chooses the format of an answer: `$format` overrides `Accept` (URL Conventions 4.01, 5.1.11); among the ranges of `Accept` the highest `q` wins,
 * and among equals the first. A format parameter that is not known makes its range unacceptable (Protocol 4.01, 8.2.1). Nothing acceptable: 406.
 */
export function negotiateFormat(
  accept: string | undefined,
  dollarFormat: string | undefined,
  offered: readonly Format['mediaType'][],
): Format {
  const [first = 'application/json'] = offered
  if (dollarFormat === undefined && (accept === undefined || accept === '*/*' || accept === '')) return plainFormat(first)
  if (dollarFormat === undefined && accept === first) return plainFormat(first)
  let best: Format | undefined
  let bestQ = 0
  for (const range of parseAccept(
    dollarFormat === undefined ? (accept ?? '') : (shortNames.get(dollarFormat.toLowerCase()) ?? dollarFormat),
  )) {
    if (range.q <= bestQ) continue
    const format = formatFor(range, offered)
    if (format) [best, bestQ] = [format, range.q]
  }
  if (best) return best
  throw new ODataError(
    'NotAcceptable',
    `The answer can be written as ${offered.join(' or ')}, which ${dollarFormat === undefined ? 'Accept' : '$format'} excludes.`,
    {
      target: dollarFormat === undefined ? 'Accept' : '$format',
    },
  )
}

/** Whether `Accept` names a media type itself, however little it prefers it. */
export function namesMediaType(accept: string | undefined, mediaType: Format['mediaType']): boolean {
  return accept !== undefined && parseAccept(accept).some(({ type, q }) => type === mediaType && q > 0)
}

const plainFormats = new Map<string, Format>()
function plainFormat(mediaType: Format['mediaType']): Format {
  let format = plainFormats.get(mediaType)
  if (!format) {
    format = { mediaType, metadata: 'minimal', ieee754Compatible: false, charset: false }
    plainFormats.set(mediaType, format)
  }
  return format
}

function formatFor(range: MediaRange, offered: readonly Format['mediaType'][]): Format | undefined {
  const mediaType = offered.find(
    (type) => range.type === type || range.type === '*/*' || range.type === `${type.slice(0, type.indexOf('/'))}/*`,
  )
  if (!mediaType) return undefined
  let format = plainFormat(mediaType)
  for (const [name, value] of range.parameters) {
    if (name === 'charset') {
      if (value !== 'utf-8' && value !== 'utf8') return undefined
      format = { ...format, charset: true }
    } else if (mediaType !== 'application/json') {
      return undefined
    } else if (name === 'odata.metadata' || name === 'metadata') {
      if (value !== 'none' && value !== 'minimal' && value !== 'full') return undefined
      format = { ...format, metadata: value }
    } else if (name === 'ieee754compatible') {
      if (value !== 'true' && value !== 'false') return undefined
      format = { ...format, ieee754Compatible: value === 'true' }
    } else if (name === 'odata.streaming' || name === 'streaming' || name === 'exponentialdecimals') {
      // Either value may be honoured or not: we stream nothing and have no decimals (OData JSON 4.01, 3.2 and 4.4).
      if (value !== 'true' && value !== 'false') return undefined
    } else return undefined
  }
  return format
}

function parseAccept(header: string): MediaRange[] {
  const ranges: MediaRange[] = []
  for (const item of header.split(',')) {
    const [type = '', ...rest] = item.split(';').map((part) => part.trim())
    if (type === '') continue
    const parameters = new Map<string, string>()
    let q = 1
    for (const part of rest) {
      const [name = '', value = ''] = part.split('=').map((half) => half.trim().toLowerCase())
      if (name === 'q') q = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value) ? Number(value) : 0
      else if (name !== '') parameters.set(name, value.replaceAll('"', ''))
    }
    ranges.push({ type: type.toLowerCase(), parameters, q })
  }
  return ranges
}

/** The `Content-Type` of an answer in this format. 4.0 spells the parameter `odata.metadata`, 4.01 `metadata` (OData JSON 4.01, 3.1). */
export function printContentType(format: Format, version: '4.0' | '4.01'): string {
  const charset = format.charset ? ';charset=utf-8' : ''
  if (format.mediaType !== 'application/json') return `${format.mediaType}${charset}`
  const ieee754 = format.ieee754Compatible ? ';IEEE754Compatible=true' : ''
  return `application/json;${version === '4.01' ? '' : 'odata.'}metadata=${format.metadata}${ieee754}${charset}`
}
