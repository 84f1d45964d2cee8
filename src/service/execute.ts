import type { IndividualResponse } from '../odata/batch/batch.ts'
import { ODataError } from '../odata/error.ts'
import { invalidEntity } from '../odata/payload/read-entity.ts'
import type { BatchPlan, Plan, WritePlan } from '../plan/plan.ts'
import { QueryRefused, type ReadResult, type StoredEntity, StoreUnavailable, type WriteResult } from '../store/store.ts'
import type { ServiceContext } from './context.ts'

/** What came of a plan, fit to be written: refusals of the store have become errors. */
export type Result =
  | { readonly kind: 'document' }
  | { readonly kind: 'entity'; readonly entity: StoredEntity }
  | { readonly kind: 'created' | 'updated' | 'restored'; readonly entity: StoredEntity }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'responses'; readonly responses: readonly IndividualResponse[] }
  | Extract<ReadResult, { kind: 'page' | 'instances' | 'count' | 'changes' | 'resyncRequired' }>

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
    case 'undone':
      throw groupFailed()
    case 'notFound':
      throw missing()
    case 'preconditionFailed':
      throw new ODataError(
        'PreconditionFailed',
        'The condition of If-Match or If-None-Match does not hold: the entity is missing or was changed meanwhile.',
      )
    case 'refused':
      throw invalidEntity([{ code: 'Request_BadRequest', message: result.message, target: result.property }])
    case 'taken':
      throw new ODataError(
        'Request_MultipleObjectsWithSameKeyValue',
        `Another object with the same value for property ${result.property} already exists: '${result.holder}' in ${plan.entitySet}.`,
        {
          target: result.property,
          details: [
            {
              code: 'Request_MultipleObjectsWithSameKeyValue',
              message: `The value is held by '${result.holder}'.`,
              target: result.property,
            },
          ],
        },
      )
  }
}

/** An entity of another partner, a deleted one and one that never was look the same. */
function missing(): ODataError {
  return new ODataError('Request_ResourceNotFound', 'The resource does not exist, or is not one of yours.')
}

/** What the members of an atomicity group are told that did not fail themselves. */
export function groupFailed(): ODataError {
  return new ODataError('FailedDependency', 'Another request of the same group failed, so this one did not happen.')
}
