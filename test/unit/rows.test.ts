import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createSeenKeys } from '../../src/cli/import/seen-keys.ts'
import { readCsv } from '../../src/cli/rows/read-csv.ts'
import { readJson, readNdjson } from '../../src/cli/rows/read-json.ts'
import { readFileValue } from '../../src/cli/rows/read-value.ts'
import { SourceError, type SourceRow } from '../../src/cli/rows/source-row.ts'
import { declaredProperty } from '../../src/edm/entity-type.ts'
import { customerType } from '../../src/model/customer.ts'

/** The text in pieces: what is read from a file breaks anywhere. */
async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

async function all(rows: AsyncIterable<SourceRow>): Promise<SourceRow[]> {
  const found: SourceRow[] = []
  for await (const row of rows) found.push(row)
  return found
}

const csv = async (text: string, size = 7) =>
  (await all(readCsv(pieces(text, size), undefined))).map(({ line, names, values, fault }) => [
    line,
    fault ?? Object.fromEntries(names.map((name, at) => [name, values[at]])),
  ])
const json = async (text: string, size = 7) =>
  (await all(readJson(pieces(text, size)))).map(({ line, names, values, fault }) => [
    line,
    fault ?? Object.fromEntries(names.map((name, at) => [name, values[at]])),
  ])

describe('CSV', () => {
  for (const [name, text, rows] of [
    [
      'commas, quotes and breaks within',
      'a,b\n1,"x, ""y"""\n2,"p\nq"\n3,z\n',
      [
        [2, { a: '1', b: 'x, "y"' }],
        [3, { a: '2', b: 'p\nq' }],
        [5, { a: '3', b: 'z' }],
      ],
    ],
    ['semicolons', 'a;b,c;d\r\n1;2;3\r\n', [[2, { a: '1', 'b,c': '2', d: '3' }]]],
    ['tabs', 'a\tb\n1\t2', [[2, { a: '1', b: '2' }]]],
    ['names in quotes with the other delimiter in them', '"a;x","b;y"\n1,2\n', [[2, { 'a;x': '1', 'b;y': '2' }]]],
    ['space around values, kept within quotes', 'a, b\n 1 ," 2 "\n', [[2, { a: '1', b: ' 2 ' }]]],
    [
      'empty lines',
      'a,b\n\n1,2\n\n3,4\n\n',
      [
        [3, { a: '1', b: '2' }],
        [5, { a: '3', b: '4' }],
      ],
    ],
    [
      'values that end early are too few',
      'a,b,c\n1,2\n4,5,6\n',
      [
        [2, 'It has 2 values under 3 names: a delimiter or a quote is missing or too many.'],
        [3, { a: '4', b: '5', c: '6' }],
      ],
    ],
    [
      'too many values',
      'a,b\n1,2,3\n1,2,,\n',
      [
        [2, 'It has 3 values under 2 names: a delimiter or a quote is missing or too many.'],
        [3, { a: '1', b: '2' }],
      ],
    ],
    [
      'one column',
      'a\n1\n2',
      [
        [2, { a: '1' }],
        [3, { a: '2' }],
      ],
    ],
    ['a head alone', 'a,b\n', []],
    ['nothing', '', []],
  ] as const) {
    test(name, async () => {
      for (const size of [1, 2, 3, 7, 1000]) assert.deepEqual(await csv(text, size), rows, `in pieces of ${size}`)
    })
  }

  for (const [name, text, message] of [
    ['a quote that is not closed', 'a,b\n1,"2\n3,4\n', /^A quote is opened in line \d+ and not closed\.$/],
    ['a quote in the middle', 'a,b\n1,x"2"\n', /^The file is no CSV in line 2: /],
    ['a quote that is not closed in a very long file', `a,b\n1,"${'2,\n'.repeat(400_000)}`, /a quote is not closed/],
  ] as const) {
    test(`${name} is told`, async () => {
      await assert.rejects(csv(text, 4096), (error: Error) => error instanceof SourceError && message.test(error.message))
    })
  }
})

describe('JSON', () => {
  for (const [name, text, rows] of [
    [
      'an array',
      '[\n  {"a": 1},\n  {"a": "x, ]}\\" \\\\"}\n]\n',
      [
        [2, { a: 1 }],
        [3, { a: 'x, ]}" \\' }],
      ],
    ],
    ['objects within', '[{"a":{"b":{"c":1}},"d":[{"e":2}]}]', [[1, { 'a.b.c': 1, d: [{ e: 2 }] }]]],
    [
      'an answer of a service',
      '{"@odata.context":"x[y","n":[1,{"value":[7]}],"value":[{"a":1}\n,{"a":2}],"z":"[{"}',
      [
        [1, { a: 1 }],
        [2, { a: 2 }],
      ],
    ],
    [
      'elements that are no objects',
      '[1,{"a":1},[2],null]',
      [
        [1, 'It is no JSON object.'],
        [1, { a: 1 }],
        [1, 'It is no JSON object.'],
        [1, 'It is no JSON object.'],
      ],
    ],
    ['no elements', ' [ ] ', []],
  ] as const) {
    test(name, async () => {
      for (const size of [1, 2, 3, 7, 1000]) assert.deepEqual(await json(text, size), rows, `in pieces of ${size}`)
    })
  }

  test('whatever an array holds is found, wherever it breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null)))),
        fc.integer({ min: 1, max: 40 }),
        async (objects, size) => {
          for (const text of [JSON.stringify(objects), JSON.stringify({ context: 'c', value: objects }, null, 1)])
            assert.deepEqual(
              (await json(text, size)).map(([, object]) => object),
              objects.map((object) => Object.fromEntries(Object.entries(object))),
            )
        },
      ),
    )
  })

  for (const [name, text, message] of [
    ['a file that is cut off', '[{"a":1},{"a"', /cut off/],
    ['an object without an array', '{"a":1}', /no whole JSON array/],
    ['one page of many', '{"value":[{"a":1}],"@odata.nextLink":"https://…"}', /one page of an answer/],
    ['one page of many, told before', '{"@odata.nextLink":"https://…","value":[{"a":1}]}', /one page of an answer/],
  ] as const) {
    test(`${name} is told`, async () => {
      await assert.rejects(json(text), (error: Error) => error instanceof SourceError && message.test(error.message))
    })
  }

  test('a line that is no JSON is a row with a fault, and the next are read', async () => {
    const rows = await all(readNdjson(pieces('{"a":1}\r\n\nnonsense\n[1]\n{"a":2}', 5)))
    assert.deepEqual(
      rows.map(({ line, fault }) => [line, fault !== undefined]),
      [
        [1, false],
        [3, true],
        [4, true],
        [5, false],
      ],
    )
    assert.match(rows[1]?.fault ?? '', /^It is no JSON: /)
  })
})

