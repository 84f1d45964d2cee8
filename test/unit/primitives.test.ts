import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseDateTimeOffset, printDateTimeOffset } from '../../src/edm/date-time-offset.ts'
import type { Property } from '../../src/edm/entity-type.ts'
import { printValue, readValue } from '../../src/edm/primitives.ts'
import { fc } from '../support/property.ts'

const common = { name: 'p', description: '', nullable: false, create: 'required', update: 'allowed' } as const
const text: Property = { ...common, type: 'Edm.String', minLength: 1, maxLength: 5 }
const int32: Property = { ...common, type: 'Edm.Int32' }
const boolean: Property = { ...common, type: 'Edm.Boolean' }
const date: Property = { ...common, type: 'Edm.DateTimeOffset' }

describe('a value is read', () => {
  for (const [property, json, value] of [
    [text, 'a', 'a'],
    [text, 'abcde', 'abcde'],
    [text, '😀😀x', '😀😀x'],
    [text, ' ', ' '],
    [text, '\u00a0\u2028\ufeff', '\u00a0\u2028\ufeff'],
    [{ ...text, stored: 'upperCase' }, 'aß', 'ASS'],
    [{ ...text, nullable: true }, null, null],
    [{ ...text, pattern: '^b+$' }, 'bb', 'bb'],
    [int32, 0, 0],
    [int32, -0, 0],
    [int32, 2147483647, 2147483647],
    [int32, -2147483648, -2147483648],
    [boolean, false, false],
    [date, '2026-01-02T03:04:05+01:00', '2026-01-02T02:04:05.000000Z'],
  ] as const) {
    test(`${property.type} ${JSON.stringify(json)}`, () => {
      const reading = readValue(property, json)
      assert.ok('value' in reading)
      assert.ok(Object.is(reading.value, value), String(reading.value))
    })
  }
})

describe('a value is refused, and the reason names the property', () => {
  for (const [property, json, reason] of [
    [text, '', /must not be empty/],
    [text, 'abcdef', /longer than 5/],
    [text, '😀😀😀', /longer than 5/],
    [text, null, /must not be null/],
    [text, undefined, /takes a string/],
    [text, 1, /takes a string/],
    [text, '\u007f', /control character/],
    [text, '\u0080', /control character/],
    [text, '\u009f', /control character/],
    [text, '\u001f', /control character/],
    [text, '\ud83d', /surrogate/],
    [text, '\ude00a', /surrogate/],
    [{ ...text, minLength: 2 }, 'a', /shorter than 2/],
    [{ ...text, pattern: '^b+$' }, 'bba', /does not match/],
    [int32, 2147483648, /out of the range/],
    [int32, -2147483649, /out of the range/],
    [int32, Number.POSITIVE_INFINITY, /integral/],
    [int32, 0.1, /integral/],
    [int32, '1', /integral/],
    [boolean, 1, /true or false/],
    [boolean, 'true', /true or false/],
    [date, 0, /date and time/],
  ] as const) {
    test(`${property.type} ${JSON.stringify(json)}`, () => {
      const reading = readValue(property, json)
      assert.ok('fault' in reading)
      assert.match(reading.fault, reason)
      assert.match(reading.fault, /^'p' /)
    })
  }
})

test('what is printed is JSON that reads back the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), (string, number, flag) => {
      assert.equal(JSON.parse(printValue(text, string)), string)
      assert.equal(JSON.parse(printValue(int32, number)), number)
      assert.equal(JSON.parse(printValue(boolean, flag)), flag)
    }),
  )
  for (const property of [text, int32, boolean, date]) assert.equal(printValue(property, null), 'null')
})

describe('a DateTimeOffset (OData ABNF dateTimeOffsetValue)', () => {
  for (const [written, printed] of [
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
    ['2400-02-29T23:59Z', '2400-02-29T23:59:00Z'],
    ['2026-01-01T00:00:00-00:00', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00+14:00', '2025-12-31T10:00:00Z'],
    ['2024-03-01T00:30:00+01:00', '2024-02-29T23:30:00Z'],
    ['2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.1Z'],
    ['2026-01-01T00:00:00.100000Z', '2026-01-01T00:00:00.1Z'],
    ['2026-01-01T00:00:00.9999999Z', '2026-01-01T00:00:00.999999Z'],
    ['2026-01-01T00:00:00.123456789012Z', '2026-01-01T00:00:00.123456Z'],
    ['0001-01-01T00:00:00-14:00', '0001-01-01T14:00:00Z'],
  ] as const) {
    test(`${written} is ${printed}`, () => assert.equal(printDateTimeOffset(parseDateTimeOffset(written) ?? ''), printed))
  }
  for (const written of [
    '1900-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01T00:00:00+14:60',
    '2026-01-01T00:00:00+15:00',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00.1234567890123Z',
    '2026-01-01T00:00.5Z',
    '2026-01-01T00Z',
    '2026-1-1T00:00:00Z',
    '+2026-01-01T00:00:00Z',
    '-0001-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z ',
    '2026-01-01T00:00:00+0100',
    '2026-01-01T00:00:00 +01:00',
    '2026-01-01T00:00:00Z\n',
    '٢٠٢٦-01-01T00:00:00Z',
  ]) {
    test(`${JSON.stringify(written)} is none`, () => assert.equal(parseDateTimeOffset(written), undefined))
  }
})
