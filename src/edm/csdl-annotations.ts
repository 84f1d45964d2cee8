import type { Annotation, CsdlOptions, Expression, PropertyPath, RecordExpression } from './csdl.ts'
import type { EntitySet, EntityType, Property } from './entity-type.ts'

// Terms are used as OASIS defines them: Org.OData.Core.V1, Org.OData.Capabilities.V1, Org.OData.Validation.V1, Org.OData.Aggregation.V1.

export function annotateProperty(type: EntityType, property: Property): readonly Annotation[] {
  const { created, modified } = type.stamps
  const generated = property.create === 'optional' && [type.key, created, modified].includes(property.name)
  return [
    { term: 'Core.Description', value: text(property.description) },
    ...when(property.labels !== undefined, { term: 'Core.LongDescription', value: text(describeLabels(property.labels ?? {})) }),
    // `Core.Computed` would say that a create cannot set it either: what an update cannot set stands in `UpdateRestrictions`.
    ...when(generated, { term: 'Core.ComputedDefaultValue', value: true }),
    // The term is for properties outside the key, which never changes anyway.
    ...when(property.update === 'immutable' && property.name !== type.key, { term: 'Core.Immutable', value: true }),
    ...when(property.pattern !== undefined, { term: 'Validation.Pattern', value: text(property.pattern ?? '') }),
  ]
}

export function annotateEntityType(type: EntityType, options: CsdlOptions): readonly Annotation[] {
  const keys = type.alternateKeys.map((name) => record({ Key: [record({ Name: path(name), Alias: name })] }))
  return [
    { term: 'Core.Description', value: text(type.description) },
    ...when(options.alternateKeys && keys.length > 0, { term: 'Core.AlternateKeys', value: keys }),
  ]
}

export function annotateContainer(options: CsdlOptions): readonly Annotation[] {
  const { conformanceLevel, batch } = options
  return [
    { term: 'Core.ODataVersions', value: '4.0 4.01' },
    ...when(conformanceLevel !== undefined, {
      term: 'Capabilities.ConformanceLevel',
      value: { enumType: 'Capabilities.ConformanceLevelType', members: [conformanceLevel ?? 'Minimal'] },
    }),
    ...when(options.formats.length > 0, { term: 'Capabilities.SupportedFormats', value: options.formats }),
    ...when(options.metadataFormats.length > 0, { term: 'Capabilities.SupportedMetadataFormats', value: options.metadataFormats }),
    { term: 'Capabilities.KeyAsSegmentSupported', value: options.keyAsSegment },
    { term: 'Capabilities.QuerySegmentSupported', value: options.querySegment },
    { term: 'Capabilities.AsynchronousRequestsSupported', value: options.asynchronous },
    { term: 'Capabilities.CrossJoinSupported', value: options.crossJoin },
    { term: 'Capabilities.BatchSupported', value: batch },
    {
      term: 'Capabilities.BatchSupport',
      value: batch
        ? record({
            Supported: true,
            ContinueOnErrorSupported: options.continueOnError,
            ReferencesInRequestBodiesSupported: options.referencesInBodies,
            ReferencesAcrossChangeSetsSupported: options.referencesAcrossChangeSets,
            EtagReferencesSupported: options.etagReferences,
            RequestDependencyConditionsSupported: options.requestConditions,
            SupportedFormats: options.batchFormats,
          })
        : record({ Supported: false }),
    },
  ]
}

export function annotateEntitySet(set: EntitySet, options: CsdlOptions): readonly Annotation[] {
  return [...annotateQueries(options), ...annotateRequests(set, options)]
}

