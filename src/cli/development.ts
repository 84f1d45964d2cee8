import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createDevelopmentIssuer } from '../auth/development/issuer.ts'
import type { IssuerMemory } from '../auth/development/issuer-memory.ts'
import { type DevelopmentKeys, openDevelopmentKeys } from '../auth/development/keys.ts'
import { issuerOf } from '../auth/development/token.ts'
import { localIssuer, type TrustedIssuer } from '../auth/jwks.ts'
import type { Config } from '../config.ts'
import { model } from '../model/model.ts'

/** The development issuer as the service runs it. */
export interface Development {
  readonly trusted: TrustedIssuer
  readonly issuer: ReturnType<typeof createDevelopmentIssuer>
  readonly clientSecret: string
}

/** Permissions that the development issuer gives. */
export const developmentPermissions: readonly string[] = model.entitySets.flatMap(({ permissions }) => [
  permissions.read,
  permissions.write,
])

/** Opens the keys in the data folder. Whoever holds them may stand on any origin: a token outlives a restart on another port. */
export async function openDevelopment(config: Config, origin: string, memory?: IssuerMemory): Promise<Development> {
  const keys = await developmentKeys(config)
  const issuer = createDevelopmentIssuer({ keys, origin, audience: audienceOf(config), permissions: developmentPermissions, memory })
  return { trusted: localIssuer(isDevelopmentIssuer, keys.publicJwks), issuer, clientSecret: keys.clientSecret }
}

export async function developmentKeys(config: Config): Promise<DevelopmentKeys> {
  const folder = join(config.dataFolder, 'development')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return openDevelopmentKeys(folder, config.developmentSecret === undefined ? {} : { clientSecret: config.developmentSecret })
}

function isDevelopmentIssuer(iss: string, tenantId: string): boolean {
  const url = URL.parse(iss)
  return url !== null && iss === issuerOf(url.origin, tenantId)
}

/** The origin that the service has by these settings. */
export function developmentOrigin(config: Config): string {
  return config.publicUrl ?? (config.https ? `https://localhost:${config.httpsPort}` : `http://${config.host}:${config.port}`)
}

export function audienceOf(config: Config): string {
  return config.audiences[0] ?? ''
}
