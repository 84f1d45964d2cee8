import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDevelopmentIssuer } from '../auth/development/issuer.ts'
import { type DevelopmentKeys, openDevelopmentKeys } from '../auth/development/keys.ts'
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

/** Opens the keys in the data folder, and leaves the issuer's origin there for `tenantry token`. */
export async function openDevelopment(config: Config, origin: string): Promise<Development> {
  const keys = await developmentKeys(config)
  await writeFile(originFile(config), `${origin}\n`)
  const issuer = createDevelopmentIssuer({ keys, origin, audience: audienceOf(config), permissions: developmentPermissions })
  return { trusted: localIssuer(`${origin}/{tenantid}/v2.0`, keys.publicJwks), issuer, clientSecret: keys.clientSecret }
}

export async function developmentKeys(config: Config): Promise<DevelopmentKeys> {
  const folder = developmentFolder(config)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return openDevelopmentKeys(folder, config.developmentSecret === undefined ? {} : { clientSecret: config.developmentSecret })
}

/** The origin that the service last ran with, else the one that it would run with. */
export async function developmentOrigin(config: Config): Promise<string> {
  const left = await readFile(originFile(config), 'utf8').catch(() => '')
  if (left !== '') return left.trim()
  return config.publicUrl ?? (config.https ? `https://localhost:${config.httpsPort}` : `http://${config.host}:${config.port}`)
}

export function audienceOf(config: Config): string {
  return config.audiences[0] ?? ''
}

function developmentFolder(config: Config): string {
  return join(config.dataFolder, 'development')
}

function originFile(config: Config): string {
  return join(developmentFolder(config), 'origin')
}
