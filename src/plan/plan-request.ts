import type { Principal } from '../auth/principal.ts'
import type { PrimitiveValue, Property } from '../edm/entity-type.ts'
import type { AppliedOptions, BoundRequest, Operation, RequestHead } from '../odata/bind/bound-request.ts'
import { ODataError } from '../odata/error.ts'
import { printFrame } from '../odata/payload/write-entity.ts'
import { type Access, authoriseRead, authoriseWrite } from './access.ts'
import { type BoundExpression, type ComputedProperty, mentionsIn, type OrderKey, type Transformation } from './expression.ts'
import type { Limits } from './limits.ts'
import { lookedAt } from './looked-at.ts'
import { planPaging } from './paging.ts'
import type { ApplyPlan, Authorship, Plan, ReadPagePlan, Selection } from './plan.ts'
import { planBatch } from './plan-batch.ts'
import { planBulk } from './plan-bulk.ts'
import { planDelta } from './plan-delta.ts'
import { planUpdate } from './plan-update.ts'
import { wholeEntity } from './whole-entity.ts'

type CollectionOperation = Extract<Operation, { kind: 'readCollection' | 'countCollection' }>

/** What a plan takes from the world, handed in so that planning stays pure. */
export interface Circumstances {
  /** Canonical DateTimeOffset of this request. */
  readonly now: string
  readonly newId: () => string
  readonly requestId: string
  /** The request is itself one of a batch. */
  readonly inBatch: boolean
}

/** Decides what a bound request does and whether this caller may. `principal` is undefined for documents only. */
export function planRequest(bound: BoundRequest, principal: Principal | undefined, limits: Limits, circumstances: Circumstances): Plan {
  const { operation, head } = bound
  if (operation.kind === 'readServiceDocument') return { kind: 'serviceDocument' }
  if (operation.kind === 'readMetadata') return { kind: 'metadata' }
  if (!principal) throw new ODataError('InvalidAuthenticationToken', 'Access token is empty.')
  if (operation.kind === 'batch') {
    if (circumstances.inBatch) throw new ODataError('Request_BadRequest', 'A batch cannot hold another batch.', { target: 'url' })
    return planBatch(operation.batch, limits.batchRequests)
  }
  const entitySet = operation.entitySet.name
  const forReading = () => ({ entitySet, access: authoriseRead(principal, operation.entitySet, head.managingTenant) })
  const forWriting = () => ({
    entitySet,
    access: authoriseWrite(principal, operation.entitySet, head.managingTenant),
    by: authorship(principal, circumstances),
  })
  switch (operation.kind) {
    case 'readCollection': {
      const reading = forReading()
      const paging = planPaging(operation.options, head.preferences.maxPageSize, limits)
      const { apply, computed } = operation.options
      const after = operation.options.skipToken?.after
      if (apply) return planApply(apply, { ...reading, ...paging }, after, operation, circumstances)
      return {
        kind: 'readPage',
        ...reading,
        ...selected(operation.options.select),
        ...selectionOf(operation, operation.options.filter, circumstances),
        orderby: orderOf(operation),
        ...made(computed),
        ...paging,
        ...(after ? { after } : {}),
        count: operation.options.count && !after,
        ...framed(operation, reading.access, head),
      }
    }
    case 'countCollection':
      return {
        kind: 'count',
        ...forReading(),
        ...selectionOf(operation, operation.filter, circumstances),
        ...(operation.apply ? appliedTo(operation, operation.apply) : {}),
      }
    case 'readChanges':
      return planDelta(forReading(), operation.options, head.preferences.maxPageSize, limits, circumstances.now)
    case 'readEntity': {
      const { select, computed } = operation.projection
      return {
        kind: 'readEntity',
        ...forReading(),
        address: operation.address,
        ...(operation.deleted ? { deleted: true } : {}),
        ...selected(select),
        ...made(computed),
        now: circumstances.now,
      }
    }
    case 'readProperty':
      return {
        kind: 'readEntity',
        ...forReading(),
        address: operation.address,
        ...(operation.deleted ? { deleted: true } : {}),
        select: [operation.property.name],
        now: circumstances.now,
      }
    case 'createEntity':
      requireNoCondition(head)
      return { kind: 'create', ...forWriting(), entity: wholeEntity(operation.entitySet.type, operation.body.values, circumstances) }
    case 'updateEntity':
      return { kind: 'update', ...forWriting(), ...planUpdate(operation, circumstances), ...head.conditions }
    case 'updateProperty':
      return { kind: 'update', ...forWriting(), address: operation.address, changes: operation.values, ...head.conditions }
    case 'updateCollection':
      return planBulk(operation, forWriting(), limits.maxBulkChanges, circumstances)
    case 'deleteEntity':
      return { kind: 'delete', ...forWriting(), address: operation.address, ...head.conditions }
    case 'restoreEntity':
      return { kind: 'restore', ...forWriting(), id: operation.id, ...head.conditions }
    case 'purgeEntity':
      return { kind: 'purge', ...forWriting(), id: operation.id, ...head.conditions }
  }
}

