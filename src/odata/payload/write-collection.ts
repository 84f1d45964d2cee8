import { type EntityStyle, printEntity, type WritableEntity } from './write-entity.ts'

/** What stands around the entities of a page. */
export interface CollectionEnvelope {
  readonly context: string
  readonly count?: number
  readonly nextLink?: string
  readonly ieee754Compatible: boolean
}

/** A page (OData JSON 4.01, 12). `metadata=none` keeps the count and the next link. */
export function printCollection(entities: readonly WritableEntity[], style: EntityStyle, envelope: CollectionEnvelope): string {
  const { context, count, nextLink, ieee754Compatible } = envelope
  let text = style.metadata === 'none' ? '{' : `{"@odata.context":${JSON.stringify(context)},`
  if (count !== undefined) text += `"@odata.count":${ieee754Compatible ? `"${count}"` : count},`
  if (nextLink !== undefined) text += `"@odata.nextLink":${JSON.stringify(nextLink)},`
  text += '"value":['
  for (let i = 0; i < entities.length; i++) {
    const entity = entities[i]
    if (entity) text += `${i === 0 ? '' : ','}${printEntity(entity, style)}`
  }
  return `${text}]}`
}
