import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachStore } from '../../support/stores.ts'

forEachStore((start) => {
  const service = start({ rateLimit: '5' })

  test('past the limit a managing tenant gets 429 with Retry-After, and another one does not', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => service.send('GET', '/beta/Customers')))
    const refused = answers.filter(({ status }) => status === 429)
    assert.ok(refused.length > 0 && refused.length <= 35, `${refused.length} of 40 were refused`)
    for (const { headers, json } of refused) {
      assert.equal(json.error.code, 'TooManyRequests')
      assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/)
      assert.ok(json.error.innerError['request-id'])
    }
    assert.equal((await service.send('GET', '/beta/Customers', { as: 'fabrikam-partners' })).status, 200)
    assert.equal((await service.send('GET', '/beta/$metadata', { as: null })).status, 200)
  })
})
