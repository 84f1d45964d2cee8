import type { Readable } from 'node:stream'
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { type Entry, fromBuffer, open, type ZipFile } from 'yauzl'
import { SourceError } from './source-row.ts'

/** What must be known of an Excel workbook before the cells of its first sheet mean anything (ECMA-376 part 1, SpreadsheetML). */
export interface Workbook {
  /** The XML of the sheet, and how long it is. */
  readonly sheet: () => Promise<Readable>
  readonly sheetBytes: number
  /** Texts that cells refer to by number. */
  readonly shared: readonly string[]
  /** Whether numbers of this style are dates. */
  readonly isDate: (style: number) => boolean
  /** Milliseconds since 1970 of the day from which dates are counted. */
  readonly firstDay: number
}

/** Bytes of the shared texts at the most: they are held in memory. */
const longestShared = 1_073_741_824

/** Opens the workbook of a file, or of bytes. Throws {@link SourceError} when it is none. */
export async function openWorkbook(source: string | Buffer): Promise<Workbook> {
  const zip = await openZip(source)
  const entries = await entriesOf(zip)
  const partOf = (name: string | undefined) => (name === undefined ? undefined : entries.get(name.toLowerCase()))
  const relations = async (part: string) => {
    const at = part.lastIndexOf('/') + 1
    const entry = partOf(`${part.slice(0, at)}_rels/${part.slice(at)}.rels`)
    const found: { readonly id: string; readonly type: string; readonly target: string }[] = []
    if (entry)
      await readTags(await streamOf(zip, entry), ({ name, attributes }) => {
        if (name !== 'Relationship') return
        const { Id = '', Type = '', Target = '' } = attributes
        // A target stands relative to its part (ECMA-376 part 2, 9.3).
        const { pathname } = new URL(Target, `file:///${part}`)
        found.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), target: decodeURIComponent(pathname).slice(1) })
      })
    return found
  }
  const book = (await relations('')).find(({ type }) => type === 'officeDocument')?.target ?? 'xl/workbook.xml'
  const bookEntry = partOf(book)
  if (!bookEntry) throw new SourceError('The file is no Excel workbook (.xlsx).')
  const related = await relations(book)
  let sheetId: string | undefined
  let firstDay = Date.UTC(1899, 11, 30)
  await readTags(await streamOf(zip, bookEntry), ({ name, attributes }) => {
    if (name === 'workbookPr' && /^(?:1|true)$/.test(attributes.date1904 ?? '')) firstDay = Date.UTC(1904, 0, 1)
    if (name === 'sheet' && attributes.state !== 'hidden' && attributes.state !== 'veryHidden') sheetId ??= attributes['r:id'] ?? ''
  })
  const sheet = partOf(related.find(({ id, type }) => type === 'worksheet' && (id === sheetId || sheetId === ''))?.target)
  if (!sheet) throw new SourceError('The workbook has no sheet with cells.')
  const styles = partOf(related.find(({ type }) => type === 'styles')?.target)
  const shared = partOf(related.find(({ type }) => type === 'sharedStrings')?.target)
  if (shared && shared.uncompressedSize > longestShared)
    throw new SourceError('The workbook holds more than a GiB of texts: save the sheet as CSV.')
  const dates = styles ? await readDateStyles(await streamOf(zip, styles)) : new Set<number>()
  return {
    sheet: () => streamOf(zip, sheet),
    sheetBytes: sheet.uncompressedSize,
    shared: shared ? await readShared(await streamOf(zip, shared)) : [],
    isDate: (style) => dates.has(style),
    firstDay,
  }
}

function openZip(source: string | Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, zip?: ZipFile) => {
      if (zip) resolve(zip)
      else reject(new SourceError(`The file is no Excel workbook (.xlsx): ${error?.message}.`))
    }
    if (typeof source === 'string') open(source, { lazyEntries: true, autoClose: false }, done)
    else fromBuffer(source, { lazyEntries: true }, done)
  })
}

/** By name in lower case: names of parts are equal without regard to it (ECMA-376 part 2, 9.1.1). */
function entriesOf(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  return new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>()
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName.toLowerCase(), entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', (error: Error) => reject(new SourceError(`The file is no whole Excel workbook: ${error.message}.`)))
    zip.readEntry()
  })
}

function streamOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) =>
      stream ? resolve(stream) : reject(new SourceError(`The workbook cannot be read: ${error?.message}.`)),
    ),
  )
}

/** Reads a part to its end and tells of each tag that opens. */
async function readTags(
  stream: Readable,
  tell: (tag: SaxesTagPlain) => void,
  more: (parser: SaxesParser) => void = () => undefined,
): Promise<void> {
  const parser = new SaxesParser()
  parser.on('opentag', tell)
  more(parser)
  for await (const _bytes of feed(parser, stream));
}

/** Feeds a parser piece by piece, and tells after each how many bytes it has had, so that what it found can be used before the next. */
export async function* feed(parser: SaxesParser, stream: Readable): AsyncGenerator<number> {
  parser.on('error', (error) => {
    throw new SourceError(`The workbook is damaged: ${error.message}.`)
  })
  stream.setEncoding('utf8')
  let bytes = 0
  for await (const chunk of stream) {
    bytes += Buffer.byteLength(chunk as string)
    parser.write(chunk as string)
    yield bytes
  }
  parser.close()
  yield bytes
}

async function readShared(stream: Readable): Promise<string[]> {
  const texts: string[] = []
  let text = ''
  let inText = false
  // What is read aloud (rPh) is not part of the text.
  let phonetic = false
  await readTags(
    stream,
    ({ name }) => {
      if (name === 'si') text = ''
      else if (name === 'rPh') phonetic = true
      else if (name === 't') inText = !phonetic
    },
    (parser) => {
      parser.on('text', (piece) => {
        if (inText) text += piece
      })
      parser.on('closetag', ({ name }) => {
        if (name === 't') inText = false
        else if (name === 'rPh') phonetic = false
        else if (name === 'si') texts.push(unescapeText(text))
      })
    },
  )
  return texts
}

/** The styles of cells (cellXfs) whose numbers are shown as dates. */
async function readDateStyles(stream: Readable): Promise<ReadonlySet<number>> {
  const formats = new Map<number, boolean>()
  const dates = new Set<number>()
  let inCells = false
  let style = 0
  await readTags(
    stream,
    ({ name, attributes }) => {
      if (name === 'numFmt') formats.set(Number(attributes.numFmtId), isDateFormat(attributes.formatCode ?? ''))
      else if (name === 'cellXfs') inCells = true
      else if (name === 'xf' && inCells) {
        const format = Number(attributes.numFmtId)
        if (formats.get(format) ?? isBuiltInDate(format)) dates.add(style)
        style++
      }
    },
    (parser) =>
      parser.on('closetag', ({ name }) => {
        if (name === 'cellXfs') inCells = false
      }),
  )
  return dates
}

/** Formats that need no declaration (ECMA-376 part 1, 18.8.30), those of East Asia included. */
function isBuiltInDate(format: number): boolean {
  return (
    (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 45 && format <= 47) || (format >= 50 && format <= 58)
  )
}

/** Whether a code of a format has years, months, days, hours or seconds in it, outside of quotes, escapes and conditions. */
function isDateFormat(code: string): boolean {
  return /[ymdhs]/i.test(code.replace(/"[^"]*"|\\.|\[[^\]]*\]|[_*]./g, ''))
}

/** `_x000D_` stands for the character of that number (ECMA-376 part 1, 22.9.2.19, ST_Xstring). */
export function unescapeText(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text
}
