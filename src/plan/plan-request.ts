import type { Principal } from '../auth/principal.ts'
import type { EntityType, PrimitiveValue, Property } from '../edm/entity-type.ts'
import type { AppliedOptions, BoundRequest, RequestHead } from '../odata/bind/bound-request.ts'
import { ODataError } from '../odata/error.ts'
import { authoriseRead, authoriseWrite } from './access.ts'
import { type BoundExpression, type ComputedProperty, mentions, mentionsIn, type Transformation } from './expression.ts'
import type { Limits } from './limits.ts'
import { planPaging } from './paging.ts'
import type { ApplyPlan, Authorship, Plan, Selection } from './plan.ts'
import { planBatch } from './plan-batch.ts'
import { planDelta } from './plan-delta.ts'

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
        ...selectionOf(operation.entitySet.type, operation.options.filter, circumstances),
        orderby: operation.options.orderby,
        ...made(computed),
        ...paging,
        ...(after ? { after } : {}),
        count: operation.options.count && !after,
      }
    }
    case 'countCollection':
      return {
        kind: 'count',
        ...forReading(),
        ...selectionOf(operation.entitySet.type, operation.filter, circumstances),
        ...(operation.apply ? appliedTo(operation.entitySet.type, operation.apply) : {}),
      }
    case 'readChanges':
      return planDelta(forReading(), operation.options, head.preferences.maxPageSize, limits, circumstances.now)
    case 'readEntity': {
      const { select, computed } = operation.projection
      return {
        kind: 'readEntity',
        ...forReading(),
        address: operation.address,
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
        select: [operation.property.name],
        now: circumstances.now,
      }
    case 'createEntity':
      requireNoCondition(head)
      return { kind: 'create', ...forWriting(), entity: wholeEntity(operation.entitySet.type, operation.body.values, circumstances) }
    case 'updateEntity':
      return { kind: 'update', ...forWriting(), address: operation.address, changes: operation.body.values, ...head.conditions }
    case 'deleteEntity':
      return { kind: 'delete', ...forWriting(), address: operation.address, ...head.conditions }
  }
}

function planApply(
  apply: AppliedOptions,
  reading: Pick<ApplyPlan, 'entitySet' | 'access' | 'size' | 'skip' | 'last' | 'next'>,
  after: readonly PrimitiveValue[] | undefined,
  { entitySet, options }: Extract<BoundRequest['operation'], { kind: 'readCollection' }>,
  { now }: Circumstances,
): ApplyPlan {
  const { transformations, columns, variants, entity } = apply
  return {
    kind: 'apply',
    ...reading,
    ...(after ? { skip: Number(after[0]) } : {}),
    ...appliedTo(entitySet.type, transformations),
    columns: columns.map(({ name, type }) => ({ name, type })),
    variants,
    entity,
    count: options.count && !after,
    now,
  }
}

/** Deleted entities are looked at as soon as the transformations name what tells them (W3). */
function appliedTo(type: EntityType, transformations: readonly Transformation[]): Pick<ApplyPlan, 'transformations' | 'deleted'> {
  return { transformations, deleted: mentionsIn(transformations, [type.softDelete.flag, type.softDelete.at]) }
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

/** The entity that a create makes: what the body says, and the service's own defaults for the rest. */
function wholeEntity(
  type: EntityType,
  values: Readonly<Record<string, PrimitiveValue>>,
  circumstances: Circumstances,
): Record<string, PrimitiveValue> {
  const entity: Record<string, PrimitiveValue> = {}
  for (const property of type.properties) entity[property.name] = values[property.name] ?? defaultOf(type, property, values, circumstances)
  return entity
}

function defaultOf(
  type: EntityType,
  property: Property,
  values: Readonly<Record<string, PrimitiveValue>>,
  circumstances: Circumstances,
): PrimitiveValue {
  const { key, softDelete, stamps } = type
  switch (property.name) {
    case key:
      return circumstances.newId()
    case stamps.created:
    case stamps.modified:
      return circumstances.now
    case softDelete.flag:
      return false
    case softDelete.at:
      return values[softDelete.flag] === true ? circumstances.now : null
    default:
      return null
  }
}

/** A deleted customer is left out, unless the filter names what tells it (W3). */
function selectionOf(type: EntityType, filter: BoundExpression | undefined, circumstances: Circumstances): Selection {
  const deleted = filter !== undefined && mentions(filter, [type.softDelete.flag, type.softDelete.at])
  return { ...(filter ? { filter } : {}), deleted, now: circumstances.now }
}
