import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useService } from '../support/service.ts'
import { fuzz } from './fuzz.ts'

const service = useService({}, ({ create }) =>
  Promise.all(Array.from({ length: 20 }, (_, i) => create({ id: `n${i}`, displayName: `Contoso ${i}` }))),
)

test('200,000 mutated queries and bodies: no 5xx, no hang, no growth of memory', { timeout: 1_800_000 }, async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  await fuzz(service, 20_000, seed)
  const before = process.memoryUsage().rss
  t.diagnostic(`seed ${seed}: ${JSON.stringify(await fuzz(service, 180_000, seed + 1))}`)
  const growth = (process.memoryUsage().rss - before) / 2 ** 20
  t.diagnostic(`${Math.round(growth)} MB more`)
  assert.ok(growth < 200)
})
