import { createHash, randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import type { DevelopmentKeys } from './keys.ts'

/** The managing tenant of tokens that name no other. */
export const developmentTenant = '11111111-1111-4111-8111-111111111111'

/** For whom a development token speaks. */
export interface TokenSubject {
  readonly tenantId: string
  readonly applicationId: string
  /** Present: a delegated token of this user. */
  readonly userName?: string
  readonly permissions: readonly string[]
}

/** The claims of an access token as Microsoft Entra's version 2.0 writes them, besides those of the token itself (iss, aud, iat, exp). */
export function accessTokenClaims({
  tenantId,
  applicationId,
  userName,
  permissions,
}: TokenSubject): Readonly<Record<string, string | readonly string[]>> {
  const common = { tid: tenantId, azp: applicationId, ver: '2.0', uti: randomUUID() }
  if (userName === undefined) {
    const oid = idOf(`${tenantId}/${applicationId}`)
    return { ...common, azpacr: '1', oid, sub: oid, idtyp: 'app', roles: permissions }
  }
  const oid = idOf(`${tenantId}/${userName}`)
  return { ...common, azpacr: '0', oid, sub: oid, name: userName, preferred_username: userName, scp: permissions.join(' ') }
}

export interface MintOptions {
  readonly origin: string
  readonly audience: string
  readonly tenantId?: string
  readonly permissions: readonly string[]
  readonly delegated: boolean
  readonly lifetimeSeconds?: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** The issuer of a tenant's tokens, in Entra's shape. */
export function issuerOf(origin: string, tenantId: string): string {
  return `${origin}/${tenantId}/v2.0`
}

/** Makes a token without asking the issuer: what holds the keys may. */
export async function mintDevelopmentToken(keys: DevelopmentKeys, options: MintOptions): Promise<string> {
  const { origin, audience, tenantId = developmentTenant, permissions, delegated, lifetimeSeconds = 86_400, now } = options
  const issued = Math.floor(now() / 1000)
  const claims = accessTokenClaims({
    tenantId,
    applicationId: 'tenantry-cli',
    permissions,
    ...(delegated ? { userName: 'developer@tenantry.localhost' } : {}),
  })
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: String(keys.privateJwk.kid) })
    .setIssuer(issuerOf(origin, tenantId))
    .setAudience(audience)
    .setIssuedAt(issued)
    .setNotBefore(issued)
    .setExpirationTime(issued + lifetimeSeconds)
    .sign(await importJWK(keys.privateJwk, 'RS256'))
}

/** A GUID that is always the same for the same name. */
function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
