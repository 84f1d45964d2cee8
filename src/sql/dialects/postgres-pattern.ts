import { NotInThisDialect } from '../dialect.ts'
import { type SqlFragment, sql } from '../fragment.ts'

/**
 * `matchesPattern` (URL Conventions 4.01, 5.1.1.7.1) by PostgreSQL's own regular expressions, which are run in bounded steps as long as they refer to no group.
 * The pattern is put into its words: classes mean ASCII, `.` no line feed, `^` and `$` the ends of the text.
 */
export function matchesPattern(subject?: SqlFragment, pattern?: SqlFragment, flags?: SqlFragment): SqlFragment {
  const text = constantOf(pattern)
  const given = flags ? constantOf(flags) : ''
  if (!subject || text === undefined || given === undefined)
    throw new NotInThisDialect("The pattern of 'matchespattern' must be a literal where the database is PostgreSQL.")
  if (/[^ims]/.test(given))
    throw new NotInThisDialect(`The flags '${given.slice(0, 20)}' of 'matchespattern' are not offered: i, m and s are.`)
  const translated = `${given.includes('m') ? '(?w)' : ''}${translatePattern(text, given.includes('s'))}`
  return given.includes('i')
    ? sql`(${subject} collate "und-x-icu" ~* (${translated} collate "und-x-icu"))`
    : sql`(${subject} ~ ${translated})`
}

function constantOf(fragment: SqlFragment | undefined): string | undefined {
  const [value] = fragment?.parameters ?? []
  return fragment?.text === '?' && typeof value === 'string' ? value : undefined
}

const classes: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_', s: '\\t\\n\\f\\r ' }

const controls: Readonly<Record<string, string>> = { t: '\\t', n: '\\n', r: '\\r', f: '\\f', v: '\\v' }

/** ECMAScript's syntax as far as both kinds of expression have it; anything else is refused with a word. */
export function translatePattern(pattern: string, dotAll: boolean): string {
  let out = ''
  let at = 0
  const refuse = (what: string): never => {
    throw new NotInThisDialect(`'${pattern.slice(0, 80)}' is not a regular expression that 'matchespattern' takes: ${what}.`)
  }
  const readEscape = (inClass: boolean): string => {
    const char = pattern[++at] ?? refuse('it ends with a backslash')
    at++
    const known = classes[char.toLowerCase()]
    if (known !== undefined && char === char.toLowerCase()) return inClass ? known : `[${known}]`
    if (known !== undefined) return inClass ? refuse(`\\${char} stands in brackets`) : `[^${known}]`
    if (controls[char] !== undefined) return controls[char]
    if (char === 'b' || char === 'B') return inClass ? refuse('\\b stands in brackets') : char === 'b' ? '\\y' : '\\Y'
    if (char === 'x' || char === 'u') {
      const digits = new RegExp(char === 'x' ? '^[0-9a-fA-F]{2}' : '^(?:[0-9a-fA-F]{4}|\\{[0-9a-fA-F]{1,6}\\})').exec(
        pattern.slice(at),
      )?.[0]
      if (digits === undefined) return refuse(`\\${char} is followed by no code`)
      at += digits.length
      return `\\U${digits.replace(/[{}]/g, '').padStart(8, '0')}`
    }
    if (/[a-zA-Z0-9]/.test(char)) return refuse(`\\${char} is not offered`)
    return `\\${char}`
  }
  const bracket = (): string => {
    let inner = '['
    at++
    if (pattern[at] === '^') {
      inner += '^'
      at++
    }
    let empty = true
    while (pattern[at] !== ']' || empty) {
      const char = pattern[at] ?? refuse('a bracket is not closed')
      if (char === ']' && empty) return refuse('brackets are empty')
      empty = false
      if (char === '\\') inner += readEscape(true)
      else {
        inner += char === '[' ? '\\[' : char
        at++
      }
    }
    at++
    return `${inner}]`
  }
  while (at < pattern.length) {
    const char = pattern[at] ?? ''
    if (char === '\\') out += readEscape(false)
    else if (char === '[') out += bracket()
    else if (char === '(') {
      const group = /^\(\?(.?)/.exec(pattern.slice(at))
      if (group && group[1] !== ':') refuse('of groups that begin with ?, only (?: is offered')
      // Nothing refers to a group, and one that captures costs more.
      out += '(?:'
      at += group ? 3 : 1
    } else if (char === '{' && !/^\{\d+(?:,\d*)?\}/.test(pattern.slice(at))) {
      out += '\\{'
      at++
    } else {
      out += char === '.' && !dotAll ? '[^\\n]' : char
      at++
    }
  }
  // What stands at the beginning may not be taken for PostgreSQL's own directives.
  return `(?:${out})`
}
