import type { PrimitiveValue } from '../../edm/entity-type.ts'
import type { ODataError } from '../error.ts'

/** What a bulk has done with one item, as the delta payload of the answer tells it (Protocol 4.01, 11.4.12.1). */
export type WritableChange =
  /** The entity as it is now, or that it is gone, as a JSON object. */
  | { readonly kind: 'done'; readonly item: string; readonly contentId?: string }
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
  if (change.kind === 'done')
    return change.contentId === undefined ? change.item : `{"@Core.ContentID":${JSON.stringify(change.contentId)},${change.item.slice(1)}`
  const { operation, named, error, contentId } = change
  return JSON.stringify({
    // What could not be inserted is told as deleted, for it is not there.
    ...(operation === 'insert' ? { '@removed': { reason: 'deleted' } } : {}),
    ...(contentId === undefined ? {} : { '@Core.ContentID': contentId }),
    ...named,
    '@Core.DataModificationException': { failedOperation: operation, responseCode: error.status, info: messageOf(error) },
  })
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
