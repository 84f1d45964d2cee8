import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Property } from '../../../src/edm/entity-type.ts'
import { customerType } from '../../../src/model/customer.ts'
import { customerBody } from '../../support/customer.ts'
import { useService } from '../../support/service.ts'

const service = useService()
const post = (body: unknown) => service.send('POST', '/beta/Customers', { body })

/** What is stored of a value that is sent; `refused` when nothing is. */
const refused = Symbol('refused')

const int32: readonly (readonly [string, number | typeof refused])[] = [
  ['0', 0],
  ['-0', 0],
  ['1.0', 1],
  ['1e0', 1],
  ['2147483647', 2147483647],
  ['-2147483648', -2147483648],
  ['1e2', 100],
  ['2147483648', refused],
  ['-2147483649', refused],
  ['1.5', refused],
  ['"1"', refused],
  ['true', refused],
  ['null', refused],
  ['[]', refused],
  ['{}', refused],
  ['1e400', refused],
]
const boolean: readonly (readonly [string, boolean | typeof refused])[] = [
  ['true', true],
  ['false', false],
  ['0', refused],
  ['"true"', refused],
  ['null', refused],
  ['[true]', refused],
]
const dates: readonly (readonly [string, string | null | typeof refused])[] = [
  ['"2026-01-02T03:04:05Z"', '2026-01-02T03:04:05Z'],
  ['"2026-01-02T03:04Z"', '2026-01-02T03:04:00Z'],
  ['"2026-01-02t03:04:05z"', '2026-01-02T03:04:05Z'],
  ['"2026-01-02T03:04:05.120Z"', '2026-01-02T03:04:05.12Z'],
  ['"2026-01-02T03:04:05.123456789Z"', '2026-01-02T03:04:05.123456Z'],
  ['"2026-01-02T03:04:05.000001Z"', '2026-01-02T03:04:05.000001Z'],
  ['"2026-01-01T00:30:00+02:00"', '2025-12-31T22:30:00Z'],
  ['"2026-12-31T23:30:00-01:00"', '2027-01-01T00:30:00Z'],
  ['"2024-02-29T00:00:00Z"', '2024-02-29T00:00:00Z'],
  ['"0001-01-01T00:00:00Z"', '0001-01-01T00:00:00Z'],
  ['"9999-12-31T23:59:59.999999Z"', '9999-12-31T23:59:59.999999Z'],
  ['"2016-12-31T23:59:60Z"', '2017-01-01T00:00:00Z'],
  ['"2016-12-31T15:59:60.5-08:00"', '2017-01-01T00:00:00.5Z'],
  ['null', null],
  ['"2016-12-31T23:60:60Z"', refused],
  ['"9999-12-31T23:59:60Z"', refused],
  ['"2026-02-29T00:00:00Z"', refused],
  ['"2026-13-01T00:00:00Z"', refused],
  ['"2026-01-02"', refused],
  ['"2026-01-02T03:04:05"', refused],
  ['"2026-01-02T24:00:00Z"', refused],
  ['"2026-01-02T03:60:00Z"', refused],
  ['"2026-01-02T03:04:60Z"', refused],
  ['"0000-01-01T00:00:00Z"', refused],
  ['"0001-01-01T00:00:00+01:00"', refused],
  ['"9999-12-31T23:59:59-01:00"', refused],
  ['"2026-01-02T03:04:05+15:00"', refused],
  ['"-INF"', refused],
  ['""', refused],
  ['1767322800000', refused],
  ['"2026-01-02 03:04:05Z"', refused],
]

describe('values of each type (W2)', () => {
  const check = (name: string, json: string, stored: unknown) =>
    test(`${name}: ${json} ${stored === refused ? 'is refused' : `is kept as ${JSON.stringify(stored)}`}`, async () => {
      const body = JSON.stringify({ ...customerBody(), [name]: 'PLACE' }).replace('"PLACE"', json)
      const answer = await post(body)
      if (stored !== refused) {
        assert.equal(answer.status, 201, answer.text)
        assert.deepEqual((await service.send('GET', `/beta/Customers('${answer.json.id}')`)).json[name], stored)
        return
      }
      assert.equal(answer.status, 400)
      assert.deepEqual(
        answer.json.error.details.map((detail: { target: string }) => detail.target),
        [name],
      )
    })
  for (const [json, stored] of int32) check('contractType', json, stored)
  for (const [json, stored] of boolean) check('isOnBoardedToMTM', json, stored)
  for (const [json, stored] of dates) check('lastDAPRefreshDateTimeUtc', json, stored)
})

