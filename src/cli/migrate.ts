import type { Config } from '../config.ts'
import { model } from '../model/model.ts'
import { createLogger } from '../observe/logger.ts'
import { openStore } from '../store/open-store.ts'

export interface MigrateOptions {
  readonly distribute: boolean
  /** The database comes from a backup: its counters go on far ahead. */
  readonly restored: boolean
  readonly json: boolean
}

/** Brings the schema of the configured database up to date, and says what was done. */
export async function migrateDatabase(config: Config, { distribute, restored, json }: MigrateOptions): Promise<string> {
  const { from, to } = await migrated(config, distribute)
  if (restored) await renewVersions(config)
  if (json) return JSON.stringify({ from, to, distributed: distribute, restored })
  const sentences = [
    from === to ? `The schema is up to date (${to}).` : `The schema was brought from ${from} to ${to}.`,
    ...(distribute ? ['Every table is distributed by managing tenant.'] : []),
    ...(restored ? ['Versions go on far ahead of those that were lost.'] : []),
  ]
  return sentences.join(' ')
}

async function migrated({ database, ...config }: Config, distribute: boolean): Promise<{ readonly from: number; readonly to: number }> {
  const log = createLogger(config.logLevel)
  if (database.kind === 'postgres') {
    const { migrate } = await import('../store/postgres/migrate.ts')
    return migrate(database.url, log, { allowed: true, distribute })
  }
  if (distribute) throw new Error('--distribute takes a PostgreSQL with the extension citus (TENANTRY_DATABASE_URL=postgres://…).')
  let done = { from: 0, to: 0 }
  const store = await openStore({ ...config, database }, model, (observation) => {
    if (observation.kind === 'migrated') done = { from: observation.from, to: observation.to }
    else log(observation)
  })
  await store.close()
  return done
}

async function renewVersions({ database }: Config): Promise<void> {
  if (database.kind === 'postgres') return (await import('../store/postgres/renew-versions.ts')).renewVersions(database.url)
  const { openExisting } = await import('../store/sqlite/check-file.ts')
  const file = openExisting(database.file)
  try {
    ;(await import('../store/sqlite/renew-versions.ts')).renewVersions(file)
  } finally {
    file.close()
  }
}
