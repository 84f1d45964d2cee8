import { ODataError } from '../../error.ts'

/** A place in the text of a query option. Moves forward only, but for `at`, which a parser may set back to try another reading. */
export class TextReader {
  readonly text: string
  /** The option, for messages: `$filter`. */
  readonly option: string
  at = 0
  #depth = 0
  readonly #maxDepth: number

  constructor(text: string, option: string, maxDepth: number) {
    this.text = text
    this.option = option
    this.#maxDepth = maxDepth
  }

  get done(): boolean {
    return this.at >= this.text.length
  }

  /** The character code at the place; NaN at the end. */
  get code(): number {
    return this.text.charCodeAt(this.at)
  }

  skipSpace(): void {
    while (this.code === 0x20 || this.code === 0x09) this.at++
  }

  /** Takes the text if it stands here. */
  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }

  /** Takes what a sticky pattern matches here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  require(text: string): void {
    this.skipSpace()
    if (!this.take(text)) this.fail(`'${text}'`)
  }

  /** `before`: what else could have stood here. */
  requireEnd(before = ''): void {
    this.skipSpace()
    if (!this.done) this.fail(`${before}the end of the expression`)
  }

  /** Refuses with the place and what was expected there. */
  fail(expected: string, at = this.at): never {
    const found = at >= this.text.length ? 'the end' : `'${this.text.slice(at, at + 12)}'`
    throw new ODataError(
      'Request_BadRequest',
      `Syntax error in ${this.option} at position ${at}: ${expected} was expected, ${found} found.`,
      { target: this.option },
    )
  }

  /** Parses one level deeper. A text that nests past the limit is refused, long before the stack is. */
  nest<T>(parse: () => T): T {
    if (++this.#depth > this.#maxDepth) {
      throw new ODataError('Request_UnsupportedQuery', `${this.option} nests deeper than ${this.#maxDepth} levels.`, {
        target: this.option,
      })
    }
    const result = parse()
    this.#depth--
    return result
  }
}
