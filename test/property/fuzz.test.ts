import { test } from 'node:test'
import { useService } from '../support/service.ts'
import { fuzz } from './fuzz.ts'

const service = useService({}, ({ create }) =>
  Promise.all(Array.from({ length: 20 }, (_, i) => create({ id: `n${i}`, displayName: `Contoso ${i}` }))),
)

test('5,000 mutated queries and bodies: no 5xx, no hang', { timeout: 120_000 }, async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  t.diagnostic(`seed ${seed}: ${JSON.stringify(await fuzz(service, 5_000, seed))}`)
})
