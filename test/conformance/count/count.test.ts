import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forEachStore } from '../../support/stores.ts'

forEachStore((start) => {
  const service = start({}, async ({ create, send }) => {
    for (const id of ['a', 'b', 'c', 'gone']) await create({ id })
    await create({ id: 'theirs' }, 'another-partner')
    await send('DELETE', "/beta/Customers('gone')")
  })
  const get = (target: string, headers: Readonly<Record<string, string>> = {}) => service.send('GET', target, { headers })

  describe('$count as a segment (Protocol 4.01, 11.2.10)', () => {
    for (const [target, headers] of [
      ['/beta/Customers/$count', {}],
      ['/v1.0/customers/$count', {}],
      ['/Customers/$count', {}],
      ['/beta/Customers/%24count', {}],
      ['/beta/Customers/$count', { accept: 'text/plain' }],
      ['/beta/Customers/$count', { accept: 'application/json' }],
      ['/beta/Customers/$count', { prefer: 'odata.maxpagesize=1' }],
      ['/beta/Customers/$count', { 'odata-maxversion': '4.01' }],
    ] as const) {
      test(`${target} ${JSON.stringify(headers)} is the bare number, in plain text`, async () => {
        const answer = await get(target, headers)
        assert.equal(answer.status, 200, answer.text)
        assert.equal(answer.headers.get('content-type'), 'text/plain')
        assert.equal(answer.text, '3')
        assert.equal(answer.headers.get('preference-applied'), null)
      })
    }
    for (const [target, headers, status] of [
      ['/beta/Customers/$count?$select=id', {}, 400],
      ['/beta/Customers/$count?$skip=1', {}, 400],
      ['/beta/Customers/$count?$count=true', {}, 400],
      ['/beta/Customers/$count/$count', {}, 404],
      ["/beta/Customers('a')/$count", {}, 501],
      ['/beta/Customers/$count', { accept: 'application/xml' }, 406],
    ] as const) {
      test(`${target} ${JSON.stringify(headers)} is ${status}`, async () => assert.equal((await get(target, headers)).status, status))
    }
  })

  describe('$count as an option (Protocol 4.01, 11.2.6.5)', () => {
    for (const [query, count, rows] of [
      ['$count=true', 3, 3],
      ['$count=TRUE', 3, 3],
      ['count=true', 3, 3],
      ['$count=false', undefined, 3],
      ['', undefined, 3],
      ['$count=true&$top=0', 3, 0],
      ['$count=true&$top=1', 3, 1],
      ['$count=true&$skip=2', 3, 1],
      ['$count=true&$skip=9', 3, 0],
      ['$count=true&$top=1&$skip=1', 3, 1],
    ] as const) {
      test(`?${query}: ${count ?? 'no count'} of all, ${rows} on the page`, async () => {
        const answer = await get(`/beta/Customers?${query}`)
        assert.equal(answer.json['@odata.count'], count)
        assert.equal(answer.json.value.length, rows)
      })
    }
  })
})
