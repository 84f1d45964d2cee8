import { extname } from 'node:path'
import { ConfigError } from '../../config.ts'

/** How rows stand in a file. */
export const rowFormats = ['csv', 'json', 'ndjson', 'xlsx'] as const
export type RowFormat = (typeof rowFormats)[number]

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
