import { printDateTimeOffset } from '../../edm/date-time-offset.ts'
import type { Entity, EntitySet, PrimitiveValue, Property } from '../../edm/entity-type.ts'
import { printValue } from '../../edm/primitives.ts'
import type { SelectedProperty } from '../bind/bound-request.ts'
import { deletedItemsUrl, entityUrl, typeUrl } from './links.ts'
import { printMember } from './write-member.ts'

/** An entity that is to be written: all properties as JSON members, or the selected ones as values. */
export interface WritableEntity {
  readonly managingTenantId: string
  readonly id: string
  readonly version: number
  readonly members?: string
  readonly values?: Entity
  /** What `$compute` has made. */
  readonly computed?: Entity
}

/** How entities of one answer are written. */
export interface EntityStyle {
  readonly root: string
  readonly entitySet: EntitySet
  readonly metadata: 'none' | 'minimal' | 'full'
  readonly select?: readonly Property[]
  /** Properties that `$compute` makes; they come last. */
  readonly computed?: readonly SelectedProperty[]
  readonly ieee754Compatible: boolean
  /** An operator's view across partners tells whose entity it is. */
  readonly showManagingTenant: boolean
  /** Deleted entities have an edit URL of their own. */
  readonly deleted?: true
}

/** The entity as a JSON object. `context` is the `@odata.context` of an entity that stands alone. */
export function printEntity(entity: WritableEntity, style: EntityStyle, context?: string): string {
  const members = printSelected(entity, style)
  const computed = style.computed
    ? style.computed.map((property) => `,${printMember(property, entity.computed ?? {}, style)}`).join('')
    : ''
  const all = members === '' ? computed.slice(1) : members + computed
  if (style.metadata === 'none') return `{${all}}`
  const control = `${context === undefined ? '' : `"@odata.context":${JSON.stringify(context)},`}${printControl(entity, style)}`
  return all === '' ? `{${control}}` : `{${control},${all}}`
}

/**
 * An entity that is gone, as Graph writes it in both versions: by its key (OData JSON 4.01, 15.3: a removed entity).
 * `changed`: it can be restored; `deleted`: it is gone for good.
 */
export function printRemoved(
  { id, removed }: { readonly id: string; readonly removed: 'changed' | 'deleted' },
  { root, entitySet, metadata }: Pick<EntityStyle, 'root' | 'entitySet' | 'metadata'>,
): string {
  const link = metadata === 'full' ? `"@odata.id":${JSON.stringify(entityUrl(root, entitySet, id))},` : ''
  return `{${link}"${entitySet.type.key}":${JSON.stringify(id)},"@removed":{"reason":"${removed}"}}`
}

/** What stands around the members of a whole entity, alike for all of a set: {@link printEntity} in parts. */
export function printFrame(entitySet: EntitySet, metadata: 'none' | 'minimal'): { open: string; middle?: string; close: string } {
  if (metadata === 'none') return { open: '{', close: '}' }
  return { open: `{"@odata.type":"${typeUrl(entitySet)}","@odata.etag":"W/\\"`, middle: '\\"",', close: '}' }
}

/** What tells which entity it is (OData JSON 4.01, 4.5). */
export function printControl(
  entity: Pick<WritableEntity, 'managingTenantId' | 'id' | 'version'>,
  style: Pick<EntityStyle, 'root' | 'entitySet' | 'metadata' | 'select' | 'showManagingTenant' | 'deleted'>,
): string {
  return (
    `"@odata.type":"${typeUrl(style.entitySet)}","@odata.etag":${printETagMember(entity.version)}` +
    `${style.metadata === 'full' ? printFull(entity, style) : ''}` +
    `${style.showManagingTenant ? `,"@tenantry.managingTenantId":${JSON.stringify(entity.managingTenantId)}` : ''}`
  )
}

/** `"W/\"7\""`: a version is digits, so nothing else needs escaping. */
function printETagMember(version: number): string {
  return `"W/\\"${version}\\""`
}

function printSelected(entity: WritableEntity, style: EntityStyle): string {
  if (entity.values) return printMembersOf(entity.values, style.select ?? style.entitySet.type.properties)
  const members = entity.members ?? ''
  if (!style.select) return members
  // A write answers with the whole entity; the text holds dates as they are printed, so they are taken over as they stand.
  const whole: Readonly<Record<string, unknown>> = JSON.parse(`{${members}}`)
  return style.select.map(({ name }) => `"${name}":${JSON.stringify(whole[name] ?? null)}`).join(',')
}

function printMembersOf(values: Entity, properties: readonly Property[]): string {
  return properties.map((property) => `"${property.name}":${printValue(property, values[property.name] ?? null)}`).join(',')
}

/** What `odata.metadata=full` adds (OData JSON 4.01, 3.1.2): links, and types that JSON does not show. */
function printFull(entity: Pick<WritableEntity, 'id'>, style: Pick<EntityStyle, 'root' | 'entitySet' | 'select' | 'deleted'>): string {
  const { root, entitySet, select } = style
  const url = entityUrl(root, entitySet, entity.id)
  const edit = style.deleted ? `${deletedItemsUrl(root, entitySet)}/${encodeURIComponent(entity.id)}` : url
  const types = (select ?? entitySet.type.properties).map(typeAnnotation).join('')
  return `,"@odata.id":${JSON.stringify(url)},"@odata.editLink":${JSON.stringify(edit)}${types}`
}

function typeAnnotation(property: Property): string {
  return property.type === 'Edm.String' || property.type === 'Edm.Boolean'
    ? ''
    : `,"${property.name}@odata.type":"#${property.type.slice('Edm.'.length)}"`
}

/** A single property (OData JSON 4.01, 11). */
export function printProperty(property: Property, value: PrimitiveValue, context: string | undefined): string {
  return `{${context === undefined ? '' : `"@odata.context":${JSON.stringify(context)},`}"value":${printValue(property, value)}}`
}

/** The raw value of a property, as `$value` gives it (Protocol 4.01, 11.2.4.1). */
export function printRawValue(property: Property, value: Exclude<PrimitiveValue, null>): string {
  return property.type === 'Edm.DateTimeOffset' ? printDateTimeOffset(String(value)) : String(value)
}
