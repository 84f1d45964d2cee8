import type { Entity, EntitySet } from '../../edm/entity-type.ts'
import type { SelectedProperty } from '../bind/bound-request.ts'
import { printControl, type WritableEntity } from './write-entity.ts'
import { printMember } from './write-member.ts'

/** One of what `$apply` makes: the properties that it has, and its key and version where it is still an entity. */
export interface WritableInstance {
  readonly values: Entity
  readonly entity?: Pick<WritableEntity, 'managingTenantId' | 'id' | 'version'>
}

/** How the instances of one answer are written. */
export interface InstanceStyle {
  readonly root: string
  readonly entitySet: EntitySet
  readonly metadata: 'none' | 'minimal' | 'full'
  readonly columns: readonly SelectedProperty[]
  readonly showManagingTenant: boolean
  readonly ieee754Compatible: boolean
  readonly deleted?: true
}

/** The instance as a JSON object. A property that it does not have is left out; one that is no entity any more has no id (Data Aggregation 4.0, 3.1.1). */
export function printInstance({ values, entity }: WritableInstance, style: InstanceStyle): string {
  const control = entity && style.metadata !== 'none' ? printControl(entity, style) : style.metadata === 'full' ? '"@odata.id":null' : ''
  const members = style.columns.filter(({ name }) => Object.hasOwn(values, name)).map((column) => printMember(column, values, style))
  return `{${[...(control === '' ? [] : [control]), ...members].join(',')}}`
}
