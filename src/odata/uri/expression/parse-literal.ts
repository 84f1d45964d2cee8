import type { LiteralType, PrimitiveLiteral } from './expression.ts'
import type { TextReader } from './reader.ts'

/** What may not follow a literal: it would make it another word. */
const boundary = /(?![A-Za-z0-9_.%-])/.source

const sticky = (pattern: string) => new RegExp(pattern + boundary, 'iy')

const hex = '[0-9a-f]'
const date = '-?\\d{4,6}-\\d\\d-\\d\\d'
const time = '\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,12})?)?'

/** Literals without quotes, the longest reading first (OData ABNF, primitiveLiteral). */
const unquoted: readonly (readonly [LiteralType, RegExp])[] = [
  ['Edm.Guid', sticky(`${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`)],
  // A raw `+` of an offset may have become a space on the way.
  ['Edm.DateTimeOffset', sticky(`${date}T${time}(?:Z|[-+ ]\\d\\d:\\d\\d)`)],
  ['Edm.Date', sticky(date)],
  ['Edm.TimeOfDay', sticky(time)],
  ['Edm.Double', sticky('[-+]?\\d+(?:\\.\\d+)?e[-+]?\\d+')],
  ['Edm.Decimal', sticky('[-+]?\\d+\\.\\d+')],
  ['Edm.Int64', sticky('[-+]?\\d+')],
  ['Edm.Double', /-INF(?![A-Za-z0-9_])/y],
]

/** Literals with a prefix and quotes; 4.01 makes the prefix of a duration optional. */
const quoted: ReadonlyMap<string, LiteralType> = new Map([
  ['duration', 'Edm.Duration'],
  ['binary', 'Edm.Binary'],
])

const words: ReadonlyMap<string, readonly [LiteralType, string]> = new Map([
  ['null', ['null', 'null']],
  ['true', ['Edm.Boolean', 'true']],
  ['false', ['Edm.Boolean', 'false']],
  ['INF', ['Edm.Double', 'INF']],
  ['NaN', ['Edm.Double', 'NaN']],
])

/** The literal that stands here, if one does. */
export function parseLiteral(reader: TextReader): PrimitiveLiteral | undefined {
  const at = reader.at
  if (reader.code === 0x27) return { kind: 'literal', type: 'Edm.String', text: parseQuoted(reader), at }
  if (isDigit(reader.code) || isSign(reader) || isHexWord(reader)) {
    for (const [type, pattern] of unquoted) {
      const text = reader.match(pattern)
      if (text !== undefined) return { kind: 'literal', type, text, at }
    }
    if (isDigit(reader.code)) reader.fail('a well-formed number, date, time or GUID')
  }
  return undefined
}

/** The literal that a bare word is: `null`, `true`, `INF`; or one that the word is the prefix of: `duration'P1D'`. */
export function literalOfWord(word: string, at: number, reader: TextReader): PrimitiveLiteral | undefined {
  const type = quoted.get(word.toLowerCase())
  if (type && reader.code === 0x27) return { kind: 'literal', type, text: parseQuoted(reader), at }
  const known = words.get(word) ?? words.get(word.toLowerCase())
  return known && { kind: 'literal', type: known[0], text: known[1], at }
}

/** A string in single quotes, a quote in it doubled (URL Conventions 4.01, 5.1.1.14.1). */
function parseQuoted(reader: TextReader): string {
  const start = reader.at
  reader.at++
  let value = ''
  for (;;) {
    const end = reader.text.indexOf("'", reader.at)
    if (end < 0) reader.fail('a closing quote', start)
    value += reader.text.slice(reader.at, end)
    reader.at = end + 1
    if (reader.code !== 0x27) return value
    value += "'"
    reader.at++
  }
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39

/** A sign belongs to the number that follows it at once; before anything else `-` negates. */
function isSign(reader: TextReader): boolean {
  return (
    (reader.code === 0x2d || reader.code === 0x2b) &&
    (isDigit(reader.text.charCodeAt(reader.at + 1)) || reader.text.startsWith('-INF', reader.at))
  )
}

/** A GUID may begin with a letter. */
function isHexWord(reader: TextReader): boolean {
  return /^[0-9a-f]{8}-/i.test(reader.text.slice(reader.at, reader.at + 9))
}
