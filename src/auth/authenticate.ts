import { hash } from 'node:crypto'
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import { ODataError } from '../odata/error.ts'
import { invalidToken } from './invalid-token.ts'
import { issuerForTenant, KeysUnavailable, type TrustedIssuer } from './jwks.ts'
import type { Principal } from './principal.ts'
import { principalOf } from './principal-of.ts'

export interface Authenticator {
  /** The caller, from an `Authorization` header. At once when the token is remembered. Throws 401, or 503 when an issuer's keys cannot be had. */
  authenticate(authorization: string | undefined): Principal | Promise<Principal>
}

export interface AuthenticatorOptions {
  readonly issuers: readonly TrustedIssuer[]
  readonly audiences: readonly string[]
  readonly operatorTenants: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** How far an issuer's clock may be from ours. */
  readonly clockToleranceSeconds?: number
  readonly rememberedTokens?: number
}

/** Asymmetric algorithms only: a public key can never be taken for a shared secret, nor a token go unsigned (RFC 8725, 3.1). */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/** Characters of a token at the most: a header of more is no token of ours. */
const longestToken = 16_384

interface Remembered {
  readonly principal: Principal
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** Headers that are known by their whole text, which is quicker than by the hash of the token. They are long: only so many are kept. */
const recentHeaders = 256

/** Checks bearer tokens (RFC 6750; JWT access tokens, RFC 9068), and remembers those that were good until they expire. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { now, rememberedTokens = 10_000, clockToleranceSeconds = 60 } = options
  const remembered = new Map<string, Remembered>()
  const recent = new Map<string, Remembered>()
  return {
    authenticate(authorization) {
      const sent = authorization === undefined ? undefined : recent.get(authorization)
      if (sent && sent.expires > now()) return sent.principal
      const token = bearerToken(authorization)
      const name = hash('sha256', token, 'base64')
      const known = remembered.get(name)
      if (!known) return verify(token, name)
      if (known.expires <= now()) {
        remembered.delete(name)
        return verify(token, name)
      }
      if (authorization !== undefined) {
        if (recent.size >= recentHeaders) recent.clear()
        recent.set(authorization, known)
      }
      return known.principal
    },
  }

  async function verify(token: string, name: string): Promise<Principal> {
    const { payload, issuer, kid } = await verifySignature(token)
    const principal = principalOf(payload, options.operatorTenants)
    if (issuer.issuersOfKey(kid).some((ofKey) => issuerForTenant(ofKey, principal.tenantId) !== payload.iss))
      throw invalidToken('Access token validation failure. Invalid issuer.')
    const expires = ((payload.exp ?? 0) + clockToleranceSeconds) * 1000
    const [oldest] = remembered.keys()
    if (remembered.size >= rememberedTokens && oldest !== undefined) remembered.delete(oldest)
    remembered.set(name, { principal, expires })
    return principal
  }

  async function verifySignature(
    token: string,
  ): Promise<{ readonly payload: JWTPayload; readonly issuer: TrustedIssuer; readonly kid: string | undefined }> {
    const issuer = claimedIssuer(token)
    try {
      const { payload, protectedHeader } = await jwtVerify(token, issuer.getKey, {
        algorithms,
        audience: [...options.audiences],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(now()),
        requiredClaims: ['exp', 'iss', 'tid'],
      })
      return { payload, issuer, kid: protectedHeader.kid }
    } catch (error) {
      if (!(error instanceof KeysUnavailable)) throw invalidToken(reasonOf(error), error)
      throw new ODataError('serviceNotAvailable', "The keys of the token's issuer cannot be had now. Please retry.", {
        headers: { 'retry-after': '5' },
        cause: error,
      })
    }
  }

  /** Which issuer's keys to try. What the token says of itself is believed for nothing else before its signature is checked. */
  function claimedIssuer(token: string): TrustedIssuer {
    let claimed: JWTPayload
    try {
      claimed = decodeJwt(token)
    } catch (error) {
      throw invalidToken('The access token is not a well-formed JWT.', error)
    }
    const issuer = options.issuers.find((candidate) => candidate.issues(String(claimed.iss), String(claimed.tid)))
    if (!issuer) throw invalidToken('Access token validation failure. Invalid issuer.')
    return issuer
  }
}

function bearerToken(authorization: string | undefined): string {
  // Without credentials the challenge says no more than the scheme (RFC 6750, 3.1).
  if (authorization === undefined || authorization === '')
    throw new ODataError('InvalidAuthenticationToken', 'Access token is empty.', {
      headers: { 'www-authenticate': 'Bearer realm="tenantry"' },
    })
  const token = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization)?.[1]
  if (token === undefined || token.length > longestToken)
    throw invalidToken('The Authorization header must be Bearer and one access token.')
  return token
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'Lifetime validation failed, the token is expired.'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf') return 'Lifetime validation failed, the token is not valid yet.'
    if (error.claim === 'aud') return 'Access token validation failure. Invalid audience.'
    return `Access token validation failure. The claim ${error.claim} is missing or not valid.`
  }
  if (error instanceof errors.JWKSNoMatchingKey) return 'Access token validation failure. The signing key is not known.'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'Access token validation failure. The algorithm is not allowed.'
  return 'Access token validation failure. Invalid signature.'
}