describe('a value of a file', () => {
  const read = (name: string, raw: unknown) => readFileValue(declaredProperty(customerType, name), raw)
  for (const [name, raw, value] of [
    ['onboardingStatus', '2', 2],
    ['onboardingStatus', ' 2 ', 2],
    ['onboardingStatus', 'active', 2],
    ['onboardingStatus', 'In Process', 1],
    ['onboardingStatus', 'IN_PROCESS', 1],
    ['onboardingStatus', '-7', -7],
    ['delegatedPrivilegeStatus', 'granularDelegatedAdminPrivileges', 3],
    ['delegatedPrivilegeStatus', 'none', 0],
    ['contractType', 'ResellerPartner', 3],
    ['contractType', 3, 3],
    ['isOnBoardedToMTM', 'Yes', true],
    ['isOnBoardedToMTM', 'FALSE', false],
    ['isOnBoardedToMTM', '0', false],
    ['isOnBoardedToMTM', 1, true],
    ['isOnBoardedToMTM', false, false],
    ['lastDAPRefreshDateTimeUtc', '2026-01-31', '2026-01-31T00:00:00.000000Z'],
    ['lastDAPRefreshDateTimeUtc', '2026-01-31 13:45', '2026-01-31T13:45:00.000000Z'],
    ['lastDAPRefreshDateTimeUtc', '2026-01-31T13:45:00.1234567+01:00', '2026-01-31T12:45:00.123456Z'],
    ['lastDAPRefreshDateTimeUtc', '2026-01-31 13:45:00Z', '2026-01-31T13:45:00.000000Z'],
    ['lastDAPRefreshDateTimeUtc', new Date(0), '1970-01-01T00:00:00.000000Z'],
    ['lastDAPRefreshDateTimeUtc', '', null],
    ['lastDAPRefreshDateTimeUtc', null, null],
    ['countryLetterCode', 'de', 'DE'],
    ['displayName', "'=Adatum", "'=Adatum"],
    ['displayName', 4711, '4711'],
  ] as const) {
    test(`${name}: ${JSON.stringify(raw)} is ${JSON.stringify(value)}`, () => assert.deepEqual(read(name, raw), { value }))
  }
  for (const [name, raw, message] of [
    ['onboardingStatus', 'odd', /takes an integral number or ineligible, inProcess, .*, not 'odd'/],
    ['onboardingStatus', '1.5', /takes an integral number/],
    ['onboardingStatus', '99999999999', /out of the range/],
    ['contractType', 'x', /'contractType' takes an integral number, not 'x'\./],
    ['isOnBoardedToMTM', 'maybe', /takes true or false \(or yes, no, 1, 0\), not 'maybe'/],
    ['isOnBoardedToMTM', '2', /takes true or false/],
    ['lastDAPRefreshDateTimeUtc', '01/02/2026', /takes a date such as 2026-01-31 .* not '01\/02\/2026'/],
    ['lastDAPRefreshDateTimeUtc', '2026-02-30', /takes a date/],
    ['countryLetterCode', 'Germany', /longer than 2/],
    ['displayName', 'x'.repeat(257), /longer than 256/],
  ] as const) {
    test(`${name}: ${JSON.stringify(raw).slice(0, 40)} is refused`, () => assert.match(JSON.stringify(read(name, raw)), message))
  }
  test('an empty value of what is never null is none', () => {
    for (const raw of ['', null, undefined]) assert.equal(read('displayName', raw), undefined)
    assert.equal(read('contractType', '  '), undefined)
    assert.deepEqual(read('displayName', '  '), { value: '  ' })
  })
})

test('keys that were seen are known, with their lines, however many they are', () => {
  const seen = createSeenKeys()
  for (let i = 1; i <= 50_000; i++) assert.equal(seen.note(`key ${i}`, i), undefined)
  for (let i = 1; i <= 50_000; i += 997) assert.equal(seen.note(`key ${i}`, 7), i)
  assert.ok(seen.has('key 1') && seen.has('key 50000') && !seen.has('key 0') && !seen.has('key 50001'))
  assert.equal(seen.count(), 50_000)
})
