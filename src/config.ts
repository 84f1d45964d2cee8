import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { Limits } from './plan/limits.ts'
import type { Retention } from './service/retention.ts'
import { type DatabaseConfig, databaseOf, isIssuer, isLoopback, isUrl } from './setting-values.ts'

export { type DatabaseConfig, isLoopback } from './setting-values.ts'

/** Every setting, declared once: its flag, its variable, its default and what it means. `docs/configuration.md` is made from this table. */
export interface Setting {
  readonly flag: string
  readonly variable: string
  readonly value: string
  readonly default: string
  readonly meaning: string
}

export const settings = {
  host: {
    flag: 'host',
    variable: 'TENANTRY_HOST',
    value: 'ADDRESS',
    default: '127.0.0.1',
    meaning: 'Address to listen on. An address that is not loopback needs an issuer.',
  },
  port: { flag: 'port', variable: 'TENANTRY_PORT', value: 'PORT', default: '8080', meaning: 'Port for http; 0 for a free one.' },
  httpsPort: {
    flag: 'https-port',
    variable: 'TENANTRY_HTTPS_PORT',
    value: 'PORT',
    default: '',
    meaning:
      'Port for https; 0 for none, `free` for a free one. Without it: 8443 with the development issuer or a certificate of your own, else none.',
  },
  data: {
    flag: 'data',
    variable: 'TENANTRY_DATA',
    value: 'FOLDER',
    default: './data',
    meaning: 'Folder for the database file, the development keys and the certificate.',
  },
  databaseUrl: {
    flag: 'database-url',
    variable: 'TENANTRY_DATABASE_URL',
    value: 'URL',
    default: '',
    meaning: 'Database: `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/NAME`. Without it: `tenantry.db` in the data folder.',
  },
  databaseConnections: {
    flag: 'database-connections',
    variable: 'TENANTRY_DATABASE_CONNECTIONS',
    value: 'COUNT',
    default: '12',
    meaning: 'Connections to PostgreSQL at the most, of which a third is for queries that can be long.',
  },
  groupLimit: {
    flag: 'group-limit',
    variable: 'TENANTRY_GROUP_LIMIT',
    value: 'WRITES',
    default: '256',
    meaning: 'Writes that are committed together at the most; 1 commits each by itself.',
  },
  migrate: {
    flag: 'migrate',
    variable: 'TENANTRY_MIGRATE',
    value: 'TRUE_OR_FALSE',
    default: 'true',
    meaning:
      'Whether `serve` may bring the schema of PostgreSQL up to date. `false`: it refuses an outdated one, and `tenantry migrate` is run first.',
  },
  publicUrl: {
    flag: 'public-url',
    variable: 'TENANTRY_PUBLIC_URL',
    value: 'URL',
    default: '',
    meaning: 'Origin that links start with. Without it: the one that the caller used.',
  },
  issuers: {
    flag: 'issuers',
    variable: 'TENANTRY_ISSUERS',
    value: 'URLS',
    default: '',
    meaning:
      'OpenID issuers whose tokens are trusted, separated by commas; `{tenantid}` stands for any tenant. Without it: the development issuer, on loopback only.',
  },
  audience: {
    flag: 'audience',
    variable: 'TENANTRY_AUDIENCE',
    value: 'NAMES',
    default: 'api://tenantry',
    meaning: 'Audiences that a token may be for (`aud`), separated by commas.',
  },
  operatorTenants: {
    flag: 'operator-tenants',
    variable: 'TENANTRY_OPERATOR_TENANTS',
    value: 'IDS',
    default: '',
    meaning: 'Tenants whose applications may be operators (`*.AllPartners` roles), separated by commas.',
  },
  trustedProxies: {
    flag: 'trusted-proxies',
    variable: 'TENANTRY_TRUSTED_PROXIES',
    value: 'ADDRESSES',
    default: '',
    meaning: 'Addresses or networks of proxies whose `X-Forwarded-*` headers are believed, separated by commas.',
  },
  tlsKey: {
    flag: 'tls-key',
    variable: 'TENANTRY_TLS_KEY',
    value: 'FILE',
    default: '',
    meaning: 'Private key for https (PEM). Without it: one made on first start.',
  },
  tlsCert: { flag: 'tls-cert', variable: 'TENANTRY_TLS_CERT', value: 'FILE', default: '', meaning: 'Certificate chain for https (PEM).' },
  pageSize: {
    flag: 'page-size',
    variable: 'TENANTRY_PAGE_SIZE',
    value: 'ROWS',
    default: '100',
    meaning: 'Rows of a page when the caller asks for no size.',
  },
  maxPageSize: {
    flag: 'max-page-size',
    variable: 'TENANTRY_MAX_PAGE_SIZE',
    value: 'ROWS',
    default: '999',
    meaning: 'Rows of a page at the most: the limit of `$top` and of `odata.maxpagesize`.',
  },
  maxSkip: {
    flag: 'max-skip',
    variable: 'TENANTRY_MAX_SKIP',
    value: 'ROWS',
    default: '1000000',
    meaning: 'Rows that `$skip` may pass over at the most.',
  },
  maxQueryDepth: {
    flag: 'max-query-depth',
    variable: 'TENANTRY_MAX_QUERY_DEPTH',
    value: 'LEVELS',
    default: '100',
    meaning: 'How deep parentheses, functions and operators of one query option may nest.',
  },
  maxQueryNodes: {
    flag: 'max-query-nodes',
    variable: 'TENANTRY_MAX_QUERY_NODES',
    value: 'NUMBER',
    default: '500',
    meaning: 'Operators, functions and operands of one request at the most.',
  },
  maxTransformations: {
    flag: 'max-transformations',
    variable: 'TENANTRY_MAX_TRANSFORMATIONS',
    value: 'NUMBER',
    default: '40',
    meaning: 'Transformations of one `$apply` at the most.',
  },
  maxListItems: {
    flag: 'max-list-items',
    variable: 'TENANTRY_MAX_LIST_ITEMS',
    value: 'NUMBER',
    default: '500',
    meaning: 'Values of one list after `in` at the most.',
  },
  maxSearchTerms: {
    flag: 'max-search-terms',
    variable: 'TENANTRY_MAX_SEARCH_TERMS',
    value: 'NUMBER',
    default: '50',
    meaning: 'Words, phrases and operators of one `$search` at the most.',
  },
  maxOrderKeys: {
    flag: 'max-order-keys',
    variable: 'TENANTRY_MAX_ORDER_KEYS',
    value: 'NUMBER',
    default: '10',
    meaning: 'Keys of one `$orderby` at the most.',
  },
  maxCopies: {
    flag: 'max-copies',
    variable: 'TENANTRY_MAX_COPIES',
    value: 'NUMBER',
    default: '50',
    meaning: 'How many times `concat` and `rollup` of one `$apply` may repeat the rows.',
  },
  maxBulkChanges: {
    flag: 'max-bulk-changes',
    variable: 'TENANTRY_MAX_BULK_CHANGES',
    value: 'NUMBER',
    default: '1000',
    meaning: 'Changes of one bulk (`PATCH` of a set) at the most.',
  },
  querySeconds: {
    flag: 'query-seconds',
    variable: 'TENANTRY_QUERY_SECONDS',
    value: 'SECONDS',
    default: '10',
    meaning: 'How long a query may run; then it is stopped and answers 503.',
  },
  queryThreads: {
    flag: 'query-threads',
    variable: 'TENANTRY_QUERY_THREADS',
    value: 'NUMBER',
    default: '3',
    meaning: 'Threads for queries that can be long (SQLite). One managing tenant has all but one of them at the most.',
  },
  maxBodyBytes: {
    flag: 'max-body-bytes',
    variable: 'TENANTRY_MAX_BODY_BYTES',
    value: 'BYTES',
    default: '4194304',
    meaning: 'Size of a request body at the most; past it 413.',
  },
  maxUrlLength: {
    flag: 'max-url-length',
    variable: 'TENANTRY_MAX_URL_LENGTH',
    value: 'CHARACTERS',
    default: '16384',
    meaning: 'Length of a request target at the most; past it 414.',
  },
  maxBatchRequests: {
    flag: 'max-batch-requests',
    variable: 'TENANTRY_MAX_BATCH_REQUESTS',
    value: 'NUMBER',
    default: '20',
    meaning: 'Requests of one batch at the most.',
  },
  changeDays: {
    flag: 'change-days',
    variable: 'TENANTRY_CHANGE_DAYS',
    value: 'DAYS',
    default: '30',
    meaning: 'How long changes are kept: a delta link that is older answers 410. 0: for ever.',
  },
  deletedDays: {
    flag: 'deleted-days',
    variable: 'TENANTRY_DELETED_DAYS',
    value: 'DAYS',
    default: '30',
    meaning: 'How long a deleted customer can be restored; then it is removed for good. 0: for ever.',
  },
  maintenanceSeconds: {
    flag: 'maintenance-seconds',
    variable: 'TENANTRY_MAINTENANCE_SECONDS',
    value: 'SECONDS',
    default: '3600',
    meaning: 'How often a server looks for changes and deleted customers that are past the days they are kept.',
  },
  rateLimit: {
    flag: 'rate-limit',
    variable: 'TENANTRY_RATE_LIMIT',
    value: 'REQUESTS',
    default: '',
    meaning: 'Requests a second that each managing tenant may send to this server; past it 429. Without it: no limit.',
  },
  maxKeyDays: {
    flag: 'max-key-days',
    variable: 'TENANTRY_MAX_KEY_DAYS',
    value: 'DAYS',
    default: '365',
    meaning: 'How long an access key is good at the most; 90 days when nobody says otherwise.',
  },
  drainSeconds: {
    flag: 'drain-seconds',
    variable: 'TENANTRY_DRAIN_SECONDS',
    value: 'SECONDS',
    default: '10',
    meaning: 'How long requests under way may go on after SIGTERM or SIGINT.',
  },
  developmentSecret: {
    flag: 'development-secret',
    variable: 'TENANTRY_DEVELOPMENT_SECRET',
    value: 'SECRET',
    default: '',
    meaning: 'Client secret of the development issuer. Without it: one made on first start, in the data folder.',
  },
  logLevel: {
    flag: 'log-level',
    variable: 'TENANTRY_LOG_LEVEL',
    value: 'LEVEL',
    default: 'warn',
    meaning: 'What is logged, to standard error: silent, error, warn, info or debug.',
  },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof settings

/** The settings, read and checked. */
export interface Config {
  readonly host: string
  readonly port: number
  readonly https: boolean
  /** 0 with `https`: a free one. */
  readonly httpsPort: number
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
