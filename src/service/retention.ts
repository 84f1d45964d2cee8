import { dateTimeOffsetOf } from '../edm/date-time-offset.ts'
import type { EntitySet } from '../edm/entity-type.ts'
import type { ManagingTenant } from '../plan/access.ts'
import type { PurgePlan, ReadPagePlan } from '../plan/plan.ts'
import type { MaintainedStore } from '../store/store.ts'
import type { ServiceContext } from './context.ts'

/** How long what is over is kept. */
export interface Retention {
  /** 0: for ever. */
  readonly changeDays: number
  readonly deletedDays: number
  readonly everySeconds: number
}

type RetentionContext = Pick<ServiceContext, 'model' | 'observe' | 'now' | 'newId'> & { readonly store: MaintainedStore }

const day = 86_400_000

/** Managing tenants that are asked for at once, and changes and entities that go in one transaction. */
const [tenantsAtOnce, changesAtOnce, entitiesAtOnce] = [100, 500, 100]

/** A server that has just started has other things to do (seconds). */
const firstWithin = 60

/**
 * Removes what is past the days that it is kept, again and again, in small steps off the path of requests. Several servers may do it on one database:
 * whatever one of them has done, another finds done. `stop` lets the step under way finish.
 */
export function startRetention(retention: Retention, context: RetentionContext): { readonly stop: () => Promise<void> } {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const wait = (seconds: number) => {
    timer = setTimeout(() => {
      running = run().finally(() => stopped || wait(retention.everySeconds))
    }, seconds * 1000)
    timer.unref()
  }
  const run = async () => {
    const start = performance.now()
    try {
      const { changes, purged } = await retain(retention, context, () => stopped)
      if (changes + purged > 0) context.observe({ kind: 'retained', changes, purged, milliseconds: performance.now() - start })
    } catch (error) {
      // The database is away: the next time will do.
      context.observe({ kind: 'retentionFailed', error })
    }
  }
  if (retention.changeDays > 0 || retention.deletedDays > 0) wait(Math.min(firstWithin, retention.everySeconds))
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** Goes through all managing tenants once. Deleted entities go first, so that their going is told for as long as any other change. */
export async function retain(
  { changeDays, deletedDays }: Pick<Retention, 'changeDays' | 'deletedDays'>,
  context: RetentionContext,
  stopped: () => boolean = () => false,
): Promise<{ readonly changes: number; readonly purged: number }> {
  const { store, model, now } = context
  const ago = (days: number) => dateTimeOffsetOf(now() - days * day)
  let [changes, purged, after] = [0, 0, '']
  for (;;) {
    const tenants = await store.managingTenants(after, tenantsAtOnce)
    for (const tenantId of tenants) {
      const access = { kind: 'managingTenant', tenantId } as const
      if (stopped()) return { changes, purged }
      if (deletedDays > 0)
        for (const entitySet of model.entitySets) purged += await purge(entitySet, access, ago(deletedDays), context, stopped)
      if (changeDays > 0) changes += await trim(access, ago(changeDays), store, stopped)
    }
    const last = tenants.at(-1)
    if (last === undefined || tenants.length < tenantsAtOnce) return { changes, purged }
    after = last
  }
}

async function trim(access: ManagingTenant, before: string, store: MaintainedStore, stopped: () => boolean): Promise<number> {
  let gone = 0
  // Mostly there is nothing to do, which two changes tell.
  for (let size = 2; !stopped(); size = changesAtOnce) {
    const step = await store.trim({ kind: 'trim', access, before, size })
    gone += step
    if (step < size - 1) break
  }
  return gone
}

/** By the ordinary way, so that delta tells it and the change says who: the service itself. */
async function purge(
  entitySet: EntitySet,
  access: ManagingTenant,
  deletedBy: string,
  { store, now, newId }: RetentionContext,
  stopped: () => boolean,
): Promise<number> {
  let gone = 0
  while (!stopped()) {
    const found = await store.read(deletedPage(entitySet, access, deletedBy))
    const ids = found.kind === 'page' ? found.entities.map(({ id }) => id) : []
    if (ids.length === 0) break
    const by = { at: dateTimeOffsetOf(now()), requestId: newId(), applicationId: 'tenantry' }
    const plans = ids.map((id): PurgePlan => ({ kind: 'purge', entitySet: entitySet.name, access, by, id, deletedBy }))
    const results = await store.writeGroup({ plans, atomic: false })
    const purged = results.filter(({ outcome }) => outcome === 'purged').length
    gone += purged
    // Another server has just taken these, or someone has restored them.
    if (purged === 0 || ids.length < entitiesAtOnce) break
  }
  return gone
}

/** The entities that were deleted at a moment or before, the longest deleted first. */
function deletedPage({ name, type }: EntitySet, access: ManagingTenant, deletedBy: string): ReadPagePlan {
  const deletedAt = { kind: 'property', type: 'Edm.DateTimeOffset', name: type.softDelete.at, comparison: 'exact' } as const
  const moment = { kind: 'constant', type: 'Edm.DateTimeOffset', value: deletedBy } as const
  return {
    kind: 'readPage',
    entitySet: name,
    access,
    deleted: 'only',
    filter: { kind: 'operation', type: 'Edm.Boolean', operator: 'le', left: deletedAt, right: moment },
    orderby: [{ expression: deletedAt, descending: false }],
    select: [type.key],
    size: entitiesAtOnce,
    skip: 0,
    last: true,
    next: {},
    count: false,
    now: deletedBy,
  }
}
