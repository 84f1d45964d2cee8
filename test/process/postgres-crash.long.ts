import { test } from 'node:test'
import { startCluster } from '../support/cluster.ts'
import { postgresMissing } from '../support/databases.ts'
import { temporaryFolder } from '../support/process.ts'
import { postgresCrashRounds } from './postgres-crash.ts'

test('a PostgreSQL that is killed and restarted 10 times under load', { skip: postgresMissing, timeout: 600_000 }, async (t) => {
  const cluster = await startCluster()
  t.after(() => cluster.remove())
  const rounds = Array.from({ length: 10 }, (_, i) => (i % 3 === 2 ? 'immediate' : 'kill'))
  t.diagnostic(
    JSON.stringify(
      await postgresCrashRounds(
        cluster,
        temporaryFolder((clean) => t.after(clean)),
        [...rounds, 'freeze'],
        16,
      ),
    ),
  )
})
