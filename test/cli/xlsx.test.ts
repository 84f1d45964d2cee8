import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import readExcel from 'read-excel-file/node'
import { ZipFile } from 'yazl'
import { readXlsxBytes, readXlsxFile } from '../../src/cli/rows/read-xlsx.ts'
import { SourceError, type SourceRow } from '../../src/cli/rows/source-row.ts'
import { useCommands } from '../support/cli.ts'

const { service, run, file } = useCommands()

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006/relationships'

/** A workbook as Excel writes it: shared texts after the sheets, texts in runs, styles for dates, a first sheet that is hidden. */
async function workbook(sheet: string, { date1904 = false, prefix = '' } = {}): Promise<Buffer> {
  const zip = new ZipFile()
  const parts: Readonly<Record<string, string>> = {
    '_rels/.rels': `<Relationships xmlns="${packaged}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets><sheet name="Hidden" sheetId="1" state="hidden" r:id="rId1"/><sheet name="Customers" sheetId="2" r:id="rId2"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packaged}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/worksheet" Target="/xl/worksheets/sheet2.xml"/><Relationship Id="rId3" Type="${office}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId4" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`,
    'xl/worksheets/sheet2.xml': `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
    'xl/sharedStrings.xml': `<sst xmlns="${main}"><si><t>Microsoft ID</t></si><si><r><t>Company </t></r><r><rPr><b/></rPr><t>name</t></r></si><si><t xml:space="preserve"> Bö_x000A_se &amp; Söhne</t><rPh sb="0" eb="1"><t>aloud</t></rPh></si></sst>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="170" formatCode="[$-407]d/\\ mmm\\ yy;@"/><numFmt numFmtId="171" formatCode="0.00&quot; days&quot;"/></numFmts><cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>`,
  }
  for (const [name, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(`${prefix}${text}`), name)
  zip.end()
  return buffer(zip.outputStream)
}

async function read(bytes: Buffer): Promise<SourceRow[]> {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100)
  }
  writeFileSync(file('book.xlsx'), bytes)
  const rows: SourceRow[] = []
  for await (const row of readXlsxFile(file('book.xlsx')).rows) rows.push(row)
  const again: SourceRow[] = []
  for await (const row of readXlsxBytes(pieces()).rows) again.push(row)
  assert.deepEqual(again, rows, 'a pipe gives what the file gives')
  return rows
}

describe('a workbook as Excel writes it', () => {
  const head = '<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c r="D2" t="inlineStr"><is><t>last</t></is></c></row>'

  test('texts, numbers, truth values, dates of any style, formulas and holes are read', async () => {
    const rows = await read(
      await workbook(
        [
          '<row r="1"/>',
          head,
          '<row r="3"><c r="B3"><v>4711</v></c><c r="C3" t="s"><v>2</v></c><c r="D3" s="1"><v>45000.5</v></c></row>',
          '<row r="5"><c r="B5" t="str"><f>A1</f><v>a_x005F_x</v></c><c r="D5" s="2"><v>2</v></c></row>',
          '<row r="6"><c r="B6" t="b"><v>1</v></c><c r="C6" s="3"><v>1.5</v></c></row>',
          '<row><c><v>1</v></c><c><v>2</v></c><c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c></row>',
          '<row r="9"><c r="B9" s="1"/></row>',
        ].join(''),
      ),
    )
    assert.deepEqual(
      rows.map(({ line, values }) => [line, ...values]),
      [
        [3, null, 4711, ' Bö\nse & Söhne', new Date('2023-03-15T12:00:00Z')],
        [5, null, 'a_x', null, new Date('1900-01-01T00:00:00Z')],
        [6, null, true, 1.5, null],
        [7, 1, 2, 'inline', null],
      ],
    )
    assert.deepEqual(rows[0]?.names, ['', 'Microsoft ID', 'Company name', 'last'])
  })

  test('days since 1904 are told by the workbook', async () => {
    const [row] = await read(await workbook(`${head}<row r="3"><c r="D3" s="1"><v>43538.5</v></c></row>`, { date1904: true }))
    assert.deepEqual(row?.values[3], new Date('2023-03-15T12:00:00Z'))
  })

  test('a cell that holds an error is a fault of its row', async () => {
    const [row] = await read(await workbook(`${head}<row r="3"><c r="B3"><v>1</v></c><c r="C3" t="e"><v>#N/A</v></c></row>`))
    assert.equal(row?.fault, 'C3 holds an error (#N/A).')
  })

  test('what is damaged is told', async () => {
    const whole = await workbook(`${head}<row r="3"><c r="B3"><v>1</v></c></row>`)
    for (const bytes of [
      whole.subarray(0, whole.length - 40),
      Buffer.from('nothing'),
      await workbook('<row><c></row>'),
      await workbook('', { prefix: '<' }),
    ])
      await assert.rejects(read(bytes), SourceError)
  })

  test('is imported', async () => {
    const rows = `${head.replace('last', 'Domain')}<row r="3"><c r="B3"><v>4711</v></c><c r="C3" t="inlineStr"><is><t>Böse</t></is></c><c r="D3" t="inlineStr"><is><t>b.example</t></is></c></row>`
    writeFileSync(file('excel.xlsx'), await workbook(rows))
    const presets =
      'partnerId=p contractId=c contractType=3 countryLetterCode=DE isOnBoardedToMTM=0 onboardingStatus=1 delegatedPrivilegeStatus=0'
    const { code, stderr } = await run('import', file('excel.xlsx'), ...presets.split(' ').flatMap((preset) => ['--set', preset]))
    assert.deepEqual([code, stderr], [0, ''])
    const { value } = (await service.send('GET', "/beta/Customers?$filter=domain eq 'b.example'")).json
    assert.deepEqual([value[0].azureTenantId, value[0].displayName], ['4711', 'Böse'])
  })
})

test('a workbook that export writes is one to others', async () => {
  await service.create({
    id: 'x1',
    displayName: '=1+1 & <b> _x0041_ 😀',
    contractType: 7,
    isOnBoardedToMTM: false,
    lastDAPRefreshDateTimeUtc: '2026-02-03T04:05:06.789Z',
  })
  assert.equal((await run('export', '--filter', "id eq 'x1'", '--labels', '--output', file('ours.xlsx'))).code, 0)
  const sheets: unknown = await readExcel(file('ours.xlsx'))
  const [names = [], values = []] = (Array.isArray(sheets) && !Array.isArray(sheets[0]) ? sheets[0].data : sheets) as unknown[][]
  const told = Object.fromEntries(names.map((name, at) => [String(name), values[at]]))
  assert.equal(told.displayName, '=1+1 & <b> _x0041_ 😀')
  assert.equal(told.contractType, 7)
  assert.equal(told.isOnBoardedToMTM, false)
  assert.equal(told.onboardingStatusLabel, 'active')
  // That reader cuts the last millisecond off a day's fraction.
  const late = Date.parse('2026-02-03T04:05:06.789Z') - (told.lastDAPRefreshDateTimeUtc as Date).getTime()
  assert.ok(late >= 0 && late <= 1, String(told.lastDAPRefreshDateTimeUtc))
})
