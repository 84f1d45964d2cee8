import { invalidToken } from './invalid-token.ts'
import type { Principal } from './principal.ts'

/** Vouches for a caller by one kind of credentials. Throws 401, or 503 when it cannot tell now. */
interface Voucher<T> {
  authenticate(credentials: T): Principal | Promise<Principal>
}

/**
 * Reads a caller's credentials: a bearer token, or an access key as the password of HTTP Basic (RFC 7617), whatever the user name, or in `X-Api-Key`.
 * `Authorization` counts where both stand. A key in the URL is not taken: URLs are logged by everyone on the way.
 */
export function authenticateCaller(
  { authorization, 'x-api-key': key }: Readonly<Record<string, string | undefined>>,
  tokens: Voucher<string | undefined>,
  accessKeys: Voucher<string>,
): Principal | Promise<Principal> {
  if (authorization === undefined || authorization === '')
    return key === undefined ? tokens.authenticate(authorization) : accessKeys.authenticate(key)
  return /^basic(?: |$)/i.test(authorization) ? accessKeys.authenticate(passwordOf(authorization)) : tokens.authenticate(authorization)
}

function passwordOf(authorization: string): string {
  const encoded = /^basic +([A-Za-z0-9+/]{1,1024}={0,2}) *$/i.exec(authorization)?.[1]
  const pair = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  if (!pair.includes(':')) throw invalidToken('The Basic credentials are malformed: a user name, a colon and an access key were expected.')
  return pair.slice(pair.indexOf(':') + 1)
}
