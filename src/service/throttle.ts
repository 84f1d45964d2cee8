import { ODataError } from '../odata/error.ts'

/** Managing tenants that are remembered before those that sent nothing of late are forgotten. */
const rememberedTenants = 10_000

/**
 * Lets each managing tenant send so many requests a second, a second's worth of them at once; the rest is refused with 429 and `Retry-After`.
 * One number a tenant: the time at which it will have been given all that it took (the generic cell rate algorithm).
 * @param now milliseconds of a clock that only goes forward
 */
export function createThrottle(perSecond: number, now: () => number): (tenantId: string) => void {
  const interval = 1000 / perSecond
  const burst = 1000
  const paidUntil = new Map<string, number>()
  return (tenantId) => {
    const at = now()
    const due = Math.max(at, paidUntil.get(tenantId) ?? 0) + interval
    // Sums of fractions miss the mark by less than this.
    const wait = due - at - burst - 1e-6
    if (wait > 0) {
      throw new ODataError('TooManyRequests', `Your tenant sent more than ${perSecond} requests a second. Try again later.`, {
        headers: { 'retry-after': String(Math.max(1, Math.ceil(wait / 1000))) },
      })
    }
    if (paidUntil.size >= rememberedTenants && !paidUntil.has(tenantId))
      for (const [tenant, until] of paidUntil) if (until <= at) paidUntil.delete(tenant)
    paidUntil.set(tenantId, due)
  }
}
