import type { PrimitiveValue } from '../edm/entity-type.ts'
import type { BoundRequest, Change, UpdateCollection } from '../odata/bind/bound-request.ts'
import { printContentType } from '../odata/headers/accept.ts'
import type { ODataResponse } from '../odata/message.ts'
import { deltaContextUrl } from '../odata/payload/links.ts'
import { invalidEntity } from '../odata/payload/read-entity.ts'
import { printBulk, type WritableChange } from '../odata/payload/write-bulk.ts'
import { type EntityStyle, printEntity, printRemoved } from '../odata/payload/write-entity.ts'
import type { GroupOutcome } from './execute.ts'

/** A bulk's answer: a delta payload in the order of the request; for a caller that asks for less only what failed, or nothing when nothing did. */
export function serializeBulk(
  outcomes: readonly GroupOutcome[],
  operation: UpdateCollection,
  style: EntityStyle,
  { head }: BoundRequest,
): ODataResponse {
  const preference = head.preferences.return
  const applied = [
    ...(operation.continues ? ['continue-on-error=true'] : []),
    ...(preference === undefined ? [] : [`return=${preference}`]),
  ].join(', ')
  const headers = applied === '' ? {} : { 'preference-applied': applied }
  const rest = [...outcomes]
  const changes = operation.changes.map((change): WritableChange => {
    const told = change.contentId === undefined ? {} : { contentId: change.contentId }
    return { ...(change.kind === 'malformed' ? malformed(change, style) : changed(change, rest.shift(), style)), ...told }
  })
  const shown = preference === 'minimal' ? changes.filter(({ kind }) => kind === 'failed') : changes
  if (preference === 'minimal' && shown.length === 0) return { status: 204, headers }
  const context = head.format.metadata === 'none' ? undefined : deltaContextUrl(style.root, style.entitySet, undefined)
  return {
    status: 200,
    headers: { 'content-type': printContentType(head.format, head.odataVersion), ...headers },
    body: printBulk(shown, context),
  }
}

function malformed(change: Extract<Change, { kind: 'malformed' }>, style: EntityStyle): WritableChange {
  return { kind: 'failed', operation: change.operation, named: namedBy(change, style), error: invalidEntity(change.faults) }
}

function changed(change: Exclude<Change, { kind: 'malformed' }>, outcome: GroupOutcome | undefined, style: EntityStyle): WritableChange {
  if (!outcome) throw new Error('The store answered fewer writes than it was given.')
  if ('error' in outcome) {
    const operation = change.kind === 'delete' ? 'delete' : outcome.existing ? 'update' : 'insert'
    return { kind: 'failed', operation, named: namedBy(change, style), error: outcome.error }
  }
  if (change.kind === 'delete') return { kind: 'done', item: printRemoved({ id: outcome.entity.id, removed: 'changed' }, style) }
  return { kind: 'done', item: printEntity(outcome.entity, style) }
}

/** What the item said of which entity it is about. */
function namedBy({ address }: Change, { entitySet }: EntityStyle): Readonly<Record<string, PrimitiveValue>> {
  if (!address) return {}
  return address.kind === 'key' ? { [entitySet.type.key]: address.id } : { [address.property]: address.value }
}
