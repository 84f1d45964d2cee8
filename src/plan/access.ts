import type { Principal } from '../auth/principal.ts'
import type { EntitySet } from '../edm/entity-type.ts'
import { ODataError } from '../odata/error.ts'

/** Whose rows a plan may touch. `allPartners` is an operator's read, and nothing else. */
export type Access = { readonly kind: 'managingTenant'; readonly tenantId: string } | { readonly kind: 'allPartners' }

export type ManagingTenant = Extract<Access, { kind: 'managingTenant' }>

/** The permission that lets an operator do the same for every partner: `Customer.Read.AllPartners`. */
export function allPartners(permission: string): string {
  return permission.replace(/\.All$/, '.AllPartners')
}

/** Confines a read to the caller's managing tenant, or lets an operator see all, or the one it names. Throws 403. */
export function authoriseRead(principal: Principal, entitySet: EntitySet, named: string | undefined): Access {
  const { read, write } = entitySet.permissions
  if (holdsAllPartners(principal, [read, write]))
    return named === undefined ? { kind: 'allPartners' } : { kind: 'managingTenant', tenantId: named }
  return ownTenant(principal, [read, write], named)
}

/** Confines a write to one managing tenant: the caller's own, or the one that an operator names. Throws 403. */
export function authoriseWrite(principal: Principal, entitySet: EntitySet, named: string | undefined): ManagingTenant {
  const { write } = entitySet.permissions
  if (holdsAllPartners(principal, [write])) return { kind: 'managingTenant', tenantId: named ?? principal.tenantId }
  return ownTenant(principal, [write], named)
}

function holdsAllPartners(principal: Principal, permissions: readonly string[]): boolean {
  return principal.operator && permissions.some((permission) => principal.permissions.has(allPartners(permission)))
}

function ownTenant(principal: Principal, permissions: readonly string[], named: string | undefined): ManagingTenant {
  if (!permissions.some((permission) => principal.permissions.has(permission))) {
    const what = principal.kind === 'delegated' ? 'delegated permission (scp)' : 'application permission (roles)'
    const but = principal.kind === 'accessKey' ? ' An access key only reads.' : ''
    throw new ODataError(
      'Authorization_RequestDenied',
      `Insufficient privileges to complete the operation. It takes the ${what} ${permissions.join(' or ')}.${but}`,
    )
  }
  if (named !== undefined && named !== principal.tenantId) {
    throw new ODataError('Authorization_RequestDenied', "Only an operator may name another managing tenant than the token's own.", {
      target: 'Tenantry-Managing-Tenant',
    })
  }
  return { kind: 'managingTenant', tenantId: principal.tenantId }
}
