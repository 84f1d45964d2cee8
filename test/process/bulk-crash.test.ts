import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { customerBody } from '../support/customer.ts'
import { makeDatabase, postgresMissing } from '../support/databases.ts'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'

const rounds = 6
const size = 300

/** Bulks whose service is killed at a random moment: each has happened whole or not at all, and whole if it was answered. */
async function killBulks(t: TestContext, data: string, args: readonly string[]): Promise<void> {
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  let service = await serveProcess(data, args)
  let [whole, answered, none] = [0, 0, 0]
  for (let round = 0; round < rounds; round++) {
    const names = [1, 2, 3].map((n) => `bulk ${round} ${n}`)
    const done = new Set<string>()
    const sending = names.map(async (displayName) => {
      const value = Array.from({ length: size }, () => customerBody({ displayName }))
      const body = JSON.stringify({ '@context': '#$delta', value })
      const response = await fetch(`${service.url}/beta/Customers`, { method: 'PATCH', headers, body }).catch(() => undefined)
      if (response) assert.equal(response.status, 200)
      const text = await response?.text().catch(() => undefined)
      if (text !== undefined) done.add(displayName)
    })
    // Before anything is done, while the first is, or between the first and the others, however slow the machine is.
    await Promise.race([Promise.race(sending), pause(50 + Math.random() * 1_500)])
    await service.end('SIGKILL')
    await Promise.all(sending)
    service = await serveProcess(data, args)
    for (const name of names) {
      const count = `${service.url}/beta/Customers/$count?$filter=${encodeURIComponent(`displayName eq '${name}'`)}`
      const found = Number(await (await fetch(count, { headers })).text())
      assert.ok(
        found === size || (found === 0 && !done.has(name)),
        `${found} of ${name}, which was ${done.has(name) ? '' : 'not '}answered`,
      )
      if (done.has(name)) answered++
      else if (found === size) whole++
      else none++
    }
  }
  assert.equal(await service.end('SIGTERM'), 0)
  t.diagnostic(`${answered} bulks were answered, ${whole} had happened without, ${none} not at all`)
}

test('a bulk that is killed half way leaves nothing', { timeout: 300_000 }, (t) =>
  killBulks(
    t,
    temporaryFolder((clean) => t.after(clean)),
    ['--https-port', '0'],
  ),
)

test('a bulk that is killed half way leaves nothing on PostgreSQL', { skip: postgresMissing, timeout: 300_000 }, async (t) => {
  const { url, drop } = await makeDatabase()
  t.after(drop)
  await killBulks(
    t,
    temporaryFolder((clean) => t.after(clean)),
    ['--https-port', '0', '--database-url', url],
  )
})
