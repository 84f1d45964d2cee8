import { extname } from 'node:path'
import { ConfigError } from '../../config.ts'

/** How rows stand in a file. */
export const rowFormats = ['csv', 'json', 'ndjson', 'xlsx'] as const
export type RowFormat = (typeof rowFormats)[number]

/** Rows of a sheet of Excel at the most, with the one of names (Excel specifications and limits). */
export const sheetRows = 1_048_576

export const tooManyRows = `A sheet of Excel holds ${sheetRows - 1} customers: another --format, or a --filter, does.`

const byExtension: Readonly<Record<string, RowFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.xlsx': 'xlsx',
}

/** The format that a file's name tells, if it tells one. */
export function formatOfName(file: string): RowFormat | undefined {
  return byExtension[extname(file).toLowerCase()]
}

/** Reads the value of `--format`. Throws {@link ConfigError}. */
export function readFormat(text: string): RowFormat {
  const format = rowFormats.find((name) => name === text.toLowerCase())
  if (format === undefined) throw new ConfigError(`--format takes ${rowFormats.join(', ')}, not '${text}'.`)
  return format
}

/** Reads the value of `--delimiter`. Throws {@link ConfigError}. */
export function readDelimiter(text: string): string {
  const delimiter = text === 'tab' || text === '\\t' ? '\t' : text
  if (!/^[,;|\t]$/.test(delimiter)) throw new ConfigError('--delimiter takes one of , ; | or tab.')
  return delimiter
}
