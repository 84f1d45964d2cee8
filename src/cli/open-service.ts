import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { type ClientSettingName, readClientConfig, rootOf } from '../client-config.ts'
import { type Config, ConfigError, isLoopback, readConfig } from '../config.ts'
import { createServiceClient, type ServiceClient } from './service-client.ts'

/** What the flags of a command say about the service that it works on. */
export interface ServiceFlags extends Readonly<Partial<Record<ClientSettingName, string>>> {
  readonly data?: string
  /** The managing tenant of a development token. */
  readonly tenant?: string
}

/** The client of the service that flags and environment name. On a laptop it is the one of the data folder, and the token comes from its issuer. */
export async function openService(
  flags: ServiceFlags,
  permission: string,
  waiting: (reason: string, seconds: number) => void,
): Promise<ServiceClient> {
  const client = readClientConfig(flags)
  const config = readConfig(flags.data === undefined ? {} : { data: flags.data })
  if (client.token !== undefined && flags.tenant !== undefined)
    throw new ConfigError('--tenant is for tokens of the development issuer: the given token names its tenant itself.')
  const root = client.root ?? rootOf(addressOf(config), '--url')
  trustOwnAuthority(root, config)
  const token = client.token ?? (await developmentToken(root, config, flags.tenant, permission))
  return createServiceClient({ root, token: () => token, timeoutSeconds: client.timeoutSeconds, waiting })
}

/** Where `serve` with these settings can be reached from this machine. */
function addressOf({ host, port }: Config): string {
  if (port === 0) throw new ConfigError('The service takes a free port (TENANTRY_PORT=0): --url or TENANTRY_URL tells which.')
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

/** A token of the development issuer of the data folder. Its keys are not made here: a service that has others would not know them. */
async function developmentToken(root: string, config: Config, tenant: string | undefined, permission: string): Promise<string> {
  const wanted = 'TENANTRY_TOKEN or --token gives one'
  if (config.issuers.length > 0) throw new ConfigError(`The service takes tokens of ${config.issuers.join(', ')}: ${wanted}.`)
  if (!isOnThisMachine(root)) throw new ConfigError(`${root} asks for a token: ${wanted}.`)
  if (!existsSync(join(config.dataFolder, 'development', 'issuer.json')))
    throw new ConfigError(
      `There is no token: ${wanted}; on the machine of a service with the development issuer --data names its data folder (there is none in ${config.dataFolder}).`,
    )
  const { mintToken } = await import('./token.ts')
  return mintToken(config, { permissions: permission, delegated: false, ...(tenant === undefined ? {} : { tenant }) })
}

/** The certificate that the service made for this machine is trusted without being told of. */
function trustOwnAuthority(root: string, config: Config): void {
  const file = join(config.dataFolder, 'tls', 'ca.pem')
  if (root.startsWith('https:') && isOnThisMachine(root) && existsSync(file))
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(file, 'utf8')])
}

function isOnThisMachine(root: string): boolean {
  return isLoopback(new URL(root).hostname.replace(/[[\]]/g, ''))
}
