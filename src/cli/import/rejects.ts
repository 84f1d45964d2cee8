import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError } from '../../config.ts'
import { defuseText } from '../rows/formula.ts'
import { formatOfName, type RowFormat } from '../rows/row-format.ts'
import type { SourceRow } from '../rows/source-row.ts'

/** The columns that a file of rejected rows has beside those of the rows. Import passes over them. */
const added = ['importLine', 'importReason'] as const

export function isRejectColumn(name: string): boolean {
  return added.some((column) => column === name)
}

/** A file that takes the rows that were refused, as they were, with the reason: mend it and import it. It is empty when none was. */
export interface Rejects {
  readonly add: (row: SourceRow, reason: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** CSV for rows of CSV and Excel, NDJSON for rows of JSON, unless the file's name says which. Throws {@link ConfigError}. */
export function openRejects(file: string, input: string, from: RowFormat | undefined): Rejects {
  if (resolve(file) === resolve(input)) throw new ConfigError('--rejects names the file that is imported: it would be overwritten.')
  const format = formatOfName(file) ?? (from === 'json' || from === 'ndjson' ? 'ndjson' : 'csv')
  if (format === 'xlsx' || format === 'json')
    throw new ConfigError('--rejects writes CSV or NDJSON: its file is to end in .csv or .ndjson.')
  let stream: WriteStream | undefined
  let columns: readonly string[] | undefined
  return {
    async add(row, reason) {
      stream ??= createWriteStream(file)
      let text: string
      if (format === 'ndjson') text = printJson(row, reason)
      else {
        const { stringify } = await import('csv-stringify/sync')
        const head = columns === undefined
        columns ??= row.names
        text = stringify([...(head ? [[...columns, ...added]] : []), [...valuesUnder(columns, row), row.line, reason]], {
          record_delimiter: 'windows',
        })
      }
      if (!stream.write(text)) await once(stream, 'drain')
    },
    async close() {
      stream ??= createWriteStream(file)
      stream.end()
      await once(stream, 'finish')
    },
  }
}

/** The row's values under the columns of the file of rejects: rows of JSON may have others. */
function valuesUnder(columns: readonly string[], { names, values }: SourceRow): unknown[] {
  return columns.map((name, at) => cellOf(values[names[at] === name ? at : names.indexOf(name)]))
}

/** Texts are defused here too: a row may be refused for what it would do to a spreadsheet's reader. */
function cellOf(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'string' ? defuseText(value) : typeof value === 'boolean' ? String(value) : value
}

function printJson({ names, values, line }: SourceRow, reason: string): string {
  const [lineName, reasonName] = added
  return `${JSON.stringify({ ...Object.fromEntries(names.map((name, at) => [name, values[at]])), [lineName]: line, [reasonName]: reason })}\n`
}
