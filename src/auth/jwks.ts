import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
} from 'jose'
import type { Observer } from '../observe/observation.ts'

/** An issuer whose tokens are believed. */
export interface TrustedIssuer {
  /** Whether a token of this tenant (`tid`) with this `iss` is the issuer's. */
  readonly issues: (iss: string, tenantId: string) => boolean
  /** The key that a token's header names. Rejects with {@link KeysUnavailable} when the keys cannot be had now. */
  readonly getKey: JWTVerifyGetKey
  /** What the keys that a header may mean say of their own issuers: Entra publishes keys that are good for one tenant only. Without a `kid` any key may be meant. */
  readonly issuersOfKey: (kid: string | undefined) => readonly string[]
}

/** The issuer's keys cannot be had: that says nothing of the token. */
export class KeysUnavailable extends Error {}

/** How long the issuer has to answer (milliseconds), and how much it may say (bytes). */
export const fetchTimeout = 5_000
const fetchLimit = 1_048_576

/** An unknown `kid` asks the issuer again at most so often (milliseconds): forged ones cannot be used to flood it. */
const cooldown = 30_000

/** An issuer whose keys this process holds itself. */
export function localIssuer(issues: TrustedIssuer['issues'], keys: JSONWebKeySet): TrustedIssuer {
  return { issues, getKey: createLocalJWKSet(keys), issuersOfKey: () => [] }
}

/** What an issuer's template is for a tenant: in Microsoft Entra's multi-tenant form `{tenantid}` stands for the token's own `tid`. */
export function issuerForTenant(template: string, tenantId: string): string {
  return template.replace('{tenantid}', tenantId)
}

/** An issuer found by OpenID Connect Discovery 1.0, on first use. `issuer` may hold `{tenantid}`. https only, but for loopback. */
export function remoteIssuer(issuer: string, options: { readonly observe: Observer }): TrustedIssuer {
  let keySet: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  const observed = async <T>(work: Promise<T>): Promise<T> => {
    const start = performance.now()
    try {
      const result = await work
      options.observe({ kind: 'keysFetched', issuer, milliseconds: performance.now() - start })
      return result
    } catch (error) {
      options.observe({ kind: 'keysFailed', issuer, error })
      throw error
    }
  }
  const open = () => {
    if (keySet) return keySet
    if (performance.now() - failedAt < 1_000) throw new KeysUnavailable(`${issuer} did not answer a moment ago`)
    const opening = observed(discover(issuer)).then((url) =>
      createRemoteJWKSet(url, {
        timeoutDuration: fetchTimeout,
        cooldownDuration: cooldown,
        [customFetch]: (target, init) => observed(fetchBounded(target, init.signal)),
      }),
    )
    opening.catch(() => {
      keySet = undefined
      failedAt = performance.now()
    })
    keySet = opening
    return opening
  }
  let known: JSONWebKeySet | undefined
  return {
    issues: (iss, tenantId) => iss === issuerForTenant(issuer, tenantId),
    async getKey(header, token) {
      try {
        const keys = await open()
        const key = await keys(header as JWTHeaderParameters, token)
        known = keys.jwks()
        return key
      } catch (error) {
        throw isAboutTheToken(error) ? error : new KeysUnavailable(`The keys of ${issuer} cannot be had`, { cause: error })
      }
    },
    issuersOfKey(kid) {
      const meant: readonly Readonly<Record<string, unknown>>[] = known?.keys.filter((key) => kid === undefined || key.kid === kid) ?? []
      return meant.flatMap((key) => (typeof key.issuer === 'string' ? [key.issuer] : []))
    },
  }
}

/** The key set answered and has no such key, or several: a fault of the token, not of the issuer. */
function isAboutTheToken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_JWKS_NO_MATCHING_KEY' || code === 'ERR_JWKS_MULTIPLE_MATCHING_KEYS' || code === 'ERR_JOSE_NOT_SUPPORTED'
}

/** Where an issuer's metadata is (OpenID Connect Discovery 1.0, 4). A template is asked for every tenant's, `common`. */
export function discoveryUrl(issuer: string): string {
  return `${issuerForTenant(issuer, 'common').replace(/\/$/, '')}/.well-known/openid-configuration`
}

/** The address of the keys, as the issuer's metadata names it. */
async function discover(issuer: string): Promise<URL> {
  const response = await fetchBounded(discoveryUrl(issuer), AbortSignal.timeout(fetchTimeout))
  const metadata = (await response.json()) as { readonly jwks_uri?: unknown }
  if (typeof metadata.jwks_uri !== 'string') throw new Error(`${issuer} names no jwks_uri`)
  return new URL(metadata.jwks_uri)
}

/** Asks the outside: https only but for loopback, no redirects, bounded in time and size. */
export async function fetchBounded(target: string, signal: AbortSignal): Promise<Response> {
  const url = new URL(target)
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !loopback) throw new Error(`${url.origin} is not https`)
  const response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error(`${url.origin} answered ${response.status}`)
  let size = 0
  const chunks: Uint8Array[] = []
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > fetchLimit) throw new Error(`${url.origin} answered more than ${fetchLimit} bytes`)
    chunks.push(chunk)
  }
  const date = response.headers.get('date')
  return new Response(Buffer.concat(chunks), {
    status: response.status,
    headers: { 'content-type': 'application/json', ...(date === null ? {} : { date }) },
  })
}
