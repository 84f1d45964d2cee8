import assert from 'node:assert/strict'
import { test } from 'node:test'
import { model } from '../../src/model/model.ts'
import { bindFilter, bindOrderby, queryScope } from '../../src/odata/bind/expression/bind-query.ts'
import { evaluate, foldReference, orderReference, type Row } from '../support/evaluate.ts'
import { bool, number, pick, rows, seen, string, texts } from '../support/generate.ts'
import { fc } from '../support/property.ts'
import { useService } from '../support/service.ts'

const [customers = assert.fail()] = model.entitySets

const service = useService({}, async ({ create }) => {
  for (const row of rows) await create(row)
})

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
      const filter = bindFilter(text, queryScope(customers, new Map()))
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
      const filter = bindFilter(text, queryScope(customers, new Map()))
      const expected = seen
        .filter((row) => evaluate(filter, row) === true)
        .toSorted(orderReference(bindOrderby(orderby, queryScope(customers, new Map()))))
        .map(({ id }) => id)
      assert.deepEqual(await ask(`$filter=${encodeURIComponent(text)}&$orderby=${encodeURIComponent(orderby)}`, size), expected)
    }),
    { numRuns: runs / 2 },
  )
})

test('a random search gives the rows that hold the words, whatever their case', { timeout: 1_800_000 }, async () => {
  type Search = { readonly text: string; readonly holds: (row: Row) => boolean }
  const searched = ['displayName', 'domain', 'azureTenantId', 'contractId']
  const word = (term: string): Search => ({
    text: `"${term.replaceAll(/["\\]/g, '\\$&')}"`,
    holds: (row) => searched.some((name) => foldReference(String(row[name])).includes(foldReference(term))),
  })
  const { search } = fc.letrec<{ search: Search }>((tie) => ({
    search: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      pick([...texts, 't1', 'T11', 'é漢', 'b c'])
        .filter((term) => term !== '')
        .map(word),
      tie('search').map(({ text, holds }): Search => ({ text: `NOT (${text})`, holds: (row) => !holds(row) })),
      fc
        .tuple(tie('search'), tie('search'))
        .map(([a, b]): Search => ({ text: `(${a.text} OR ${b.text})`, holds: (row) => a.holds(row) || b.holds(row) })),
      fc
        .tuple(tie('search'), tie('search'))
        .map(([a, b]): Search => ({ text: `(${a.text} ${b.text})`, holds: (row) => a.holds(row) && b.holds(row) })),
    ),
  }))
  await fc.assert(
    fc.asyncProperty(search, fc.integer({ min: 7, max: 60 }), async ({ text, holds }, size) => {
      const expected = seen.filter(holds).map(({ id }) => String(id))
      assert.deepEqual((await ask(`$search=${encodeURIComponent(text)}`, size)).toSorted(), expected.toSorted())
    }),
    { numRuns: runs / 2 },
  )
})
