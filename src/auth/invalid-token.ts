import { ODataError } from '../odata/error.ts'

/** A 401 that says what is wrong, never what the token holds (RFC 6750, 3). */
export function invalidToken(message: string, cause?: unknown): ODataError {
  return new ODataError('InvalidAuthenticationToken', message, {
    headers: { 'www-authenticate': `Bearer realm="tenantry", error="invalid_token", error_description="${message.replaceAll('"', "'")}"` },
    ...(cause === undefined ? {} : { cause }),
  })
}
