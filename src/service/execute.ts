import type { IndividualResponse } from '../odata/batch/batch.ts'
import { ODataError } from '../odata/error.ts'
import { invalidEntity } from '../odata/payload/read-entity.ts'
import type { BatchPlan, GroupPlan, Plan, WritePlan } from '../plan/plan.ts'
import { targetIn } from '../plan/plan-bulk.ts'
import { QueryRefused, type ReadResult, type StoredEntity, StoreUnavailable, type WriteResult } from '../store/store.ts'
import type { ServiceContext } from './context.ts'

/** What came of a plan, fit to be written: refusals of the store have become errors. */
export type Result =
  | { readonly kind: 'document' }
  | { readonly kind: 'entity'; readonly entity: StoredEntity }
  | { readonly kind: 'created' | 'updated' | 'restored'; readonly entity: StoredEntity }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'responses'; readonly responses: readonly IndividualResponse[] }
  | { readonly kind: 'group'; readonly outcomes: readonly GroupOutcome[] }
  | Extract<ReadResult, { kind: 'page' | 'printedPage' | 'instances' | 'count' | 'changes' | 'resyncRequired' }>

/** What came of one write of a group: the entity as it is now, or as it was when it was deleted, or why not. */
export type GroupOutcome =
  | { readonly entity: StoredEntity }
  | {
      readonly error: ODataError
      /** The entity was there: an upsert would have updated it. */
      readonly existing: boolean
    }

/** Carries out the plan of one request. */
export async function execute(plan: Exclude<Plan, BatchPlan>, context: ServiceContext): Promise<Result> {
  try {
    switch (plan.kind) {
      case 'serviceDocument':
      case 'metadata':
        return { kind: 'document' }
      case 'create':
      case 'update':
      case 'delete':
      case 'restore':
      case 'purge':
        return resultOfWrite(await context.store.write(plan), plan)
      case 'group':
        return resultOfGroup(await context.store.writeGroup(plan), plan)
      default:
        return resultOfRead(await context.store.read(plan))
    }
  } catch (error) {
    if (error instanceof QueryRefused) throw new ODataError('Request_BadRequest', error.message, { cause: error })
    if (!(error instanceof StoreUnavailable)) throw error
    context.observe({ kind: 'storeFailed', store: 'store', error })
    throw new ODataError('serviceNotAvailable', error.message, {
      headers: { 'retry-after': String(error.retryAfter) },
      cause: error,
    })
  }
}

function resultOfRead(result: ReadResult): Result {
  if (result.kind !== 'entity') return result
  if (result.ambiguous) {
    throw new ODataError(
      'Request_BadRequest',
      'Several managing tenants have an entity of this key: name one in the header Tenantry-Managing-Tenant.',
      {
        target: 'Tenantry-Managing-Tenant',
      },
    )
  }
  if (!result.entity) throw missing()
  return { kind: 'entity', entity: result.entity }
}

function resultOfWrite(result: WriteResult, plan: WritePlan): Result {
  switch (result.outcome) {
    case 'created':
    case 'updated':
    case 'restored':
      return { kind: result.outcome, entity: result.entity }
    case 'deleted':
    case 'purged':
      return { kind: 'deleted' }
    default:
      throw errorOf(result, plan)
  }
}

function errorOf(
  result: Exclude<WriteResult, { outcome: 'created' | 'updated' | 'restored' | 'deleted' | 'purged' }>,
  plan: WritePlan,
): ODataError {
  switch (result.outcome) {
    case 'undone':
      return groupFailed()
    case 'notFound':
      return missing()
    case 'preconditionFailed':
      return new ODataError(
        'PreconditionFailed',
        'The condition of If-Match or If-None-Match does not hold: the entity is missing or was changed meanwhile.',
      )
    case 'refused':
      return invalidEntity(result.faults.map(({ property, message }) => ({ code: 'Request_BadRequest', message, target: property })))
    case 'taken':
      return taken(result, plan)
  }
}

function taken({ property, holder, deleted }: Extract<WriteResult, { outcome: 'taken' }>, { entitySet }: WritePlan): ODataError {
  const code = 'Request_MultipleObjectsWithSameKeyValue'
  const message = deleted
    ? `The ${property} '${holder}' is held by a deleted item of ${entitySet}. Restore it (POST /directory/deletedItems/${encodeURIComponent(holder)}/restore) or purge it (DELETE /directory/deletedItems/${encodeURIComponent(holder)}) first.`
    : `Another object with the same value for property ${property} already exists: '${holder}' in ${entitySet}.`
  return new ODataError(code, message, {
    target: property,
    details: [{ code, message: `The value is held by '${holder}'${deleted ? ', which is deleted' : ''}.`, target: property }],
  })
}

/** A group that is atomic fails with the first write that did, and tells which it was; any other tells each outcome. */
function resultOfGroup(results: readonly WriteResult[], { plans, atomic }: GroupPlan): Result {
  const outcomes = results.map((result, i): GroupOutcome => {
    if ('entity' in result) return { entity: result.entity }
    const plan = plans[i]
    if (!plan || result.outcome === 'purged') throw new Error(`A ${plan?.kind} of a group came to ${result.outcome}`)
    return { error: errorOf(result, plan), existing: 'existing' in result }
  })
  if (!atomic) return { kind: 'group', outcomes }
  const failed = outcomes.findIndex((outcome, i) => 'error' in outcome && results[i]?.outcome !== 'undone')
  const outcome = outcomes[failed]
  if (!outcome || !('error' in outcome)) return { kind: 'group', outcomes }
  const { code, message, target, details } = outcome.error
  throw new ODataError(code, `Change ${failed} failed, so none was made: ${message}`, {
    target: targetIn(failed, target),
    details: details.map((detail) => ({ ...detail, target: targetIn(failed, detail.target) })),
  })
}

/** An entity of another partner, a deleted one and one that never was look the same. */
function missing(): ODataError {
  return new ODataError('Request_ResourceNotFound', 'The resource does not exist, or is not one of yours.')
}

/** What the members of an atomicity group are told that did not fail themselves. */
export function groupFailed(): ODataError {
  return new ODataError('FailedDependency', 'Another request of the same group failed, so this one did not happen.')
}
