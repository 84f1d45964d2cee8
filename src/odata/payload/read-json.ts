import { ODataError } from '../error.ts'

/** How deep a body may nest. Ours are flat; a delta payload or a batch nests four levels. */
const depthLimit = 32

/** Reads a body as JSON (RFC 8259): UTF-8 only, no member name twice in one object (OData JSON 4.01, 2.1), bounded depth. */
export function readJson(body: Uint8Array): unknown {
  const text = decodeUtf8(body)
  const names = countNamesInText(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ODataError('Request_BadRequest', 'The body is not valid JSON.', { cause })
  }
  // Parsing leaves one member of each name: only where some are gone is it worth a look which.
  const repeated = names === countNames(value) ? undefined : findRepeatedName(text)
  if (repeated !== undefined)
    throw new ODataError('Request_BadRequest', `The body names the member '${repeated}' more than once in one object.`, {
      target: repeated,
    })
  return value
}

const decoder = new TextDecoder('utf-8', { fatal: true })

export function decodeUtf8(body: Uint8Array): string {
  try {
    return decoder.decode(body)
  } catch (cause) {
    throw new ODataError('Request_BadRequest', 'The body is not valid UTF-8.', { cause })
  }
}

/** How many member names the text has, if it is valid JSON: each has a colon after it, and no other colon stands outside of strings. Refuses deep nesting. */
function countNamesInText(text: string): number {
  let names = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === quote) i = endOfString(text, i)
    else if (unit === colon) names++
    else if (unit === openBrace || unit === openBracket) {
      if (++depth > depthLimit) throw new ODataError('Request_BadRequest', `The body nests deeper than ${depthLimit} levels.`)
    } else if (unit === closeBrace || unit === closeBracket) depth--
  }
  return names
}

/** How many members the objects of a value have, all together. */
function countNames(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  let names = Array.isArray(value) ? 0 : members.length
  for (const member of members) if (typeof member === 'object') names += countNames(member)
  return names
}

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/** The index of the closing quote of the string that opens at `start`; the end of the text when it has none. */
function endOfString(text: string, start: number): number {
  for (let end = start + 1; ; end++) {
    end = text.indexOf('"', end)
    if (end < 0) return text.length
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end
  }
}

/** The first name that an object of this valid JSON text holds twice. Names are compared after unescaping: `"a"` is `"\u0061"`. */
function findRepeatedName(text: string): string | undefined {
  const scopes: (Set<string> | undefined)[] = []
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === openBrace) scopes.push(new Set())
    else if (unit === openBracket) scopes.push(undefined)
    else if (unit === closeBrace || unit === closeBracket) scopes.pop()
    else if (unit === quote) {
      const end = endOfString(text, i)
      let next = end + 1
      while (isSpace(text.charCodeAt(next))) next++
      // In valid JSON a string before a colon is a member name, and stands nowhere else.
      if (text.charCodeAt(next) === colon) {
        const written = text.slice(i + 1, end)
        const name = written.includes('\\') ? String(JSON.parse(`"${written}"`)) : written
        const names = scopes.at(-1)
        if (names?.has(name)) return name
        names?.add(name)
      }
      i = end
    }
  }
  return undefined
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09
}
