import { PassThrough } from 'node:stream'
import { ZipFile } from 'yazl'
import type { Property } from '../../edm/entity-type.ts'
import type { Column, WrittenEntity } from './column.ts'
import { sheetRows, tooManyRows } from './row-format.ts'

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006'
const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** The parts besides the sheet (ECMA-376 part 1, 12.3). Style 1 is the bold one of names, style 2 a date and time. */
const parts: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${contentType}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${contentType}.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${contentType}.worksheet+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relationships}"><sheets><sheet name="Customers" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relationships}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relationships}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
}

/** The bytes of an Excel workbook of one sheet, made while the rows come. */
export async function* writeXlsx(pages: AsyncIterable<readonly WrittenEntity[]>, columns: readonly Column[]): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile()
  for (const [name, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(head + text), name)
  const sheet = new PassThrough()
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml')
  zip.end()
  const filled = fill(sheet, pages, columns).catch((error: unknown) => {
    ;(zip.outputStream as PassThrough).destroy(error as Error)
  })
  for await (const chunk of zip.outputStream) yield chunk as Uint8Array
  await filled
}

async function fill(sheet: PassThrough, pages: AsyncIterable<readonly WrittenEntity[]>, columns: readonly Column[]): Promise<void> {
  const write = async (text: string) => {
    if (!sheet.write(text)) await new Promise((resolve) => sheet.once('drain', resolve))
  }
  const letters = columns.map((_column, index) => letterOf(index))
  const widths = columns.map(
    ({ property }, index) => `<col min="${index + 1}" max="${index + 1}" width="${widthOf(property)}" customWidth="1"/>`,
  )
  await write(
    `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData><row r="1">${columns.map(({ name }, index) => textCell(`${letters[index]}1`, name, ' s="1"')).join('')}</row>`,
  )
  let row = 1
  for await (const page of pages) {
    let text = ''
    for (const entity of page) {
      if (++row > sheetRows) throw new Error(tooManyRows)
      text += `<row r="${row}">${columns.map((column, index) => cellOf(`${letters[index]}${row}`, column, column.read(entity))).join('')}</row>`
    }
    await write(text)
  }
  sheet.end(`</sheetData><autoFilter ref="A1:${letters.at(-1)}${row}"/></worksheet>`)
}

function cellOf(reference: string, { property }: Column, value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return `<c r="${reference}"><v>${value}</v></c>`
  if (typeof value === 'boolean') return `<c r="${reference}" t="b"><v>${value ? 1 : 0}</v></c>`
  const serial = property?.type === 'Edm.DateTimeOffset' ? serialOf(value) : undefined
  return serial === undefined ? textCell(reference, value, '') : `<c r="${reference}" s="2"><v>${serial}</v></c>`
}

function textCell(reference: string, text: string, style: string): string {
  return `<c r="${reference}" t="inlineStr"${style}><is><t xml:space="preserve">${escapeText(text)}</t></is></c>`
}

const day = 86_400_000
/** What Excel counts its days from, once the 29th of February 1900 is past, which it has and the calendar has not. */
const firstDay = Date.UTC(1899, 11, 30)

/** The days of a date and time, UTC, as Excel counts them. It holds milliseconds: what is finer, and what is before March 1900, stays a text. */
function serialOf(text: string): number | undefined {
  if (/\.\d{4,}Z$/.test(text) || text < '1900-03-01') return undefined
  return (Date.parse(text) - firstDay) / day
}

/** `A`, `B` … `Z`, `AA` … */
function letterOf(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : letterOf(Math.floor(index / 26) - 1) + letterOf(index % 26)
}

function widthOf(property: Property | undefined): number {
  if (property?.type !== 'Edm.String') return property?.type === 'Edm.DateTimeOffset' ? 19 : 16
  return property.maxLength !== undefined && property.maxLength > 128 ? 36 : property.maxLength === 2 ? 10 : 38
}

/** XML text; `_x0041_` would be read as an escaped letter (ECMA-376 part 1, 22.9.2.19, ST_Xstring). */
function escapeText(text: string): string {
  return text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_').replace(/[&<>\uFFFE\uFFFF]/g, (char) => escapes[char] ?? '')
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\uFFFE': '_xFFFE_', '\uFFFF': '_xFFFF_' }
