import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCluster } from '../support/cluster.ts'
import { postgresMissing } from '../support/databases.ts'
import { temporaryFolder } from '../support/process.ts'
import { postgresCrashRounds } from './postgres-crash.ts'

test('a PostgreSQL that crashes, is killed and freezes under load loses nothing that was acknowledged', {
  skip: postgresMissing,
  timeout: 120_000,
}, async (t) => {
  const cluster = await startCluster()
  t.after(() => cluster.remove())
  const { acknowledged, refused } = await postgresCrashRounds(
    cluster,
    temporaryFolder((clean) => t.after(clean)),
    ['immediate', 'kill', 'freeze'],
    16,
  )
  assert.ok(acknowledged > 50, `${acknowledged} writes were acknowledged`)
  t.diagnostic(`${acknowledged} writes acknowledged, ${refused} refused`)
})
