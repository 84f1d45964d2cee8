import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { DevelopmentIssuerOptions, TenantHandler } from './issuer.ts'
import { MemoryAdapter } from './memory-adapter.ts'
import { authorizationPath, grantedPermissions } from './scope.ts'
import { accessTokenClaims, issuerOf } from './token.ts'

/** The user that signs in when the client hints at no other. */
const defaultUser = 'developer@tenantry.localhost'

const accessTokenSeconds = 3_600

/**
 * One tenant's OpenID provider: client credentials for any client that shows the development secret, and the authorization code with PKCE for
 * any public client on loopback. It signs its one user in without asking: it is for this machine, and for nothing that matters.
 */
export function createTenantProvider(tenantId: string, options: DevelopmentIssuerOptions): TenantHandler {
  const provider = new Provider(issuerOf(options.origin, tenantId), configuration(tenantId, options))
  // Any port of this machine may receive the code (RFC 8252, 7.3), no other place may.
  provider.Client.prototype.redirectUriAllowed = (uri: string) => isLoopbackUrl(uri)
  provider.Client.prototype.postLogoutRedirectUriAllowed = (uri: string) => isLoopbackUrl(uri)
  const answer = provider.callback()
  return async (request, response) => {
    if (request.url?.startsWith('/oauth2/v2.0/interaction/')) return signIn(provider, request, response)
    await answer(request, response)
    if (response.writableFinished) return
    await new Promise((resolve) => response.once('close', resolve))
  }
}

async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params } = await provider.interactionDetails(request, response)
  const hint = params.login_hint
  const accountId = typeof hint === 'string' && hint !== '' ? hint : defaultUser
  await provider.interactionFinished(request, response, { login: { accountId }, consent: {} })
}

function configuration(tenantId: string, { keys, audience, permissions, memory }: DevelopmentIssuerOptions): Configuration {
  const cookieKey = createHash('sha256').update(`cookies of ${keys.clientSecret}`).digest('base64url')
  return {
    adapter: (name: string) =>
      name === 'Client'
        ? { ...unusedAdapter, find: async (id: string) => clientOf(id, keys.clientSecret) }
        : (memory?.(tenantId, name) ?? new MemoryAdapter(name)),
    jwks: { keys: [keys.privateJwk as never] },
    cookies: {
      keys: [cookieKey],
      names: { session: `_tenantry_session`, interaction: '_tenantry_interaction', resume: '_tenantry_resume' },
    },
    clientAuthMethods: ['client_secret_post', 'client_secret_basic', 'none'],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
    conformIdTokenClaims: false,
    scopes: ['openid', 'offline_access'],
    // The provider takes `offline_access` away where nobody was asked for consent, and nobody is.
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    pkce: { required: () => true },
    routes: {
      authorization: authorizationPath,
      token: '/oauth2/v2.0/token',
      jwks: '/discovery/v2.0/keys',
      userinfo: '/oauth2/v2.0/userinfo',
      end_session: '/oauth2/v2.0/logout',
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resourceOf(audience),
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: permissions.join(' '),
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessTokenSeconds,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt(ctx, token, jwt) {
          const userName = 'accountId' in token && typeof token.accountId === 'string' ? token.accountId : undefined
          const payload = jwt.payload as Record<string, unknown>
          delete payload.scope
          Object.assign(
            payload,
            accessTokenClaims({
              tenantId,
              applicationId: String(token.clientId),
              permissions: grantedPermissions(token.kind === 'ClientCredentials' ? requestedScope(ctx) : token.scope, permissions),
              ...(userName === undefined ? {} : { userName }),
            }),
            { nbf: payload.iat },
          )
        },
      },
    },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, name: id, preferred_username: id, email: id, tid: tenantId }),
    }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: String(ctx.oidc.client?.clientId),
        accountId: String(ctx.oidc.session?.accountId),
      })
      grant.addOIDCScope('openid profile email offline_access')
      grant.addResourceScope(resourceOf(audience), permissions.join(' '))
      await grant.save()
      return grant
    },
    interactions: { url: (_ctx, interaction) => `/${tenantId}/oauth2/v2.0/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      AuthorizationCode: 300,
      IdToken: 3_600,
      Interaction: 600,
      Grant: 86_400,
      Session: 86_400,
      RefreshToken: 86_400,
    },
    renderError(ctx, out) {
      ctx.type = 'application/json'
      ctx.body = { error: out.error, error_description: out.error_description }
    },
  }
}

/** The scope as the client wrote it: the provider keeps only names that it knows, and `https://host/.default` is none. */
function requestedScope(ctx: KoaContextWithOIDC): string | undefined {
  const scope = ctx.oidc.body?.scope
  return typeof scope === 'string' ? scope : undefined
}

/** Resource indicators are absolute URIs (RFC 8707, 2); an audience need not be one. */
function resourceOf(audience: string): string {
  return URL.canParse(audience) ? audience : `urn:tenantry:${audience}`
}

/** Every client exists. How it shows its secret is read from the request it makes; one that shows none is public, and needs PKCE. */
function clientOf(id: string, secret: string): Record<string, unknown> {
  const ctx = Provider.ctx
  const shown =
    ctx?.headers.authorization !== undefined
      ? 'client_secret_basic'
      : ctx?.oidc.body?.client_secret !== undefined
        ? 'client_secret_post'
        : 'none'
  const grants = ['authorization_code', 'refresh_token']
  return {
    client_id: id,
    token_endpoint_auth_method: shown,
    ...(shown === 'none' ? {} : { client_secret: secret }),
    grant_types: shown === 'none' ? grants : [...grants, 'client_credentials'],
    response_types: ['code'],
    redirect_uris: ['http://localhost'],
    application_type: 'native',
  }
}

/** Clients are computed, never stored. */
const unusedAdapter = {
  upsert: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
}

function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) &&
    url.hash === ''
  )
}
