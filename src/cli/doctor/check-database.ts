import { existsSync } from 'node:fs'
import type { Config } from '../../config.ts'
import { type Check, ok, problem, reasonOf, warning } from './check.ts'
import { checkClock } from './check-clock.ts'

export function checkDatabase(config: Config): Promise<readonly Check[]> {
  return config.database.kind === 'sqlite' ? checkFile(config.database.file) : checkServer(config, config.database.url)
}

async function checkFile(file: string): Promise<readonly Check[]> {
  if (!existsSync(file)) return [ok('database', `${file} will be made on first start.`)]
  const { inspectFile } = await import('../../store/sqlite/inspect.ts')
  const { FileRefused } = await import('../../store/sqlite/file-refused.ts')
  try {
    const { schema, newest } = inspectFile(file)
    return [
      ok('database', `${file} can be read and written to.`),
      ok(
        'migrations',
        schema === newest ? `The schema is up to date (${schema}).` : `Schema ${schema}: the next start brings it to ${newest}.`,
      ),
    ]
  } catch (error) {
    const fault = error instanceof FileRefused ? error.fault : undefined
    if (fault === 'newer')
      return [problem('migrations', `${file} is of a newer version of Tenantry.`, 'Run that version, or restore a backup of this one.')]
    if (fault === 'foreign')
      return [problem('database', `${file} is no database of Tenantry.`, 'Name another file (TENANTRY_DATABASE_URL).')]
    if (fault === 'damaged')
      return [problem('database', `${file} is damaged.`, "Stop the service, then 'tenantry restore' the last backup.")]
    return [
      problem('database', `${file}: ${reasonOf(error)}.`, 'See that the file and its folder belong to the user that runs the service.'),
    ]
  }
}

/** Versions of the server that the adapter is tested on begin here. */
const oldestServer = 14

async function checkServer({ databaseConnections, migrate }: Config, url: string): Promise<readonly Check[]> {
  const { host, pathname } = new URL(url)
  const name = `PostgreSQL at ${host}${pathname}`
  const { inspectServer } = await import('../../store/postgres/inspect.ts')
  let facts: Awaited<ReturnType<typeof inspectServer>>
  try {
    facts = await inspectServer(url)
  } catch (error) {
    return [
      problem(
        'database',
        `${name}: ${reasonOf(error)}.`,
        'See that the server runs, that the URL is right, and that this machine may connect.',
      ),
    ]
  }
  const { version, schema, newest, unwritable, searchIndex, unsafe, connections, clockAhead, distributed } = facts
  const checks: Check[] = []
  if (version < oldestServer)
    checks.push(problem('database', `${name} is version ${version}.`, `Version ${oldestServer} is the oldest that works.`))
  else if (unwritable === undefined)
    checks.push(ok('database', `${name} (version ${version}${distributed ? ', distributed' : ''}) can be read and written to.`))
  else
    checks.push(
      problem('database', `${name} cannot be written to: ${unwritable}.`, 'See that it is no standby, and that the user may write.'),
    )
  if (schema > newest) checks.push(problem('migrations', `Schema ${schema} is of a newer version of Tenantry.`, 'Run that version.'))
  else if (schema === newest) checks.push(ok('migrations', `The schema is up to date (${schema}).`))
  else if (migrate) checks.push(ok('migrations', `Schema ${schema}: the next start brings it to ${newest}.`))
  else checks.push(problem('migrations', `Schema ${schema}, and this program needs ${newest}.`, "Run 'tenantry migrate'."))
  if (schema > 0 && !searchIndex)
    checks.push(
      warning(
        'search',
        'There is no index of parts of words: $search and contains read every customer of a partner.',
        "Let an administrator create the extensions pg_trgm and btree_gin, then run 'tenantry migrate'.",
      ),
    )
  for (const setting of unsafe)
    checks.push(
      problem(
        'durability',
        `The server has ${setting} = off: a crash loses writes that were acknowledged.`,
        `alter system set ${setting} = on`,
      ),
    )
  if (connections < databaseConnections)
    checks.push(
      warning(
        'connections',
        `The server takes ${connections} connections of everybody's, and one service of ours wants ${databaseConnections}.`,
        'Raise max_connections, or lower TENANTRY_DATABASE_CONNECTIONS.',
      ),
    )
  return [...checks, checkClock("the database's", clockAhead)]
}
