import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { ConfigError } from '../../config.ts'
import { formatOfName, type RowFormat } from './row-format.ts'
import { SourceError, type SourceRow } from './source-row.ts'

export interface SourceOptions {
  readonly format: RowFormat | undefined
  /** Of a text file; without it UTF-8, or UTF-16 where a byte order mark says so. */
  readonly encoding: string | undefined
  /** Of CSV; without it what the head of the file suggests. */
  readonly delimiter: string | undefined
  /** Ends the reading, also of a pipe in which nothing comes. */
  readonly signal: AbortSignal
}

/** A file, or standard input, as rows. */
export interface Source {
  readonly format: RowFormat
  readonly rows: AsyncIterable<SourceRow>
  /** How much of the file was read, 0 to 1; undefined where nobody knows how long it is. */
  readonly part: () => number | undefined
}

/** Opens a file by its path, or standard input by `-`. Throws {@link ConfigError} when there is no such file. */
export async function openSource(path: string, options: SourceOptions): Promise<Source> {
  const size = path === '-' ? undefined : await sizeOf(path)
  const named = options.format ?? (path === '-' ? undefined : formatOfName(path))
  if (named === 'xlsx' && path !== '-') {
    const { readXlsxFile } = await import('./read-xlsx.ts')
    return { format: 'xlsx', ...readXlsxFile(path) }
  }
  let read = 0
  const input = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 256 * 1024 })
  options.signal.addEventListener('abort', () => input.destroy(), { once: true })
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      read += chunk.length
      yield chunk
    }
  }
  const part = () => (size === undefined ? undefined : size === 0 ? 1 : Math.min(1, read / size))
  const { start, bytes } = await peek(counted())
  const format = named ?? sniffFormat(start)
  if (format === 'xlsx') {
    const { readXlsxBytes } = await import('./read-xlsx.ts')
    return { format, ...readXlsxBytes(bytes) }
  }
  const text = decode(bytes, start, options.encoding)
  return { format, rows: await rowsOf(format, text, options.delimiter), part }
}

async function rowsOf(format: Exclude<RowFormat, 'xlsx'>, text: AsyncIterable<string>, delimiter: string | undefined) {
  if (format === 'csv') {
    const { readCsv } = await import('./read-csv.ts')
    return readCsv(text, delimiter)
  }
  const { readJson, readNdjson } = await import('./read-json.ts')
  return format === 'json' ? readJson(text) : readNdjson(text)
}

async function sizeOf(path: string): Promise<number | undefined> {
  const told = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(error.code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${error.code}).`)
  })
  if (told.isDirectory()) throw new ConfigError(`${path} is a folder.`)
  // A pipe that stands in a folder has no length.
  return told.isFile() ? told.size : undefined
}

/** The first bytes, and all of them. */
async function peek(bytes: AsyncGenerator<Buffer>): Promise<{ readonly start: Buffer; readonly bytes: AsyncIterable<Buffer> }> {
  const first: Buffer[] = []
  let length = 0
  while (length < 4_096) {
    const { value, done } = await bytes.next()
    if (done) break
    first.push(value)
    length += value.length
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield* first
    yield* bytes
  }
  return { start: Buffer.concat(first), bytes: all() }
}

/** What the first bytes look like: an archive, JSON, or else text with delimiters. */
function sniffFormat(start: Buffer): RowFormat {
  if (start.subarray(0, 4).toString('latin1') === 'PK\x03\x04') return 'xlsx'
  const text = start
    .toString(encodingOf(start) === 'utf-16le' ? 'utf16le' : 'utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (text.startsWith('[')) return 'json'
  if (!text.startsWith('{')) return 'csv'
  const [line = ''] = text.split('\n')
  try {
    return Array.isArray(JSON.parse(line).value) ? 'json' : 'ndjson'
  } catch {
    // One object over many lines, or a very long line: an answer of the service with all rows in it, or the first of many.
    return /^\{\s*"(?:@|value")/.test(text) ? 'json' : 'ndjson'
  }
}

/** What a byte order mark says (Unicode 23.8), else UTF-8. */
function encodingOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}

async function* decode(bytes: AsyncIterable<Buffer>, start: Buffer, encoding: string | undefined): AsyncGenerator<string> {
  const decoder = decoderOf(encoding ?? encodingOf(start))
  let before = 0
  const read = (chunk: Buffer | undefined): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
    } catch {
      throw new SourceError(
        `The file is not ${decoder.encoding.toUpperCase()} (somewhere after ${before} bytes): --encoding names what it is, such as windows-1252.`,
      )
    }
  }
  for await (const chunk of bytes) {
    yield read(chunk)
    before += chunk.length
  }
  yield read(undefined)
}

function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true })
  } catch {
    throw new ConfigError(`--encoding takes a name such as utf-8, utf-16le or windows-1252, not '${encoding}'.`)
  }
}
