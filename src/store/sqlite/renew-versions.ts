import type { DatabaseSync } from 'node:sqlite'
import { ahead } from '../ahead.ts'

/** Lets every counter go on far ahead of what was ever given out: see `ahead`. */
export function renewVersions(database: DatabaseSync): void {
  database.exec(`update "managing_tenants" set "version" = "version" + ${ahead}`)
}
