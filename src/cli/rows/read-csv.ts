import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { restoreText } from './formula.ts'
import { SourceError, type SourceRow } from './source-row.ts'

/** Characters of a row at the most: past it a quote is open that nobody closes. */
const longestRow = 1_000_000

const delimiters = [',', ';', '\t', '|']

/** RFC 4180 and what people make of it: other delimiters, space around values, rows that end early because the rest of them is empty. */
export async function* readCsv(text: AsyncIterable<string>, delimiter: string | undefined): AsyncGenerator<SourceRow> {
  const { head, all } = await peekLine(text)
  const parser = parse({
    delimiter: delimiter ?? sniffDelimiter(head),
    info: true,
    // Space inside of quotes is kept.
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
  })
  const source = Readable.from(all)
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  let names: readonly string[] | undefined
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (names === undefined) {
        names = record
        continue
      }
      yield rowOf(record.map(restoreText), names, info.lines - linesIn(record))
    }
  } catch (error) {
    throw error instanceof CsvError ? new SourceError(tell(error)) : error
  } finally {
    source.destroy()
    parser.destroy()
  }
}

function rowOf(record: readonly string[], names: readonly string[], line: number): SourceRow {
  const { length } = names
  if (record.length > length && record.slice(length).every((value) => value === '')) return { line, names, values: record.slice(0, length) }
  if (record.length === length) return { line, names, values: record }
  return {
    line,
    names,
    values: record,
    fault: `It has ${record.length} values under ${length} names: a delimiter or a quote is missing or too many.`,
  }
}

/** Breaks of lines inside of quotes: the parser tells where a row ends. */
function linesIn(record: readonly string[]): number {
  let breaks = 0
  for (const value of record) if (value.includes('\n')) breaks += value.split('\n').length - 1
  return breaks
}

function tell(error: CsvError): string {
  const line = `line ${String(error.lines ?? '?')}`
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return `The row that ends about ${line} is longer than ${longestRow} characters: a quote is not closed.`
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return `A quote is opened in ${line} and not closed.`
  return `The file is no CSV in ${line}: ${error.message}`
}

/** The first line, and all of the text. */
async function peekLine(text: AsyncIterable<string>): Promise<{ readonly head: string; readonly all: AsyncIterable<string> }> {
  const chunks = text[Symbol.asyncIterator]()
  let first = ''
  while (!/[\r\n]/.test(first) && first.length < longestRow) {
    const { value, done } = await chunks.next()
    if (done) break
    first += value
  }
  async function* all(): AsyncGenerator<string> {
    yield first
    for (;;) {
      const { value, done } = await chunks.next()
      if (done) return
      yield value
    }
  }
  return { head: /^[^\r\n]*/.exec(first.trimStart())?.[0] ?? '', all: all() }
}

/** The one of the usual delimiters that separates most names. */
function sniffDelimiter(head: string): string {
  const bare = head.replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => bare.split(delimiter).length
  return delimiters.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
}
