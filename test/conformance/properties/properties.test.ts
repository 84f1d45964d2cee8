import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerType } from '../../../src/model/customer.ts'
import { customerBody } from '../../support/customer.ts'
import { forEachStore } from '../../support/stores.ts'

type Kind = 'string' | 'int32' | 'boolean' | 'date'

/** A row of the specification's table of properties, written out by hand: the model is held against it, not asked for it. */
interface Row {
  readonly name: string
  readonly kind: Kind
  /** Characters at the most. */
  readonly most?: number
  readonly required: boolean
  readonly nullable?: true
  readonly update: 'changes' | 'refused' | 'ignored'
  /** A value that differs from that of `customerBody`, and what else the body must say with it. */
  readonly good: unknown
  readonly beside?: Readonly<Record<string, unknown>>
}

const date = '2025-02-03T04:05:06.789012Z'
const rows: readonly Row[] = [
  { name: 'id', kind: 'string', most: 128, required: false, update: 'refused', good: 'chosen' },
  { name: 'partnerId', kind: 'string', most: 128, required: true, update: 'changes', good: 'mpn 4711' },
  { name: 'azureTenantId', kind: 'string', most: 128, required: true, update: 'changes', good: 'no guid at all' },
  { name: 'contractId', kind: 'string', most: 128, required: true, update: 'changes', good: 'c/2' },
  { name: 'displayName', kind: 'string', most: 256, required: true, update: 'changes', good: 'Ünï' },
  { name: 'domain', kind: 'string', most: 253, required: true, update: 'changes', good: 'no domain, either' },
  { name: 'contractType', kind: 'int32', required: true, update: 'changes', good: -5 },
  { name: 'countryLetterCode', kind: 'string', most: 2, required: true, update: 'changes', good: 'FR' },
  {
    name: 'deletedDateTime',
    kind: 'date',
    required: false,
    nullable: true,
    update: 'changes',
    good: date,
    beside: { isDeleted: true },
  },
  { name: 'isOnBoardedToMTM', kind: 'boolean', required: true, update: 'changes', good: false },
  { name: 'onboardingStatus', kind: 'int32', required: true, update: 'changes', good: 4711 },
  { name: 'delegatedPrivilegeStatus', kind: 'int32', required: true, update: 'changes', good: 0 },
  { name: 'lastDAPRefreshDateTimeUtc', kind: 'date', required: false, nullable: true, update: 'changes', good: date },
  { name: 'cosmosCreatedDateTimeUTC', kind: 'date', required: false, update: 'refused', good: date },
  { name: 'cosmosLastModifiedDateTimeUTC', kind: 'date', required: false, update: 'ignored', good: date },
  { name: 'isDeleted', kind: 'boolean', required: false, update: 'changes', good: true },
]

const wrong: Readonly<Record<Kind, readonly unknown[]>> = {
  string: ['', 7, true, [], {}, 'a\u0000', 'a\u001fb', '\u007f', '\u009f', '\ud800', '\udc00x', 'a\ud800\ud800b'],
  int32: ['1', '', 1.5, true, [], {}, 2147483648, -2147483649, 1e300],
  boolean: [0, 1, 'true', '', [], {}],
  date: ['', 'today', 7, true, [], {}, '2026-01-02', '2026-02-30T00:00:00Z', '2026-01-02T03:04:05'],
}
const wrongOf = ({ kind, most, nullable }: Row): readonly unknown[] => [
  ...wrong[kind],
  ...(most === undefined ? [] : ['x'.repeat(most + 1), 'x'.repeat(5_000)]),
  ...(nullable ? [] : [null]),
]
/** As it stands in a body: JSON.stringify writes half of a surrogate pair as an escape, as RFC 8259 lets a sender do. */
const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 40)

forEachStore((start) => {
  const service = start()
  const post = (body: unknown) => service.send('POST', '/beta/Customers', { body })

  test('the model declares these properties and no others, in this order', () => {
    assert.deepEqual(
      customerType.properties.map(({ name }) => name),
      rows.map(({ name }) => name),
    )
  })

  test('and each answer has all of them', async () => {
    const created = await service.create()
    assert.deepEqual(
      Object.keys(created).filter((name) => !name.includes('@')),
      rows.map(({ name }) => name),
    )
  })

  for (const row of rows) {
    const { name, most, required, nullable, update, good, beside = {} } = row
    const assertFault = (answer: Awaited<ReturnType<typeof post>>, value: unknown) => {
      assert.equal(answer.status, 400, `${shown(value)}: ${answer.text}`)
      assert.equal(answer.json.error.target, name)
      assert.deepEqual(
        answer.json.error.details.map(({ code, target }: { code: string; target: string }) => [code, target]),
        [['Request_BadRequest', name]],
        shown(value),
      )
    }
    describe(name, () => {
      test(`in a create: ${required ? 'required' : 'may be absent'}, ${nullable ? 'null or' : ''} of its type, kept`, async () => {
        const { [name]: _, ...without } = customerBody()
        const absent = await post(without)
        if (required) assertFault(absent, undefined)
        else assert.equal(absent.status, 201, absent.text)
        for (const value of wrongOf(row)) assertFault(await post({ ...customerBody(), [name]: value }), value)
        const longest = name === 'countryLetterCode' ? 'GB' : '😀'.repeat((most ?? 0) / 2)
        for (const value of [good, ...(nullable ? [null] : []), ...(most === undefined ? [] : [longest.padEnd(most, 'x')])]) {
          const answer = await post({ ...customerBody(), ...(value === null ? {} : beside), [name]: value })
          assert.equal(answer.status, 201, `${shown(value)}: ${answer.text}`)
          assert.equal(answer.json[name], value)
          if (answer.json.isDeleted) continue
          const target = answer.headers.get('location')?.slice(service.url.length) ?? ''
          assert.equal((await service.send('GET', target)).json[name], value)
          await service.send('DELETE', target)
        }
      })

      test(`in an update: ${update}, and never of another type`, async () => {
        const created = await service.create()
        const target = `/beta/Customers('${created.id}')`
        for (const value of wrongOf(row)) assertFault(await service.send('PATCH', target, { body: { [name]: value } }), value)
        assert.deepEqual((await service.send('GET', target)).json, created, 'nothing was changed')
        assert.equal((await service.send('PATCH', target, { body: { [name]: created[name] } })).status, 200, 'its own value is taken')
        const answer = await service.send('PATCH', target, { body: { ...beside, [name]: good } })
        if (update === 'refused') assertFault(answer, good)
        else {
          assert.equal(answer.status, 200, answer.text)
          if (update === 'changes') assert.equal(answer.json[name], good)
          else assert.notEqual(answer.json[name], good)
        }
      })
    })
  }
})