const properties: readonly Property[] = customerType.properties

describe('strings', () => {
  const bad = {
    empty: '',
    'a control character': 'a\u0007b',
    'a C1 control': 'a\u0085b',
    'a line break': 'a\nb',
    NUL: 'a\0b',
    'half a surrogate pair': 'a\ud800b',
  }
  for (const { name, type, maxLength = 0, pattern } of properties) {
    if (type !== 'Edm.String') continue
    for (const [what, value] of Object.entries(bad)) {
      test(`${name}: ${what} is refused`, async () => {
        const answer = await post({ ...customerBody(), [name]: value })
        assert.equal(answer.status, 400)
        assert.equal(answer.json.error.target, name)
      })
    }
    test(`${name}: ${maxLength} characters are kept, one more is refused`, async () => {
      const longest = pattern === undefined ? 'é'.repeat(maxLength) : 'DE'
      const answer = await post({ ...customerBody(), [name]: longest })
      assert.equal(answer.status, 201, answer.text)
      assert.equal(answer.json[name], longest)
      assert.equal((await post({ ...customerBody(), [name]: `${longest}x` })).status, 400)
    })
    test(`${name}: a number is refused`, async () => {
      assert.equal((await post({ ...customerBody(), [name]: 7 })).status, 400)
    })
  }
  test('any other text comes back as it was', async () => {
    const text = `"quotes" 'single' \\ back / slash % _ <b>&amp; ümläut 漢字 😀 \u2028 \u00a0 \ufeff`
    const { id } = await service.create({ displayName: text })
    assert.equal((await service.send('GET', `/beta/Customers('${id}')`)).json.displayName, text)
  })
  test('a country is two ASCII letters, kept in upper case', async () => {
    assert.equal((await service.create({ countryLetterCode: 'gb' })).countryLetterCode, 'GB')
    for (const code of ['G', 'GBR', '4G', 'ÄÖ', 'ıı', 'g '])
      assert.equal((await post(customerBody({ countryLetterCode: code }))).status, 400, code)
  })
})

describe('required properties', () => {
  for (const { name, create, nullable } of properties) {
    test(`${name} ${create === 'required' ? 'missing is refused' : 'may be missing'}; null ${nullable ? 'is taken' : 'is refused'}`, async () => {
      const { [name]: _, ...without } = customerBody()
      assert.equal((await post(without)).status, create === 'required' ? 400 : 201)
      assert.equal((await post({ ...customerBody(), [name]: null })).status, nullable ? 201 : 400)
    })
  }
})

describe('isDeleted and deletedDateTime agree', () => {
  const at = '2026-01-02T03:04:05Z'
  for (const [changes, status] of [
    [{ isDeleted: true }, 201],
    [{ isDeleted: true, deletedDateTime: at }, 201],
    [{ isDeleted: false, deletedDateTime: null }, 201],
    [{ deletedDateTime: null }, 201],
    [{ isDeleted: true, deletedDateTime: null }, 400],
    [{ isDeleted: false, deletedDateTime: at }, 400],
    [{ deletedDateTime: at }, 400],
  ] as const) {
    test(`${JSON.stringify(changes)} is ${status}`, async () => {
      const answer = await post(customerBody(changes))
      assert.equal(answer.status, status)
      if (status === 201 && 'isDeleted' in changes && changes.isDeleted) {
        assert.equal(answer.json.isDeleted, true)
        assert.ok('deletedDateTime' in changes ? answer.json.deletedDateTime === at : Date.parse(answer.json.deletedDateTime) > 0)
        assert.equal((await service.send('GET', `/beta/Customers('${answer.json.id}')`)).status, 404)
      }
    })
  }
})
