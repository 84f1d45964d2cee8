import type { Entity, EntitySet, PrimitiveValue, Property } from '../edm/entity-type.ts'
import { readValue } from '../edm/primitives.ts'
import type { BoundRequest, Projection, RequestHead } from '../odata/bind/bound-request.ts'
import { ODataError } from '../odata/error.ts'
import { printContentType } from '../odata/headers/accept.ts'
import { evaluateRead, printETag } from '../odata/headers/etag.ts'
import type { ODataResponse } from '../odata/message.ts'
import { contextUrl, deletedItemsUrl, entityUrl, nextLink, propertyContextUrl, serviceRoot } from '../odata/payload/links.ts'
import { type CollectionEnvelope, printCollection } from '../odata/payload/write-collection.ts'
import { type EntityStyle, printEntity, printProperty, printRawValue } from '../odata/payload/write-entity.ts'
import { printInstance } from '../odata/payload/write-instance.ts'
import { printSkipToken } from '../odata/tokens/skip-token.ts'
import type { ApplyPlan, Paging, Plan, ReadPagePlan } from '../plan/plan.ts'
import type { StoredEntity } from '../store/store.ts'
import type { ServiceContext } from './context.ts'
import type { Result } from './execute.ts'
import { printDocument } from './metadata.ts'
import { serializeBatch } from './serialize-batch.ts'
import { serializeBulk } from './serialize-bulk.ts'
import { serializeDelta } from './serialize-delta.ts'

/** Writes what came of a plan as an answer: status, headers that it needs, body. */
export function serialize(result: Result, plan: Plan, bound: BoundRequest, origin: string, context: ServiceContext): ODataResponse {
  const { head, operation } = bound
  const root = serviceRoot(origin, head.serviceVersion)
  if (operation.kind === 'readServiceDocument' || operation.kind === 'readMetadata')
    return ok(head, printDocument(operation.kind, root, head, context))
  if (operation.kind === 'batch') return serializeBatch(result, operation.batch, head, context.newId())
  if (result.kind === 'document' || result.kind === 'responses' || !('access' in plan))
    throw new Error(`A plan of kind ${plan.kind} does not answer ${operation.kind}`)
  const { entitySet } = operation
  const style = (select: readonly Property[] | undefined): EntityStyle => ({
    root,
    entitySet,
    metadata: head.format.metadata,
    ...(select ? { select } : {}),
    ieee754Compatible: head.format.ieee754Compatible,
    showManagingTenant: plan.access.kind === 'allPartners',
    ...('deleted' in operation && operation.deleted ? { deleted: true } : {}),
  })
  switch (result.kind) {
    case 'count':
      return ok(head, String(result.count))
    case 'page':
      if (operation.kind !== 'readCollection' || plan.kind !== 'readPage') throw new Error(`A page does not answer ${operation.kind}`)
      return page(result, operation, projected(style(operation.options.select), operation.options), head, plan)
    case 'instances':
      if (operation.kind !== 'readCollection' || plan.kind !== 'apply') throw new Error(`Instances do not answer ${operation.kind}`)
      return instances(result, operation, style(undefined), head, plan)
    case 'entity': {
      const { entity } = result
      const unmet = unmetCondition(head, entity)
      if (unmet) return unmet
      if (operation.kind === 'readProperty') return property(operation.property, operation.raw, entity, entitySet, head, root)
      if (operation.kind !== 'readEntity') throw new Error(`An entity does not answer ${operation.kind}`)
      const written = projected(style(operation.projection.select), operation.projection)
      return ok(head, printEntity(entity, written, contextUrl(root, entitySet, namesOf(written), true)), {
        etag: printETag(entity.version),
      })
    }
    case 'created':
    case 'updated':
    case 'restored':
      if (operation.kind === 'updateProperty')
        return writtenProperty(operation.property, operation.raw, result.entity, entitySet, head, root)
      return written(result, style('select' in operation ? operation.select : undefined), bound, root)
    case 'deleted':
      return { status: 204, headers: {} }
    case 'group':
      if (operation.kind !== 'updateCollection') throw new Error(`A group does not answer ${operation.kind}`)
      return serializeBulk(result.outcomes, operation, style(undefined), bound)
    case 'changes':
    case 'resyncRequired':
      if (operation.kind !== 'readChanges' || plan.kind !== 'changes') throw new Error(`Changes do not answer ${operation.kind}`)
      return serializeDelta(result, plan, operation.options, style(operation.options.select), head)
  }
}

function ok(head: RequestHead, body: string, headers: Readonly<Record<string, string>> = {}): ODataResponse {
  return { status: 200, headers: { 'content-type': printContentType(head.format, head.odataVersion), ...headers }, body }
}

type PageResult = Extract<Result, { kind: 'page' }>
type ReadCollection = Extract<BoundRequest['operation'], { kind: 'readCollection' }>

function page(result: PageResult, operation: ReadCollection, style: EntityStyle, head: RequestHead, plan: ReadPagePlan): ODataResponse {
  const last = result.entities.at(-1)
  const envelope = envelopeOf(result, namesOf(style), last?.orderKey ?? [], operation, style.root, head, plan)
  return ok(
    head,
    printCollection(result.entities, (entity) => printEntity(entity, style), envelope),
    appliedPaging(head, plan),
  )
}

