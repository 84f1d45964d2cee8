import { model } from '../../src/model/model.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { ask, makeDatabase, postgresMissing } from '../support/databases.ts'
import { storeContract } from './store-contract.ts'

storeContract(
  'PostgreSQL',
  async () => {
    const { url, drop } = await makeDatabase()
    await migrate(url, () => undefined, { allowed: true })
    return {
      open: async () => new PostgresStore(url, model, () => undefined, { connections: 6 }),
      query: (sql) => ask(url, sql),
      drop,
    }
  },
  postgresMissing,
)
