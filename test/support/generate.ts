import assert from 'node:assert/strict'
import { parseDateTimeOffset } from '../../src/edm/date-time-offset.ts'
import { customerBody } from './customer.ts'
import type { Row } from './evaluate.ts'
import { fc } from './property.ts'

// Values that meet often, and those that SQL could trip over.
export const texts = [
  'a',
  'A',
  'b',
  'ab',
  'Ab c',
  "O'Neil",
  'Contoso "North" (É)',
  '%',
  '_',
  '\\',
  '100%',
  'é',
  'É',
  'ß',
  'ẞ',
  'ς',
  'Σ',
  'K',
  '漢字',
  '😀',
  '😀x',
  ' x ',
  '"q"',
  'null',
  '\uffee',
  'İ',
]
const dates = [
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999999Z',
  '2026-01-02T03:04:05Z',
  '2026-01-02T03:04:05.000001Z',
  '2026-12-31T23:59:59.5Z',
  '9999-12-31T23:59:59.999999Z',
]
const numbers = [-2147483648, -7, -1, 0, 1, 2, 3, 7, 2147483647]
export const pick = <T>(values: readonly T[]) => fc.constantFrom(...values)

export const rows: Row[] = Array.from({ length: 120 }, (_, i) => {
  const at = <T>(values: readonly T[], step: number): T => values[(i * step + (i >> 3)) % values.length] ?? assert.fail()
  return {
    ...(customerBody({
      id: `${at(['r', 'R', 'é'], 1)}${i}`,
      azureTenantId: `t${i}`,
      displayName: at(texts, 1),
      domain: at(texts, 7),
      contractId: at(texts, 11),
      contractType: at(numbers, 1),
      onboardingStatus: at(numbers, 5),
      delegatedPrivilegeStatus: i % 5,
      isOnBoardedToMTM: i % 3 === 0,
      lastDAPRefreshDateTimeUtc: i % 4 === 0 ? null : at(dates, 1),
      cosmosCreatedDateTimeUTC: at(dates, 5),
      countryLetterCode: at(['DE', 'US', 'GB'], 1),
    }) as Row),
    isDeleted: false,
    deletedDateTime: null,
  }
})
/** A row with its dates in canonical form, as expressions see it. */
export const seen: readonly Row[] = rows.map((row) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' && /DateTime/.test(name) ? (parseDateTimeOffset(value) ?? null) : value,
    ]),
  ),
)

// Random expressions by type, as text: what a client would send.
export const quote = (text: string) => `'${text.replaceAll("'", "''")}'`
export const { string, number, bool } = fc.letrec<{ string: string; number: string; bool: string }>((tie) => ({
  string: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    pick(['displayName', 'domain', 'contractId', 'displayName', 'id']),
    pick(texts).map(quote),
    fc.constant('null'),
    fc.tuple(tie('string'), tie('string')).map(([a, b]) => `concat(${a},${b})`),
    fc.tuple(tie('string'), fc.integer({ min: -3, max: 4 })).map(([a, n]) => `substring(${a},${n})`),
    fc
      .tuple(tie('string'), fc.integer({ min: -3, max: 4 }), fc.integer({ min: 0, max: 3 }))
      .map(([a, n, m]) => `substring(${a},${n},${m})`),
    tie('string').map((a) => `trim(${a})`),
    fc.tuple(tie('bool'), tie('string'), tie('string')).map(([c, a, b]) => `case(${c}:${a},true:${b})`),
  ),
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    pick(['contractType', 'onboardingStatus', 'delegatedPrivilegeStatus']),
    pick(numbers).map(String),
    pick(['0.5', '-1.5', '1e2', 'null']),
    fc.tuple(tie('number'), pick(['add', 'sub', 'mul']), tie('number')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('number'), pick(['div', 'divby', 'mod']), pick(['1', '2', '-3'])).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('number').map((a) => `(-(${a}))`),
    fc
      .tuple(pick(['floor', 'ceiling', 'round']), pick(['contractType', 'onboardingStatus', '(contractType divby 2)']))
      .map(([name, a]) => `${name}(${a})`),
    tie('string').map((a) => `length(${a})`),
    fc.tuple(tie('string'), tie('string')).map(([a, b]) => `indexof(${a},${b})`),
    fc
      .tuple(pick(['year', 'month', 'day', 'hour', 'minute', 'second']), pick(['lastDAPRefreshDateTimeUtc', 'cosmosCreatedDateTimeUTC']))
      .map(([name, a]) => `${name}(${a})`),
  ),
  bool: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    pick(['isOnBoardedToMTM', 'true', 'false', 'null']),
    fc.tuple(tie('string'), pick(['eq', 'ne', 'lt', 'le', 'gt', 'ge']), tie('string')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('number'), pick(['eq', 'ne', 'lt', 'le', 'gt', 'ge']), tie('number')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(
        pick(['lastDAPRefreshDateTimeUtc', 'cosmosCreatedDateTimeUTC']),
        pick(['eq', 'ne', 'lt', 'le', 'gt', 'ge']),
        pick([...dates, '2026-01-02', 'null']),
      )
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(pick(['id']), pick(['eq', 'ne', 'lt', 'ge']), pick(['r0', 'R1', 'é2']).map(quote)).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('bool'), pick(['and', 'or']), tie('bool')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('bool').map((a) => `not (${a})`),
    fc.tuple(pick(['contains', 'startswith', 'endswith']), tie('string'), tie('string')).map(([name, a, b]) => `${name}(${a},${b})`),
    fc
      .tuple(tie('string'), fc.array(fc.oneof(pick(texts).map(quote), fc.constant('null')), { maxLength: 4 }))
      .map(([a, items]) => `(${a} in (${items.join(',')}))`),
    fc.tuple(tie('bool'), pick(['eq', 'ne']), tie('bool')).map(([a, op, b]) => `(${a} ${op} ${b})`),
  ),
}))
