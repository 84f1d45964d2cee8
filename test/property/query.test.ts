import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDateTimeOffset } from '../../src/edm/date-time-offset.ts'
import { model } from '../../src/model/model.ts'
import { bindFilter, bindOrderby } from '../../src/odata/bind/expression/bind-query.ts'
import { customerBody } from '../support/customer.ts'
import { evaluate, orderReference, type Row } from '../support/evaluate.ts'
import { fc } from '../support/property.ts'
import { useService } from '../support/service.ts'

const [customers = assert.fail()] = model.entitySets

// Values that meet often, and those that SQL could trip over.
const texts = [
  'a',
  'A',
  'b',
  'ab',
  'Ab c',
  "O'Neil",
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
const pick = <T>(values: readonly T[]) => fc.constantFrom(...values)

const rows: Row[] = Array.from({ length: 120 }, (_, i) => {
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
const seen: readonly Row[] = rows.map((row) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' && /DateTime/.test(name) ? (parseDateTimeOffset(value) ?? null) : value,
    ]),
  ),
)

const service = useService({}, async ({ create }) => {
  for (const row of rows) await create(row)
})

// Random expressions by type, as text: what a client would send.
const quote = (text: string) => `'${text.replaceAll("'", "''")}'`
const { string, number, bool } = fc.letrec<{ string: string; number: string; bool: string }>((tie) => ({
  string: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    pick(['displayName', 'domain', 'contractId']),
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

/** The ids of all pages. */
async function ask(query: string, size: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let next: string | undefined = `/beta/Customers?$select=id&${query}`; next; ) {
    const answer = await service.send('GET', next, { headers: { prefer: `maxpagesize=${size}` } })
    assert.equal(answer.status, 200, `${decodeURIComponent(next)}: ${answer.text}`)
    ids.push(...answer.json.value.map(({ id }: { id: string }) => id))
    next = answer.json['@odata.nextLink']?.slice(service.url.length)
  }
  return ids
}

const runs = Number(process.env.PROPERTY_RUNS ?? 400)

test('a random filter gives the rows that the reference gives', { timeout: 1_800_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(bool, async (text) => {
      const filter = bindFilter(customers, text, new Map())
      const expected = seen.filter((row) => evaluate(filter, row) === true).map(({ id }) => id)
      assert.deepEqual((await ask(`$filter=${encodeURIComponent(text)}`, 999)).toSorted(), expected.toSorted())
      const count = await service.send('GET', `/beta/Customers/$count?$filter=${encodeURIComponent(text)}`)
      assert.equal(count.text, String(expected.length))
    }),
    { numRuns: runs },
  )
})

test('a random order, in pages of any size, gives every row once and in the order of the reference', { timeout: 1_800_000 }, async () => {
  const key = fc
    .tuple(fc.oneof(string, number, bool, pick(['lastDAPRefreshDateTimeUtc', 'isOnBoardedToMTM', 'id'])), pick(['', ' asc', ' desc']))
    .filter(([text]) => text !== 'null')
  await fc.assert(
    fc.asyncProperty(fc.array(key, { minLength: 1, maxLength: 3 }), bool, fc.integer({ min: 7, max: 60 }), async (keys, text, size) => {
      const orderby = keys.map(([expression, direction]) => `${expression}${direction}`).join(',')
      const filter = bindFilter(customers, text, new Map())
      const expected = seen
        .filter((row) => evaluate(filter, row) === true)
        .toSorted(orderReference(bindOrderby(customers, orderby, new Map())))
        .map(({ id }) => id)
      assert.deepEqual(await ask(`$filter=${encodeURIComponent(text)}&$orderby=${encodeURIComponent(orderby)}`, size), expected)
    }),
    { numRuns: runs / 2 },
  )
})
