import { mintDevelopmentToken } from '../auth/development/token.ts'
import { type Config, ConfigError } from '../config.ts'
import { audienceOf, developmentKeys, developmentOrigin } from './development.ts'

export interface TokenOptions {
  readonly tenant?: string
  /** Separated by spaces or commas. */
  readonly permissions: string
  readonly delegated: boolean
}

/** A development token, ready for an `Authorization` header. The service need not run. */
export async function mintToken(config: Config, options: TokenOptions): Promise<string> {
  if (config.issuers.length > 0)
    throw new ConfigError(`Tokens come from ${config.issuers.join(', ')}: there is no development issuer while TENANTRY_ISSUERS is set.`)
  return mintDevelopmentToken(await developmentKeys(config), {
    origin: developmentOrigin(config),
    audience: audienceOf(config),
    ...(options.tenant === undefined ? {} : { tenantId: options.tenant }),
    permissions: options.permissions.split(/[\s,]+/).filter((permission) => permission !== ''),
    delegated: options.delegated,
    now: Date.now,
  })
}
