/** Where the issuer's authorization requests arrive, relative to the tenant. */
export const authorizationPath = '/oauth2/v2.0/authorize'

/**
 * A scope in the names that the provider knows: Entra's clients write `api://…/Customer.Read.All`, and `…/.default` for all that the
 * application was given. Names of OpenID Connect stay.
 */
function normaliseScope(scope: string, permissions: readonly string[]): string {
  const names = scope.split(/[ +]/).map((name) => name.slice(name.lastIndexOf('/') + 1))
  return names.map((name) => (name === '.default' ? (permissions.at(-1) ?? '') : name)).join(' ')
}

/** Of the permissions that are known, those that the scope names. */
export function grantedPermissions(scope: string | undefined, permissions: readonly string[]): readonly string[] {
  const names = normaliseScope(scope ?? '', permissions).split(' ')
  return permissions.filter((permission) => names.includes(permission))
}

/** An authorization request with its scope in the provider's names. */
export function normaliseAuthorization(target: string, permissions: readonly string[]): string {
  const url = URL.parse(target, 'http://localhost')
  const scope = url?.searchParams.get('scope')
  if (!url || !scope || url.pathname !== authorizationPath) return target
  url.searchParams.set('scope', normaliseScope(scope, permissions))
  return `${url.pathname}${url.search}`
}