function planApply(
  apply: AppliedOptions,
  reading: Pick<ApplyPlan, 'entitySet' | 'access' | 'size' | 'skip' | 'last' | 'next'>,
  after: readonly PrimitiveValue[] | undefined,
  operation: Extract<Operation, { kind: 'readCollection' }>,
  { now }: Circumstances,
): ApplyPlan {
  const { transformations, columns, variants, entity } = apply
  return {
    kind: 'apply',
    ...reading,
    ...(after ? { skip: Number(after[0]) } : {}),
    ...appliedTo(operation, transformations),
    columns: columns.map(({ name, type }) => ({ name, type })),
    variants,
    entity,
    count: operation.options.count && !after,
    now,
  }
}

/** Deleted entities are looked at as soon as the transformations name what tells them (W3). */
function appliedTo(
  { entitySet: { type }, deleted }: CollectionOperation,
  transformations: readonly Transformation[],
): Pick<ApplyPlan, 'transformations' | 'deleted'> {
  return { transformations, deleted: deleted ? 'only' : mentionsIn(transformations, [type.softDelete.flag, type.softDelete.at]) }
}

function authorship(principal: Principal, circumstances: Circumstances): Authorship {
  return {
    at: circumstances.now,
    requestId: circumstances.requestId,
    applicationId: principal.applicationId,
    ...(principal.userId === undefined ? {} : { userId: principal.userId }),
  }
}

function selected(select: readonly Property[] | undefined): { readonly select?: readonly string[] } {
  return select ? { select: select.map((property) => property.name) } : {}
}

function made(computed: readonly ComputedProperty[]): { readonly computed?: readonly ComputedProperty[] } {
  return computed.length > 0 ? { computed } : {}
}

/** A create makes an entity at an address that has none yet: no entity tag can match it (RFC 9110, 13.1.1). */
function requireNoCondition(head: RequestHead): void {
  if (head.conditions.ifMatch)
    throw new ODataError('PreconditionFailed', 'If-Match cannot hold for an entity that does not exist yet.', { target: 'If-Match' })
}

/** Deleted entities come in the order of their deletion, unless the caller asks for another: an index has them so. */
function orderOf({
  options: { orderby },
  deleted,
  entitySet: { type },
}: Extract<Operation, { kind: 'readCollection' }>): readonly OrderKey[] {
  if (!deleted || orderby.length > 0) return orderby
  const expression = { kind: 'property', type: 'Edm.DateTimeOffset', name: type.softDelete.at, comparison: 'exact' } as const
  return [{ expression, descending: false }]
}

/** Where whole entities come in the order of their creation and nothing depends on which they are, the store may write them. */
function framed(
  { entitySet, options, deleted }: Extract<Operation, { kind: 'readCollection' }>,
  access: Access,
  { format }: RequestHead,
): Pick<ReadPagePlan, 'frame'> {
  const whole = !deleted && options.select === undefined && options.computed.length === 0 && options.orderby.length === 0
  if (!whole || access.kind === 'allPartners' || format.metadata === 'full') return {}
  return { frame: printFrame(entitySet, format.metadata) }
}

/** A deleted customer is left out, unless the filter names what tells it (W3), or the address asks for no others. */
function selectionOf(
  { entitySet: { type }, deleted }: CollectionOperation,
  filter: BoundExpression | undefined,
  circumstances: Circumstances,
): Selection {
  return { ...(filter ? { filter } : {}), deleted: deleted ? 'only' : lookedAt(filter, type), now: circumstances.now }
}
