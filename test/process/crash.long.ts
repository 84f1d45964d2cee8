import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../support/process.ts'
import { crashRounds } from './crash.ts'

test('200 rounds of kill -9 under concurrent writes lose nothing that was acknowledged', { timeout: 1_800_000 }, async (t) => {
  const { acknowledged, undecided } = await crashRounds(
    temporaryFolder((clean) => t.after(clean)),
    200,
    16,
    Math.random,
  )
  t.diagnostic(`${acknowledged} writes were acknowledged, ${undecided} were under way when the process died`)
  assert.ok(acknowledged > 2_000)
})
