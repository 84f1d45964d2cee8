import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTurnstile } from '../../src/service/turnstile.ts'

test('so many run at a time, and all in the end', async () => {
  const run = openTurnstile(3)
  let [running, most] = [0, 0]
  const begun: number[] = []
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      run(
        async () => {
          begun.push(i)
          most = Math.max(most, ++running)
          await new Promise((resolve) => setTimeout(resolve, i % 3))
          running--
          if (i % 5 === 0) throw new Error(String(i))
          return i
        },
        i % 2 === 0,
      ),
    ),
  )
  assert.equal(most, 3)
  assert.deepEqual(
    begun.toSorted((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i),
  )
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 4)
})

test('others get their turn between any two, even where nothing is waited for', async () => {
  const run = openTurnstile(16)
  const events: string[] = []
  let others = true
  const other = () => {
    events.push('other')
    if (others) setImmediate(other)
  }
  setImmediate(other)
  await Promise.all(Array.from({ length: 5 }, (_, i) => run(async () => events.push(String(i)), true)))
  others = false
  const between = events.join(' ')
  assert.match(between, /0 other.* 1 other.* 2 other.* 3 other.* 4/)
})
