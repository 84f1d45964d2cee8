import { SaxesParser } from 'saxes'
import type { SourceRow } from './source-row.ts'
import { feed, openWorkbook, unescapeText, type Workbook } from './workbook.ts'

interface XlsxRows {
  readonly rows: AsyncIterable<SourceRow>
  readonly part: () => number
}

/** The rows of the first sheet of a workbook that can be seen. Its first row with anything in it has the names. */
export function readXlsxFile(path: string): XlsxRows {
  return readXlsx(() => openWorkbook(path))
}

/** A workbook from a pipe is taken whole first: its directory stands at its end. */
export function readXlsxBytes(bytes: AsyncIterable<Buffer>): XlsxRows {
  return readXlsx(async () => {
    const chunks: Buffer[] = []
    for await (const chunk of bytes) chunks.push(chunk)
    return openWorkbook(Buffer.concat(chunks))
  })
}

function readXlsx(open: () => Promise<Workbook>): XlsxRows {
  let part = 0
  async function* rows(): AsyncGenerator<SourceRow> {
    const workbook = await open()
    const found: Cells[] = []
    let names: readonly string[] | undefined
    for await (const bytes of feed(sheetParser(workbook, found), await workbook.sheet())) {
      part = workbook.sheetBytes === 0 ? 1 : bytes / workbook.sheetBytes
      for (const { line, values, fault } of found) {
        if (values.every((value) => value === null || value === undefined)) continue
        if (names === undefined) names = Array.from(values, (value) => String(value ?? '').trim())
        else yield { line, names, values: names.map((_name, column) => values[column] ?? null), ...(fault === undefined ? {} : { fault }) }
      }
      found.length = 0
    }
  }
  return { rows: rows(), part: () => Math.min(1, part) }
}

/** A row of cells, by their columns; there may be holes. */
interface Cells {
  readonly line: number
  readonly values: unknown[]
  fault?: string
}

/** Puts the rows of a sheet into `found` as they end. */
function sheetParser(workbook: Workbook, found: Cells[]): SaxesParser {
  const parser = new SaxesParser()
  let line = 0
  let column = 0
  let cell: { readonly type: string; readonly style: number; readonly place: string } | undefined
  let row: Cells = { line, values: [] }
  let text = ''
  let inText = false
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'row') {
      line = attributes.r === undefined ? line + 1 : Number(attributes.r)
      column = 0
      row = { line, values: [] }
    } else if (name === 'c') {
      if (attributes.r !== undefined) column = columnOf(attributes.r)
      cell = { type: attributes.t ?? 'n', style: Number(attributes.s ?? -1), place: attributes.r ?? `row ${line}` }
      text = ''
    } else if (name === 'v' || name === 't') inText = cell !== undefined
  })
  parser.on('text', (piece) => {
    if (inText) text += piece
  })
  parser.on('closetag', ({ name }) => {
    if (name === 'v' || name === 't') inText = false
    else if (name === 'row') found.push(row)
    else if (name === 'c' && cell) {
      if (cell.type === 'e') row.fault = `${cell.place} holds an error (${text}).`
      row.values[column++] = cellValue(cell.type, cell.style, text, workbook)
      cell = undefined
    }
  })
  return parser
}

/** What a cell holds, by its type (ECMA-376 part 1, 18.18.11, ST_CellType). */
function cellValue(type: string, style: number, text: string, { shared, isDate, firstDay }: Workbook): unknown {
  if (text === '') return null
  switch (type) {
    case 's':
      return shared[Number(text)] ?? null
    case 'b':
      return text === '1' || text === 'true'
    case 'n':
      // The days of Excel are a double: to the millisecond they are exact. Before March 1900 its calendar is one day off.
      return isDate(style) ? new Date(firstDay + Math.round(Number(text) * 86_400_000)) : Number(text)
    default:
      return unescapeText(text)
  }
}

/** `C7` is in column 2. */
function columnOf(place: string): number {
  let column = 0
  for (const letter of place.toUpperCase()) {
    if (letter < 'A' || letter > 'Z') break
    column = column * 26 + letter.charCodeAt(0) - 64
  }
  return column - 1
}
