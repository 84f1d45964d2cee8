import type { JWTPayload } from 'jose'
import { invalidToken } from './invalid-token.ts'
import type { Principal } from './principal.ts'

/** The tenant of personal Microsoft accounts: the page does not support them. */
const personalAccounts = '9188040d-6c67-4c5b-b112-36a304b66dad'

/** Reads the claims of a verified token, in Entra's names. A token with `scp` acts for a user, and its roles are the user's own: they do not count. */
export function principalOf(payload: JWTPayload, operatorTenants: readonly string[]): Principal {
  const { tid, scp, roles } = payload
  if (typeof tid !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(tid))
    throw invalidToken('Access token validation failure. The claim tid is missing or not valid.')
  if (tid === personalAccounts) throw invalidToken('Personal Microsoft accounts are not supported.')
  const delegated = typeof scp === 'string'
  const user = text(payload.oid) ?? text(payload.sub)
  return {
    tenantId: tid,
    kind: delegated ? 'delegated' : 'application',
    permissions: new Set(
      delegated ? scp.split(' ').filter(Boolean) : Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    ),
    applicationId: text(payload.azp) ?? text(payload.appid) ?? text(payload.client_id) ?? text(payload.sub) ?? '',
    ...(delegated && user !== undefined ? { userId: user } : {}),
    operator: !delegated && operatorTenants.includes(tid),
  }
}

function text(claim: unknown): string | undefined {
  return typeof claim === 'string' ? claim : undefined
}
