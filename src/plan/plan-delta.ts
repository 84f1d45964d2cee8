import type { DeltaOptions } from '../odata/bind/bound-request.ts'
import { ODataError } from '../odata/error.ts'
import { holderOf } from '../odata/tokens/delta-token.ts'
import type { Access, ManagingTenant } from './access.ts'
import type { Limits } from './limits.ts'
import type { ChangesPlan } from './plan.ts'

/** Plans a page of a delta query. Throws 400 for a link that is another managing tenant's, and for an operator who names none. */
export function planDelta(
  reading: { readonly entitySet: string; readonly access: Access },
  { from, holder, select, ids, size }: DeltaOptions,
  maxPageSize: number | undefined,
  limits: Limits,
  now: string,
): ChangesPlan {
  const access = oneTenant(reading.access)
  if (holder !== undefined && holder !== holderOf(access.tenantId))
    throw new ODataError('Request_BadRequest', 'The link belongs to another managing tenant.', { target: '$deltatoken' })
  if (size !== undefined && size > limits.maxPageSize)
    throw new ODataError(
      'Request_UnsupportedQuery',
      `Invalid page size specified: '${size}'. $top must be between 1 and ${limits.maxPageSize}.`,
      { target: '$top' },
    )
  const asked = maxPageSize === undefined ? size : Math.min(maxPageSize, size ?? limits.maxPageSize, limits.maxPageSize)
  return {
    kind: 'changes',
    entitySet: reading.entitySet,
    access,
    from,
    size: asked ?? limits.pageSize,
    ...(asked === undefined ? {} : { asked }),
    ...(select ? { select: select.map(({ name }) => name) } : {}),
    ...(ids ? { ids } : {}),
    now,
  }
}

/** Each managing tenant counts its own changes: there is no order across them that a link could hold. */
function oneTenant(access: Access): ManagingTenant {
  if (access.kind === 'managingTenant') return access
  throw new ODataError(
    'Request_BadRequest',
    'Changes are followed for one managing tenant at a time: name it in the header Tenantry-Managing-Tenant.',
    { target: 'Tenantry-Managing-Tenant' },
  )
}
