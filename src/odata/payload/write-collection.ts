/** What stands around the entities of a page. */
export interface CollectionEnvelope {
  /** Absent with `metadata=none`. */
  readonly context?: string
  readonly count?: number
  readonly nextLink?: string
  /** Where changes are asked for from here on. */
  readonly deltaLink?: string
  readonly ieee754Compatible: boolean
}

/** A page (OData JSON 4.01, 12) of items that `print` writes. */
export function printCollection<T>(items: readonly T[], print: (item: T) => string, envelope: CollectionEnvelope): string {
  let text = openCollection(envelope)
  items.forEach((item, i) => {
    text += `${i === 0 ? '' : ','}${print(item)}`
  })
  return `${text}]}`
}

/** The same of items that are written already (UTF-8): they are copied, never decoded. */
export function frameCollection(items: Uint8Array, envelope: CollectionEnvelope): Uint8Array {
  return Buffer.concat([Buffer.from(openCollection(envelope)), items, close])
}

const close = Buffer.from(']}')

/** `metadata=none` keeps the count and the links. */
function openCollection({ context, count, nextLink, deltaLink, ieee754Compatible }: CollectionEnvelope): string {
  let text = context === undefined ? '{' : `{"@odata.context":${JSON.stringify(context)},`
  if (count !== undefined) text += `"@odata.count":${ieee754Compatible ? `"${count}"` : count},`
  if (nextLink !== undefined) text += `"@odata.nextLink":${JSON.stringify(nextLink)},`
  if (deltaLink !== undefined) text += `"@odata.deltaLink":${JSON.stringify(deltaLink)},`
  return `${text}"value":[`
}
