import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Answer, partner, startTestService, type TestService } from '../../support/service.ts'

/** Follows a link until it answers with another status. */
async function until(service: TestService, target: string, status: number): Promise<Answer> {
  for (let left = 600; ; left--) {
    const answer = await service.send('GET', target)
    if (answer.status === status) return answer
    assert.ok(left > 0, `${target} still answers ${answer.status}: ${answer.text}`)
    await pause(100)
  }
}

describe('what is not kept any more', () => {
  let service: TestService
  before(async () => {
    service = await startTestService({ changeDays: '1', deletedDays: '1', maintenanceSeconds: '1' })
  })
  after(() => service.stop())
  const long = '2020-01-01T00:00:00Z'
  const start = async (query = '') => {
    const answer = await service.send('GET', `/beta/Customers/delta${query}`)
    assert.equal(answer.status, 200, answer.text)
    return (answer.json['@odata.deltaLink'] ?? answer.json['@odata.nextLink']).slice(service.url.length)
  }

  test('a customer that was deleted long ago goes by itself, and delta tells it', async () => {
    await service.create({ id: 'stays' })
    const link = await start()
    await service.create({ id: 'goes', isDeleted: true, deletedDateTime: long })
    for (let left = 600; ; left--) {
      const { json } = await service.send('GET', link)
      if (json.value[0]?.['@removed'].reason === 'deleted') break
      assert.ok(left > 0)
      await pause(100)
    }
    assert.equal((await service.send('GET', "/beta/Customers?$filter=id eq 'goes' and isDeleted eq true")).json.value.length, 0)
    assert.equal((await service.send('GET', "/beta/Customers('stays')")).status, 200)
  })

  test('/metrics tells what was removed', async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    assert.match(metrics, /tenantry_retention_removed_total\{what="customers"\} [1-9]/)
  })

  test('a link of another database is 410, with the address to start again at', async () => {
    const before = await start(`?$select=domain&$filter=${encodeURIComponent("id in ('a''b','stays')")}`)
    const page = await start('?$top=1')
    const next = await startTestService()
    try {
      await next.create({ id: 'stays', domain: 'next.example' })
      await next.create({ id: 'other' })
      for (const target of [before, page]) {
        const answer = await until(next, target, 410)
        assert.equal(answer.json.error.code, 'resyncRequired')
        assert.equal(answer.json.error.target, '$deltatoken')
      }
      const { headers } = await next.send('GET', before, { as: partner })
      const location = headers.get('location') ?? ''
      assert.ok(location.startsWith(`${next.url}/beta/Customers/delta?`), location)
      const again = await next.send('GET', location.slice(next.url.length))
      assert.deepEqual(
        again.json.value.map(({ id, domain, displayName }: Record<string, string>) => [id, domain, displayName]),
        [['stays', 'next.example', undefined]],
      )
    } finally {
      await next.stop()
    }
  })
})
