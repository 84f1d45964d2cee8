import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeDatabase, postgresMissing } from '../support/databases.ts'
import { temporaryFolder } from '../support/process.ts'
import { batchCrashRounds } from './batch-crash.ts'

const options = { timeout: 300_000 }

test('atomicity groups under kill -9, on SQLite: whole or not at all', options, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const tally = await batchCrashRounds(data, 5, 6, Math.random)
  t.diagnostic(JSON.stringify(tally))
  assert.ok(tally.acknowledged >= 30)
})

test('atomicity groups under kill -9, on PostgreSQL: whole or not at all', { ...options, skip: postgresMissing }, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const database = await makeDatabase()
  t.after(() => database.drop())
  const tally = await batchCrashRounds(data, 5, 6, Math.random, database.url)
  t.diagnostic(JSON.stringify(tally))
  assert.ok(tally.acknowledged >= 30)
})
