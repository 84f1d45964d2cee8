import { createWriteStream } from 'node:fs'
import { realpath, rename, rm, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ConfigError } from '../config.ts'
import { customerType } from '../model/customer.ts'
import { interruptedCode, listenForInterruption } from './interruption.ts'
import { countOf, createProgress } from './progress.ts'
import { type Query, readPages } from './read-pages.ts'
import { columnsOf, type WrittenEntity } from './rows/column.ts'
import { formatOfName, type RowFormat, readDelimiter, readFormat, sheetRows, tooManyRows } from './rows/row-format.ts'
import { writeRows } from './rows/write-rows.ts'
import type { ServiceClient } from './service-client.ts'

export interface ExportFlags {
  readonly filter?: string
  readonly orderby?: string
  readonly search?: string
  /** Names separated by commas. */
  readonly select?: string
  readonly format?: string
  /** A file; else standard output. */
  readonly output?: string
  readonly labels?: boolean
  readonly delimiter?: string
  readonly bom?: boolean
  readonly quiet?: boolean
  readonly json?: boolean
}

/** Writes all customers that match into a file or to standard output. Gives the exit code. */
export async function exportCustomers(
  open: (waiting: (reason: string, seconds: number) => void) => Promise<ServiceClient>,
  flags: ExportFlags,
  print: (line: string) => void,
): Promise<number> {
  const { output, labels = false, json = false } = flags
  if (json && output === undefined) throw new ConfigError('--json tells about a file that was written: it goes with --output.')
  const format = formatOf(flags)
  const delimiter = readDelimiter(flags.delimiter ?? ',')
  const names = flags.select === undefined ? undefined : selected(flags.select)
  const columns = columnsOf(names, labels)
  const progress = createProgress(output === undefined ? 'Exporting' : `Exporting ${basename(output)}`, process.stderr, {
    quiet: flags.quiet ?? false,
  })
  const interruption = listenForInterruption(() => progress.say('Stopping.'))
  const client = await open((reason, seconds) => progress.say(`${reason} Trying again in ${Math.ceil(seconds)} s.`))
  let rows = 0
  let total = 0
  const query: Query = { filter: flags.filter, orderby: flags.orderby, search: flags.search, select: names }
  async function* counted(): AsyncGenerator<readonly WrittenEntity[]> {
    for await (const page of readPages(client, query, { signal: interruption.signal, total: (count) => (total = count) })) {
      if (format === 'xlsx' && total >= sheetRows) throw new ConfigError(tooManyRows)
      yield page
      rows += page.length
      progress.advance(rows, total === 0 ? 1 : Math.min(1, rows / total))
    }
  }
  try {
    const pages = await begun(counted())
    await sendTo(output, writeRows(pages, { format, columns, delimiter, byteOrderMark: flags.bom ?? false }), interruption.signal)
  } catch (error) {
    progress.end()
    if (interruption.signal.aborted) return interruptedCode
    throw error
  } finally {
    interruption.forget()
  }
  progress.end()
  if (json) print(JSON.stringify({ exported: rows, file: output, format }))
  else if (output !== undefined) print(`${countOf(rows)} customers were written to ${output}.`)
  return 0
}

/** The pages, once the first is there: a query that is refused writes nothing. */
async function begun<T>(pages: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await pages.next()
  async function* all(): AsyncGenerator<T> {
    if (first.done) return
    yield first.value
    yield* pages
  }
  return all()
}

/** A file stands whole or not at all. Whoever reads our standard output may leave when it has enough (`| head`). */
async function sendTo(output: string | undefined, chunks: AsyncIterable<string | Uint8Array>, signal: AbortSignal): Promise<void> {
  if (output === undefined) {
    return pipeline(chunks, process.stdout, { signal, end: false }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
    })
  }
  // What is no file (/dev/null, a named pipe) is written to, and not replaced.
  const standing = await stat(output).catch(() => undefined)
  if (standing?.isDirectory()) throw new ConfigError(`${output} is a folder.`)
  if (standing && !standing.isFile()) return pipeline(chunks, createWriteStream(output), { signal })
  const file = standing ? await realpath(output) : output
  const draft = `${file}.${process.pid}.part`
  try {
    await pipeline(chunks, createWriteStream(draft, { flags: 'wx' }), { signal })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    const { code, path } = error as NodeJS.ErrnoException
    throw path === draft ? new ConfigError(`${output} cannot be written (${code}).`) : error
  }
}

function formatOf({ format, output }: ExportFlags): RowFormat {
  const chosen = format === undefined ? (output === undefined ? 'csv' : formatOfName(output)) : readFormat(format)
  if (chosen === undefined) throw new ConfigError(`--format says what ${output} is to be: csv, json, ndjson or xlsx.`)
  if (chosen === 'xlsx' && output === undefined && process.stdout.isTTY)
    throw new ConfigError('An Excel workbook is nothing for a terminal: --output names a file.')
  return chosen
}

/** The names, with those by which a row can be told among them. */
function selected(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return [...new Set([customerType.key, ...(names.includes('displayName') ? [] : ['displayName']), ...names])]
}
