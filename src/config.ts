import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { Limits } from './plan/limits.ts'
import type { Retention } from './service/retention.ts'
import { type DatabaseConfig, databaseOf, isIssuer, isLoopback, isUrl } from './setting-values.ts'
import { type SettingName, settings } from './settings.ts'

export { type DatabaseConfig, isLoopback } from './setting-values.ts'
export { type Setting, type SettingName, settings } from './settings.ts'

/** The settings, read and checked. */
export interface Config {
  readonly host: string
  readonly port: number
  readonly https: boolean
  /** 0 with `https`: a free one. */
  readonly httpsPort: number
  readonly processes: number
  /** Absolute. */
  readonly dataFolder: string
  /** Absolute. */
  readonly database: DatabaseConfig
  readonly databaseConnections: number
  readonly groupLimit: number
  readonly migrate: boolean
  readonly publicUrl: string | undefined
  /** Empty: the development issuer. */
  readonly issuers: readonly string[]
  readonly audiences: readonly string[]
  readonly operatorTenants: readonly string[]
  readonly trustedProxies: readonly string[]
  readonly tls: { readonly keyFile: string; readonly certFile: string } | undefined
  readonly limits: Limits
  readonly querySeconds: number
  readonly queryThreads: number
  /** Megabytes. */
  readonly queryMemory: number
  readonly maxBodyBytes: number
  readonly maxUrlLength: number
  readonly retention: Retention
  /** Requests a second of one managing tenant. */
  readonly rateLimit: number | undefined
  readonly maxKeyDays: number
  readonly drainSeconds: number
  readonly developmentSecret: string | undefined
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
}

/** A setting that cannot be: one line for the user, exit code 2. */
export class ConfigError extends Error {}

/** Reads the settings: a flag wins over a variable, a variable over the default. Throws {@link ConfigError}. */
export function readConfig(
  flags: Readonly<Partial<Record<SettingName, string>>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const text = (name: SettingName) => flags[name] ?? (environment[settings[name].variable] || settings[name].default)
  const fail = (name: SettingName, what: string): never => {
    throw new ConfigError(
      `${flags[name] === undefined ? settings[name].variable : `--${settings[name].flag}`} ${what}${name === 'databaseUrl' ? '' : `, not '${text(name)}'`}.`,
    )
  }
  const number = (name: SettingName, least: number, most: number) => {
    const value = Number(text(name))
    return /^\d+$/.test(text(name)) && value >= least && value <= most ? value : fail(name, `takes a number from ${least} to ${most}`)
  }
  const list = (name: SettingName) =>
    text(name)
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  const logLevel = text('logLevel')
  if (logLevel !== 'silent' && logLevel !== 'error' && logLevel !== 'warn' && logLevel !== 'info' && logLevel !== 'debug')
    fail('logLevel', 'takes silent, error, warn, info or debug')

  const host = text('host')
  const issuers = list('issuers').map((issuer) =>
    isIssuer(issuer) ? issuer : fail('issuers', 'takes https URLs separated by commas (http only on a loopback address)'),
  )
  if (issuers.length === 0 && !isLoopback(host))
    fail('host', 'must be a loopback address while no issuer is set (TENANTRY_ISSUERS), for the development issuer gives tokens to anyone')
  const [keyFile, certFile] = [text('tlsKey'), text('tlsCert')]
  if ((keyFile === '') !== (certFile === ''))
    throw new ConfigError('--tls-key and --tls-cert (TENANTRY_TLS_KEY, TENANTRY_TLS_CERT) go together.')
  const tls = keyFile === '' ? undefined : { keyFile: resolve(keyFile), certFile: resolve(certFile) }
  const publicUrl = text('publicUrl').replace(/\/$/, '')
  if (publicUrl !== '' && !isUrl(publicUrl, ['https:', 'http:'], true))
    fail('publicUrl', 'takes an origin such as https://tenantry.example')
  const dataFolder = resolve(text('data'))
  const maxPageSize = number('maxPageSize', 1, 100_000)
  const httpsPort =
    text('httpsPort') === '' ? (issuers.length === 0 || tls ? 8443 : 0) : text('httpsPort') === 'free' ? 0 : number('httpsPort', 0, 65_535)
  const https = httpsPort !== 0 || text('httpsPort') === 'free'
  return {
    host,
    port: number('port', 0, 65_535),
    https,
    httpsPort: httpsPort,
    processes: number('processes', 1, 64),
    dataFolder,
    database: databaseOf(text('databaseUrl'), dataFolder, fail),
    databaseConnections: number('databaseConnections', 3, 1_000),
    groupLimit: number('groupLimit', 1, 10_000),
    migrate: text('migrate') === 'true' || (text('migrate') !== 'false' && fail('migrate', 'takes true or false')),
    publicUrl: publicUrl === '' ? undefined : publicUrl,
    issuers,
    audiences: list('audience').length > 0 ? list('audience') : fail('audience', 'takes one name or more'),
    operatorTenants: list('operatorTenants'),
    trustedProxies: list('trustedProxies').map((proxy) =>
      isIP(proxy.replace(/\/\d+$/, '')) ? proxy : fail('trustedProxies', 'takes addresses or networks separated by commas'),
    ),
    tls,
    limits: {
      pageSize: number('pageSize', 1, maxPageSize),
      maxPageSize,
      maxSkip: number('maxSkip', 0, 999_999_999),
      maxBulkChanges: number('maxBulkChanges', 1, 100_000),
      batchRequests: number('maxBatchRequests', 1, 1_000),
      urlLength: number('maxUrlLength', 256, 60_000),
      query: {
        // SQLite takes expressions of a thousand levels, and what we make of one level may be several.
        depth: number('maxQueryDepth', 1, 200),
        nodes: number('maxQueryNodes', 1, 2_000),
        transformations: number('maxTransformations', 1, 60),
        listItems: number('maxListItems', 1, 10_000),
        searchTerms: number('maxSearchTerms', 1, 500),
        orderKeys: number('maxOrderKeys', 1, 50),
        copies: number('maxCopies', 1, 400),
      },
    },
    querySeconds: number('querySeconds', 1, 3_600),
    queryThreads: number('queryThreads', 1, 64),
    queryMemory: number('queryMemory', 1, 65_536),
    maxBodyBytes: number('maxBodyBytes', 1_024, 1_073_741_824),
    maxUrlLength: number('maxUrlLength', 256, 60_000),
    retention: {
      changeDays: number('changeDays', 0, 36_500),
      deletedDays: number('deletedDays', 0, 36_500),
      everySeconds: number('maintenanceSeconds', 1, 86_400),
    },
    rateLimit: text('rateLimit') === '' ? undefined : number('rateLimit', 1, 1_000_000),
    maxKeyDays: number('maxKeyDays', 1, 3_650),
    drainSeconds: number('drainSeconds', 0, 3_600),
    developmentSecret: text('developmentSecret') || undefined,
    logLevel: logLevel as Config['logLevel'],
  }
}
