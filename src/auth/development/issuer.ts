import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IssuerMemory } from './issuer-memory.ts'
import type { DevelopmentKeys } from './keys.ts'
import { normaliseAuthorization } from './scope.ts'
import { developmentTenant } from './token.ts'

export interface DevelopmentIssuerOptions {
  readonly keys: DevelopmentKeys
  /** The one origin that all its issuers stand on: clients demand that it is the authority's. */
  readonly origin: string
  readonly audience: string
  /** What it may grant; the last is what `.default` means. */
  readonly permissions: readonly string[]
  /** Without it each provider has its own, in this process. */
  readonly memory?: IssuerMemory | undefined
}

export interface DevelopmentIssuer {
  /** Whether a request target is one of its addresses. */
  readonly matches: (target: string) => boolean
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** Answers a request at an address below a tenant. */
export type TenantHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Entra's addresses: `/{tenant}/oauth2/v2.0/token`, `/{tenant}/v2.0/.well-known/openid-configuration`, `/{tenant}/discovery/v2.0/keys`. */
const address =
  /^\/([A-Za-z0-9._-]{1,64})(?:\/v2\.0)?(\/\.well-known\/openid-configuration|\/oauth2\/v2\.0\/[A-Za-z0-9._/-]+|\/discovery\/v2\.0\/keys)(\?.*)?$/

/** Names that stand for no tenant of their own. */
const anyTenant: ReadonlySet<string> = new Set(['common', 'organizations', 'consumers'])

/** Providers kept at once; a tenant that was not asked for a while is made anew. */
const tenantLimit = 50

/** An OpenID provider for each tenant, on a certified library that is loaded when first asked for: who brings tokens along never pays for it. */
export function createDevelopmentIssuer(options: DevelopmentIssuerOptions): DevelopmentIssuer {
  const tenants = new Map<string, Promise<TenantHandler>>()
  const open = (tenantId: string) => {
    const known = tenants.get(tenantId)
    if (known) return known
    const [oldest] = tenants.keys()
    if (tenants.size >= tenantLimit && oldest !== undefined) tenants.delete(oldest)
    const opening = import('./provider.ts').then(({ createTenantProvider }) => createTenantProvider(tenantId, options))
    tenants.set(tenantId, opening)
    return opening
  }
  return {
    matches: (target) => address.test(target),
    async handle(request, response) {
      const [, tenant = '', path = '', query = ''] = address.exec(request.url ?? '') ?? []
      const tenantId = anyTenant.has(tenant) ? developmentTenant : tenant
      try {
        const answer = await open(tenantId)
        // The provider's addresses are relative to `/{tenant}`; what it writes begins with that.
        const target = normaliseAuthorization(`${path}${query}`, options.permissions)
        request.url = target
        Object.assign(request, { originalUrl: `/${tenantId}${target}` })
        await answer(request, response)
      } catch {
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        response.end(JSON.stringify({ error: 'server_error', error_description: 'The development issuer failed.' }))
      }
    },
  }
}
