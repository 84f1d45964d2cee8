import { SourceError, type SourceRow } from './source-row.ts'

/** Characters of a row at the most: what is longer is no row, and is not waited for. */
const longestElement = 16_777_216

/** One object a line (NDJSON, JSON Lines). A line that is none is a row with a fault. */
export async function* readNdjson(text: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  let line = 0
  for await (const one of linesOf(text)) {
    line++
    if (one.trim() !== '') yield rowOf(one, line)
  }
}

/** An array of objects, or an answer of an OData service that has it as `value`. Each is read when it is there: the file may be longer than memory. */
export async function* readJson(text: AsyncIterable<string>): AsyncGenerator<SourceRow> {
  const splitter = new ArraySplitter()
  for await (const chunk of text) yield* splitter.push(chunk)
  splitter.end()
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestElement) throw new SourceError(`A line is longer than ${longestElement} characters: is the file NDJSON?`)
    yield* lines
  }
  if (rest !== '') yield rest
}

function rowOf(text: string, line: number): SourceRow {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const members = flatten(value)
      return { line, names: members.map(([name]) => name), values: members.map(([, member]) => member) }
    }
    return { line, names: [], values: [], fault: 'It is no JSON object.' }
  } catch (error) {
    return { line, names: [], values: [], fault: `It is no JSON: ${(error as Error).message}.` }
  }
}

/** Members of objects within as `outer.inner`: Lighthouse keeps a tenant's status in one. */
function flatten(value: object, prefix = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([name, member]): [string, unknown][] =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? flatten(member, `${prefix}${name}.`)
      : [[`${prefix}${name}`, member]],
  )
}

/** Finds the elements of the one array of a JSON text that comes in pieces. What stands inside an element is left to JSON.parse. */
class ArraySplitter {
  /** Brackets that are open. */
  #depth = 0
  /** The depth inside of the array; 0 until it is found. */
  #inside = 0
  #closed = false
  #inString = false
  #escaped = false
  #line = 1
  #startLine = 1
  /** The text that is read and not yet used: an element's, or a member's name. */
  #text = ''
  /** The last string of the outer object: the name before a colon. */
  #name = ''
  /** Whether the answer says that it goes on elsewhere. */
  #partial = false

  end(): void {
    if (!this.#closed) throw new SourceError('The file has no whole JSON array in it: it is cut off, or no array of objects.')
    if (this.#partial) throw new SourceError('The file is one page of an answer (@odata.nextLink): the pages after it are missing.')
  }

  *push(chunk: string): Generator<SourceRow> {
    let from = 0
    for (let i = 0; i < chunk.length; i++) {
      const char = chunk[i]
      if (char === '\n') this.#line++
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (char === '\\') this.#escaped = true
        else if (char === '"') {
          this.#inString = false
          if (this.#inside === 0 && this.#depth === 1) {
            this.#name = (this.#text + chunk.slice(from, i)).trim()
            this.#text = ''
            this.#partial ||= this.#name === '@odata.nextLink'
          }
        }
        continue
      }
      switch (char) {
        case '"':
          this.#inString = true
          if (this.#inside === 0) {
            this.#text = ''
            from = i + 1
          }
          break
        case '[':
        case '{':
          if (this.#closed) break
          if (this.#depth === 0 && this.#inside === 0 && char === '[') this.#enter()
          else if (this.#depth === 1 && this.#inside === 0 && char === '[' && this.#name === 'value') this.#enter()
          else {
            this.#depth++
            break
          }
          from = i + 1
          break
        case ',':
          if (this.#inside > 0 && this.#depth === this.#inside) {
            yield* this.#finish(chunk.slice(from, i))
            from = i + 1
          }
          break
        case ']':
        case '}':
          if (this.#inside > 0 && this.#depth === this.#inside) {
            yield* this.#finish(chunk.slice(from, i), true)
            this.#inside = 0
            this.#closed = true
          }
          this.#depth--
          break
      }
    }
    if (this.#inside > 0 || this.#inString) this.#text += chunk.slice(from)
    if (this.#text.length > 16_777_216)
      throw new SourceError(`What begins in line ${this.#startLine} has no end: is the file a JSON array?`)
  }

  #enter(): void {
    this.#depth++
    this.#inside = this.#depth
    this.#text = ''
    this.#startLine = this.#line
  }

  *#finish(end: string, last = false): Generator<SourceRow> {
    const text = this.#text + end
    // An element begins where its first character stands.
    const line = this.#startLine + (/^\s*/.exec(text)?.[0].split('\n').length ?? 1) - 1
    this.#text = ''
    this.#startLine = this.#line
    if (text.trim() === '' && last) return
    yield rowOf(text, line)
  }
}
