import { discoveryUrl, fetchBounded, fetchTimeout } from './jwks.ts'

/** What an issuer says of itself when it is asked. */
export interface IssuerFacts {
  /** What its metadata calls it; a token's `iss` is that. */
  readonly named: string
  /** Keys that signatures can be checked with. */
  readonly keys: number
  /** How far its clock is ahead of ours (milliseconds), where it tells the time; whole seconds at the best (RFC 9110, 6.6.1). */
  readonly clockAhead?: number
}

/** Asks an issuer for its metadata and its keys. Rejects when either cannot be had. */
export async function probeIssuer(issuer: string): Promise<IssuerFacts> {
  const asked = Date.now()
  const response = await fetchBounded(discoveryUrl(issuer), AbortSignal.timeout(fetchTimeout))
  const told = Date.parse(response.headers.get('date') ?? '')
  // Halfway between question and answer, and in the middle of the second that it tells.
  const clockAhead = told + 500 - (asked + Date.now()) / 2
  const metadata = (await response.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown }
  if (typeof metadata.jwks_uri !== 'string') throw new Error('the metadata names no jwks_uri')
  const answer = await fetchBounded(metadata.jwks_uri, AbortSignal.timeout(fetchTimeout))
  const { keys = [] } = (await answer.json()) as { readonly keys?: readonly { readonly use?: unknown }[] }
  return {
    named: String(metadata.issuer),
    keys: keys.filter(({ use }) => use === undefined || use === 'sig').length,
    ...(Number.isNaN(clockAhead) ? {} : { clockAhead }),
  }
}
