import { type Config, ConfigError } from '../../config.ts'
import type { Check } from './check.ts'
import { problem } from './check.ts'
import { checkCertificate } from './check-certificate.ts'
import { checkDatabase } from './check-database.ts'
import { checkDisk, checkFolder } from './check-folder.ts'
import { checkIssuers } from './check-issuers.ts'
import { checkSettings } from './check-settings.ts'

/** Looks at everything that the service needs, and changes nothing. Without settings that can be there is nothing else to look at. */
export async function examine(readConfig: () => Config): Promise<readonly Check[]> {
  let config: Config
  try {
    config = readConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [problem('settings', error.message, "Every setting is in docs/configuration.md, and in 'tenantry serve --help'.")]
  }
  const found = await Promise.all([
    checkSettings(config),
    checkFolder(config),
    checkDatabase(config),
    checkDisk(config),
    checkIssuers(config),
    checkCertificate(config),
  ])
  return found.flat()
}

/** The checks for people: a line each, and what to do under those that need it. */
export function printChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.flatMap(({ name, outcome, message, advice }) => {
    const line = `${outcome.padEnd(7)}  ${name.padEnd(width)}  ${message}`
    return advice === undefined ? [line] : [line, `${' '.repeat(width + 9)}  → ${advice}`]
  })
  const count = (wanted: Check['outcome']) => checks.filter(({ outcome }) => outcome === wanted).length
  return [...lines, '', `${plural(count('problem'), 'problem')}, ${plural(count('warning'), 'warning')}.`].join('\n')
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
