import type { Column, WrittenEntity } from './column.ts'
import { defuseText } from './formula.ts'
import type { RowFormat } from './row-format.ts'

export interface WriteOptions {
  readonly format: RowFormat
  readonly columns: readonly Column[]
  /** Of CSV. */
  readonly delimiter: string
  /** Whether a CSV file begins with a byte order mark, by which Excel knows UTF-8. */
  readonly byteOrderMark: boolean
}

/** The bytes of a file of these rows, a page at a time: never more than a page is held. */
export async function* writeRows(
  pages: AsyncIterable<readonly WrittenEntity[]>,
  options: WriteOptions,
): AsyncGenerator<string | Uint8Array> {
  switch (options.format) {
    case 'csv':
      return yield* writeCsv(pages, options)
    case 'ndjson':
      for await (const page of pages)
        if (page.length > 0) yield `${page.map((entity) => printObject(options.columns, entity)).join('\n')}\n`
      return
    case 'json': {
      let first = true
      for await (const page of pages) {
        if (page.length === 0) continue
        yield `${first ? '[\n' : ',\n'}${page.map((entity) => printObject(options.columns, entity)).join(',\n')}`
        first = false
      }
      yield first ? '[]\n' : '\n]\n'
      return
    }
    case 'xlsx': {
      const { writeXlsx } = await import('./write-xlsx.ts')
      return yield* writeXlsx(pages, options.columns)
    }
  }
}

function printObject(columns: readonly Column[], entity: WrittenEntity): string {
  return JSON.stringify(Object.fromEntries(columns.map(({ name, read }) => [name, read(entity)])))
}

/** RFC 4180, with texts that a spreadsheet cannot take for formulas. */
async function* writeCsv(
  pages: AsyncIterable<readonly WrittenEntity[]>,
  { columns, delimiter, byteOrderMark }: WriteOptions,
): AsyncGenerator<string> {
  const { stringify } = await import('csv-stringify/sync')
  // A separator of another country's spreadsheets must not begin a cell in the middle of a text, nor may space at an edge be taken for none.
  const print = (rows: readonly unknown[][]) =>
    stringify(rows as unknown[][], { delimiter, quoted_match: /[,;\t|]|^\s|\s$/, cast: { boolean: String }, record_delimiter: 'windows' })
  yield `${byteOrderMark ? '\uFEFF' : ''}${print([columns.map(({ name }) => name)])}`
  for await (const page of pages) {
    if (page.length === 0) continue
    yield print(
      page.map((entity) =>
        columns.map(({ read }) => {
          const value = read(entity)
          return typeof value === 'string' ? defuseText(value) : value
        }),
      ),
    )
  }
}
