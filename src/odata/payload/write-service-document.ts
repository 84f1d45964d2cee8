import type { Model } from '../../edm/entity-type.ts'

/** The service document (OData JSON 4.01, 5): which entity sets there are. */
export function printServiceDocument(root: string, model: Model, metadata: 'none' | 'minimal' | 'full'): string {
  const value = model.entitySets.map(({ name }) => ({ name, kind: 'EntitySet', url: name }))
  return JSON.stringify(metadata === 'none' ? { value } : { '@odata.context': `${root}/$metadata`, value })
}
