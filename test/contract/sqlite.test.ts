import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { model } from '../../src/model/model.ts'
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { storeContract } from './store-contract.ts'

storeContract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-store-'))
  const file = join(folder, 'test.db')
  return {
    open: async () => new SqliteStore(file, model, () => undefined),
    async query(sql) {
      const database = new DatabaseSync(file, { readOnly: true })
      const rows = database.prepare(sql).all()
      database.close()
      return rows
    },
    drop: async () => rmSync(folder, { recursive: true }),
  }
})
