import { test } from 'node:test'
import { makeDatabase, postgresMissing } from '../support/databases.ts'
import { temporaryFolder } from '../support/process.ts'
import { batchCrashRounds } from './batch-crash.ts'

const options = { timeout: 1_800_000 }

test('100 rounds of atomicity groups under kill -9, on SQLite', options, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  t.diagnostic(JSON.stringify(await batchCrashRounds(data, 100, 12, Math.random)))
})

test('100 rounds of atomicity groups under kill -9, on PostgreSQL', { ...options, skip: postgresMissing }, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const database = await makeDatabase()
  t.after(() => database.drop())
  t.diagnostic(JSON.stringify(await batchCrashRounds(data, 100, 12, Math.random, database.url)))
})