function instances(
  result: Extract<Result, { kind: 'instances' }>,
  operation: ReadCollection,
  style: EntityStyle,
  head: RequestHead,
  plan: ApplyPlan,
): ODataResponse {
  const { apply } = operation.options
  if (!apply) throw new Error('Instances without $apply')
  // All declared properties are told as `*`; where nothing is common to all, the context says that (Data Aggregation 4.0, 3.1.1).
  const declared = new Set(style.entitySet.type.properties.map(({ name }) => name))
  const whole = [...declared].every((name) => apply.common.includes(name))
  const names = whole ? ['*', ...apply.common.filter((name) => !declared.has(name))] : apply.common
  const told = apply.whole ? undefined : names.length === 0 ? ['@Core.AnyStructure'] : names
  const envelope = envelopeOf(result, told, [plan.skip + result.instances.length], operation, style.root, head, plan)
  const written = { ...style, columns: apply.columns }
  return ok(
    head,
    printCollection(result.instances, (instance) => printInstance(instance, written), envelope),
    appliedPaging(head, plan),
  )
}

function envelopeOf(
  result: { readonly more: boolean; readonly count?: number },
  names: readonly string[] | undefined,
  after: readonly PrimitiveValue[],
  { entitySet, options, deleted }: ReadCollection,
  root: string,
  head: RequestHead,
  { next }: Paging,
): CollectionEnvelope {
  return {
    ...(head.format.metadata === 'none' ? {} : { context: contextUrl(root, entitySet, names, false) }),
    ...(result.count === undefined ? {} : { count: result.count }),
    ...(result.more
      ? {
          nextLink: nextLink(
            deleted ? deletedItemsUrl(root, entitySet) : `${root}/${entitySet.name}`,
            options.carried,
            printSkipToken({ after, ...next }, options.binding),
          ),
        }
      : {}),
    ieee754Compatible: head.format.ieee754Compatible,
  }
}

function appliedPaging(head: RequestHead, { next }: Paging): Readonly<Record<string, string>> {
  return head.preferences.maxPageSize === undefined ? {} : { 'preference-applied': `odata.maxpagesize=${next.size}` }
}

function projected(style: EntityStyle, { computed }: Projection): EntityStyle {
  if (computed.length === 0) return style
  return { ...style, computed: computed.map(({ name, expression }) => ({ name, type: expression.type, dynamic: true })) }
}

/** What a context URL tells of the properties. */
function namesOf({ select, computed = [] }: Pick<EntityStyle, 'select' | 'computed'>): readonly string[] | undefined {
  if (!select && computed.length === 0) return undefined
  return [...(select ? select.map(({ name }) => name) : ['*']), ...computed.map(({ name }) => name)]
}

function unmetCondition(head: RequestHead, entity: StoredEntity): ODataResponse | undefined {
  switch (evaluateRead(head.conditions, entity.version)) {
    case 'failed':
      throw new ODataError('PreconditionFailed', 'The condition of If-Match does not hold: the entity was changed meanwhile.', {
        target: 'If-Match',
      })
    case 'notModified':
      return { status: 304, headers: { etag: printETag(entity.version) } }
    default:
      return undefined
  }
}

function property(
  declared: Property,
  raw: boolean,
  entity: StoredEntity,
  entitySet: EntitySet,
  head: RequestHead,
  root: string,
): ODataResponse {
  const value = entity.values?.[declared.name] ?? null
  const etag = { etag: printETag(entity.version) }
  // A null property has no content (Protocol 4.01, 11.2.4).
  if (value === null) return { status: 204, headers: etag }
  if (raw) return ok(head, printRawValue(declared, value), etag)
  return ok(
    head,
    printProperty(declared, value, head.format.metadata === 'none' ? undefined : propertyContextUrl(root, entitySet, entity.id, declared)),
    etag,
  )
}

/** A property that was written is answered as a read of it would be (Protocol 4.01, 11.4.9.1); one that was set to null, or a caller that asks for less, with 204. */
function writtenProperty(
  declared: Property,
  raw: boolean,
  entity: StoredEntity,
  entitySet: EntitySet,
  head: RequestHead,
  root: string,
): ODataResponse {
  const preference = head.preferences.return
  const applied = preference === undefined ? {} : { 'preference-applied': `return=${preference}` }
  if (preference === 'minimal') return { status: 204, headers: { etag: printETag(entity.version), ...applied } }
  const { body, status, headers } = property(declared, raw, { ...entity, values: valuesOfMembers(entity, declared) }, entitySet, head, root)
  return { status, headers: { ...headers, ...applied }, ...(body === undefined ? {} : { body }) }
}

/** A write gives the entity as it is printed: the value is read back from there. */
function valuesOfMembers({ members = '' }: StoredEntity, declared: Property): Entity {
  const whole: Readonly<Record<string, unknown>> = JSON.parse(`{${members}}`)
  const reading = readValue(declared, whole[declared.name] ?? null)
  return { [declared.name]: 'value' in reading ? reading.value : null }
}

function written(
  result: Extract<Result, { kind: 'created' | 'updated' | 'restored' }>,
  style: EntityStyle,
  { head, operation }: BoundRequest,
  root: string,
): ODataResponse {
  const { entity, kind } = result
  const url = entityUrl(root, style.entitySet, entity.id)
  const { return: preference, createIfMissing } = head.preferences
  const applied = [
    ...(createIfMissing && operation.kind === 'updateEntity' ? ['create-if-missing'] : []),
    ...(preference === undefined ? [] : [`return=${preference}`]),
  ]
  const headers = {
    etag: printETag(entity.version),
    ...(kind === 'created' ? { location: url } : {}),
    ...(applied.length === 0 ? {} : { 'preference-applied': applied.join(', ') }),
  }
  // Without a body the id stands in a header (Protocol 4.01, 8.3.4).
  if (preference === 'minimal') return { status: 204, headers: { ...headers, 'odata-entityid': url } }
  return {
    ...ok(head, printEntity(entity, style, contextUrl(root, style.entitySet, namesOf(style), true)), headers),
    status: kind === 'created' ? 201 : 200,
  }
}
