import type { Config } from '../config.ts'
import { model } from '../model/model.ts'
import { createLogger } from '../observe/logger.ts'
import { openStore } from '../store/open-store.ts'

/** Brings the schema of the configured database up to date, and says what was done. */
export async function migrateDatabase(config: Config, distribute: boolean, print: (line: string) => void): Promise<void> {
  const log = createLogger(config.logLevel)
  if (config.database.kind === 'sqlite') {
    if (distribute) throw new Error('--distribute takes a PostgreSQL with the extension citus (TENANTRY_DATABASE_URL=postgres://…).')
    const store = await openStore(config, model, (observation) => {
      if (observation.kind === 'migrated') print(told(observation.from, observation.to))
      else log(observation)
    })
    return store.close()
  }
  const { migrate } = await import('../store/postgres/migrate.ts')
  const { from, to } = await migrate(config.database.url, log, { allowed: true, distribute })
  print(`${told(from, to)}${distribute ? ' Every table is distributed by managing tenant.' : ''}`)
}

function told(from: number, to: number): string {
  return from === to ? `The schema is up to date (${to}).` : `The schema was brought from ${from} to ${to}.`
}
