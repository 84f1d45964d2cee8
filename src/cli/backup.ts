import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Config, ConfigError } from '../config.ts'
import type { Contents } from '../store/sqlite/check-file.ts'
import { type FileFault, FileRefused } from '../store/sqlite/file-refused.ts'
import { showPercent } from './percent.ts'

export interface FileOptions {
  readonly force: boolean
  readonly json: boolean
}

/** Copies the database while it is in use; `target` may be a folder, and is one in the data folder when there is none. */
export async function backUpDatabase(config: Config, target: string | undefined, { force, json }: FileOptions): Promise<string> {
  const { database } = config
  if (database.kind === 'postgres')
    throw new ConfigError(
      `PostgreSQL has a program of its own for that:\n  pg_dump --format=custom --file=tenantry.dump '${withoutPassword(database.url)}'`,
    )
  const to = targetOf(target, config.dataFolder)
  const start = performance.now()
  const { backUp } = await import('../store/sqlite/backup.ts')
  const contents = await backUp(database.file, to, { replace: force, progress: showPercent('Copied') }).catch(explain)
  const [bytes, seconds] = [statSync(to).size, (performance.now() - start) / 1000]
  if (json) return JSON.stringify({ file: to, bytes, seconds: Number(seconds.toFixed(3)), ...contents })
  return `${to}: ${(bytes / 1e6).toFixed(1)} MB, checked; ${told(contents)}.`
}

/** Puts a backup in the place of the database. The service must not run. */
export async function restoreDatabase(config: Config, from: string, { force, json }: FileOptions): Promise<string> {
  const { database } = config
  if (database.kind === 'postgres')
    throw new ConfigError(
      `PostgreSQL has a program of its own for that; with no service running:\n  pg_restore --clean --if-exists --single-transaction --dbname='${withoutPassword(database.url)}' ${from}\n  tenantry migrate --restored`,
    )
  const file = resolve(from)
  const { restore } = await import('../store/sqlite/restore.ts')
  const options = { force, suffix: `replaced-${stamp()}`, progress: showPercent('Restored') }
  const { contents, replaced } = await restore(file, database.file, options).catch(explain)
  if (json) return JSON.stringify({ file: database.file, backup: file, replaced: replaced ?? null, ...contents })
  const kept = replaced === undefined ? '' : `\nWhat stood there is kept: ${replaced}`
  return `${database.file}: restored from ${file}; ${told(contents)}.${kept}\nDelta links that know of what came after the backup answer 410 resyncRequired.`
}

const faults: Readonly<Record<FileFault, string>> = {
  missing: 'does not exist.',
  foreign: 'is no database of Tenantry.',
  newer: 'is of a newer version of Tenantry than this one.',
  damaged: 'is damaged.',
  exists: 'exists already: --force replaces it.',
  same: 'is the database itself.',
  inUse: 'is open in another process: stop the service first.',
  unknowable: 'cannot be opened, so there is no telling whether a service uses it. Be sure that none runs, and say --force.',
}

/** Says in a sentence why a file was refused. */
function explain(error: unknown): never {
  if (!(error instanceof FileRefused)) throw error
  const detail = error.detail === '' ? '' : ` (${error.detail})`
  throw new Error(`${error.file} ${faults[error.fault].replace(/\.$/, `${detail}.`)}`)
}

/** Where the database is, without the password that a URL may hold. */
function withoutPassword(url: string): string {
  const shown = new URL(url)
  shown.password = ''
  return shown.href
}

function targetOf(target: string | undefined, dataFolder: string): string {
  const name = `tenantry-${stamp()}.db`
  if (target !== undefined) {
    const path = resolve(target)
    return existsSync(path) && statSync(path).isDirectory() ? join(path, name) : path
  }
  const folder = join(dataFolder, 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return join(folder, name)
}

/** The moment as a name may hold it: 20261125T081500Z. */
function stamp(): string {
  return new Date().toISOString().replace(/[-:]|\.\d+/g, '')
}

function told({ customers, managingTenants, changes, schema }: Contents): string {
  return `${customers} customers of ${managingTenants} managing tenants, ${changes} changes, schema ${schema}`
}
