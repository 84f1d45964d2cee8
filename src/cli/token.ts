import { decodeJwt } from 'jose'
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

/** A token with what a program wants to know of it. */
export function describeToken(token: string): { readonly token: string; readonly tenantId: unknown; readonly expires: string } {
  const { tid, exp = 0 } = decodeJwt(token)
  return { token, tenantId: tid, expires: new Date(exp * 1000).toISOString() }
}
