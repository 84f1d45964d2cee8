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

/** A page (OData JSON 4.01, 12) of items that `print` writes. `metadata=none` keeps the count and the links. */
export function printCollection<T>(items: readonly T[], print: (item: T) => string, envelope: CollectionEnvelope): string {
  const { context, count, nextLink, deltaLink, ieee754Compatible } = envelope
  let text = context === undefined ? '{' : `{"@odata.context":${JSON.stringify(context)},`
  if (count !== undefined) text += `"@odata.count":${ieee754Compatible ? `"${count}"` : count},`
  if (nextLink !== undefined) text += `"@odata.nextLink":${JSON.stringify(nextLink)},`
  if (deltaLink !== undefined) text += `"@odata.deltaLink":${JSON.stringify(deltaLink)},`
  text += '"value":['
  items.forEach((item, i) => {
    text += `${i === 0 ? '' : ','}${print(item)}`
  })
  return `${text}]}`
}
