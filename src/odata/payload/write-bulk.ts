import type { PrimitiveValue } from '../../edm/entity-type.ts'
import type { ODataError } from '../error.ts'

/** What a bulk has done with one item, as the delta payload of the answer tells it (Protocol 4.01, 11.4.12.1). */
export type WritableChange =
  /** The entity as it is now, as JSON. */
  | { readonly kind: 'written'; readonly entity: string; readonly contentId?: string }
  | { readonly kind: 'removed'; readonly id: string; readonly contentId?: string }
  | {
      readonly kind: 'failed'
      readonly operation: 'insert' | 'update' | 'upsert' | 'delete'
      /** What the item said of which entity it is about. */
      readonly named: Readonly<Record<string, PrimitiveValue>>
      readonly error: ODataError
      readonly contentId?: string
    }

export function printBulk(changes: readonly WritableChange[], context: string | undefined): string {
  const opening = context === undefined ? '{' : `{"@odata.context":${JSON.stringify(context)},`
  return `${opening}"value":[${changes.map(printChange).join(',')}]}`
}

function printChange(change: WritableChange): string {
  const told = change.contentId === undefined ? {} : { '@Core.ContentID': change.contentId }
  switch (change.kind) {
    case 'written':
      return change.contentId === undefined
        ? change.entity
        : `{"@Core.ContentID":${JSON.stringify(change.contentId)},${change.entity.slice(1)}`
    case 'removed':
      return JSON.stringify({ '@removed': { reason: 'changed' }, ...told, id: change.id })
    case 'failed': {
      const { operation, named, error } = change
      // What could not be inserted is told as deleted, for it is not there.
      const removed = operation === 'insert' ? { '@removed': { reason: 'deleted' } } : {}
      return JSON.stringify({
        ...removed,
        ...told,
        ...named,
        '@Core.DataModificationException': { failedOperation: operation, responseCode: error.status, info: messageOf(error) },
      })
    }
  }
}

/** The error as the vocabulary has it (Core.MessageType). */
function messageOf(error: ODataError): object {
  const { code, message, target, details } = error
  const severity = 'error'
  return {
    code,
    message,
    severity,
    ...(target === undefined ? {} : { target }),
    ...(details.length === 0 ? {} : { details: details.map((detail) => ({ ...detail, severity })) }),
  }
}
