import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Restarts } from '../../src/cli/processes/restarts.ts'

test('a process that dies is replaced at once, one that dies again and again later and later, and in the end not at all', () => {
  const restarts = new Restarts()
  const pauses = Array.from({ length: 10 }, (_, i) => restarts.pauseAfter(i * 10))
  assert.deepEqual(pauses, [0, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000, 2_000])
  assert.equal(restarts.pauseAfter(100), undefined)
})

test('deaths of long ago are forgotten', () => {
  const restarts = new Restarts()
  for (let now = 0; now < 30; now++) assert.equal(restarts.pauseAfter(now * 60_000), 0)
})