function annotateQueries(options: CsdlOptions): readonly Annotation[] {
  const { searchUnsupported, transformations } = options
  return [
    {
      term: 'Capabilities.TopSupported',
      value: options.top,
      ...(options.top ? { annotations: [{ term: 'Core.Description', value: `At most ${options.maxTop}.` }] } : {}),
    },
    { term: 'Capabilities.SkipSupported', value: options.skip },
    { term: 'Capabilities.CountRestrictions', value: record({ Countable: options.count }) },
    { term: 'Capabilities.FilterRestrictions', value: record({ Filterable: options.filter }) },
    ...when(options.filter && options.filterFunctions.length > 0, { term: 'Capabilities.FilterFunctions', value: options.filterFunctions }),
    { term: 'Capabilities.SortRestrictions', value: record({ Sortable: options.orderby }) },
    {
      term: 'Capabilities.SearchRestrictions',
      value: record({
        Searchable: options.search,
        ...(options.search && searchUnsupported.length > 0
          ? { UnsupportedExpressions: { enumType: 'Capabilities.SearchExpressions', members: searchUnsupported } }
          : {}),
      }),
    },
    { term: 'Capabilities.ComputeSupported', value: options.compute },
    ...when(options.apply, {
      term: 'Aggregation.ApplySupported',
      value: record(transformations.length > 0 ? { Transformations: transformations } : {}),
    }),
    { term: 'Capabilities.SelectSupport', value: record({ Supported: options.select }) },
    { term: 'Capabilities.ExpandRestrictions', value: record({ Expandable: options.expand }) },
    { term: 'Capabilities.ChangeTracking', value: record({ Supported: options.trackChanges }) },
  ]
}

function annotateRequests(set: EntitySet, options: CsdlOptions): readonly Annotation[] {
  const { read, write } = set.permissions
  const { properties, key } = set.type
  const writing = permissions([write])
  const onWrite = record({ SelectSupported: options.selectOnWrite })
  const segments = { FilterSegmentSupported: options.filterSegment, TypecastSegmentSupported: options.typecastSegment }
  return [
    {
      term: 'Capabilities.ReadRestrictions',
      value: record({
        Readable: options.read,
        TypecastSegmentSupported: options.typecastSegment,
        ...(options.read ? { Permissions: permissions([read, write]) } : {}),
      }),
    },
    {
      term: 'Capabilities.InsertRestrictions',
      value: options.insert
        ? record({
            Insertable: true,
            TypecastSegmentSupported: options.typecastSegment,
            RequiredProperties: properties.filter((property) => property.create === 'required').map(({ name }) => path(name)),
            QueryOptions: onWrite,
            Permissions: writing,
          })
        : record({ Insertable: false }),
    },
    {
      term: 'Capabilities.UpdateRestrictions',
      value:
        options.update || options.replace
          ? record({
              Updatable: true,
              Upsertable: options.upsert,
              DeltaUpdateSupported: options.deltaUpdate,
              UpdateMethod: {
                enumType: 'Capabilities.HttpMethod',
                members: [...(options.update ? ['PATCH'] : []), ...(options.replace ? ['PUT'] : [])],
              },
              ...segments,
              NonUpdatableProperties: properties
                .filter(({ update, name }) => update !== 'allowed' && name !== key)
                .map(({ name }) => path(name)),
              QueryOptions: onWrite,
              Permissions: writing,
            })
          : record({ Updatable: false, Upsertable: options.upsert, DeltaUpdateSupported: options.deltaUpdate }),
    },
    {
      term: 'Capabilities.DeleteRestrictions',
      value: options.delete ? record({ Deletable: true, ...segments, Permissions: writing }) : record({ Deletable: false }),
    },
    // An empty collection: the ETag is computed from no property (Core.OptimisticConcurrency).
    ...when(options.etagRequired, { term: 'Core.OptimisticConcurrency', value: [] }),
  ]
}

/** Either kind of token will do, with any of the scopes (`Capabilities.PermissionType`); the least privileged comes first. */
function permissions(scopes: readonly string[]): readonly RecordExpression[] {
  return ['delegated', 'application'].map((scheme) =>
    record({ SchemeName: scheme, Scopes: scopes.map((scope) => record({ Scope: scope })) }),
  )
}

/** `Validation.AllowedValues` would forbid all other numbers, which are valid too. */
function describeLabels(labels: Readonly<Record<number, string>>): string {
  const known = Object.entries(labels).map(([number, label]) => `${number} = ${label}`)
  return `${known.join(', ')}. Any other number is valid too.`
}

/** Text for people, less what XML 1.0 cannot carry, so that both representations say the same. */
function text(value: string): string {
  return value.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
}

function record(properties: Readonly<Record<string, Expression>>): RecordExpression {
  return { record: properties }
}

function path(name: string): PropertyPath {
  return { propertyPath: name }
}

function when(applies: boolean, annotation: Annotation): readonly Annotation[] {
  return applies ? [annotation] : []
}
