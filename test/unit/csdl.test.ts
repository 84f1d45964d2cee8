import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { CsdlOptions } from '../../src/edm/csdl.ts'
import { printCsdlJson } from '../../src/edm/csdl-json.ts'
import { printCsdlXml } from '../../src/edm/csdl-xml.ts'
import type { EntityType, Model } from '../../src/edm/entity-type.ts'
import { customerType } from '../../src/model/customer.ts'
import { model } from '../../src/model/model.ts'
import { csdlJsonOf, type Json, type Members } from '../support/csdl.ts'
import { enumTypes, recordTypes, terms } from '../support/vocabularies.ts'
import { parseXml, type XmlElement } from '../support/xml.ts'

const everything: CsdlOptions = {
  version: '4.01',
  conformanceLevel: 'Advanced',
  formats: ['application/json;odata.metadata=minimal', 'application/json;odata.metadata=full'],
  metadataFormats: ['application/xml', 'application/json'],
  keyAsSegment: true,
  querySegment: true,
  asynchronous: true,
  crossJoin: true,
  batch: true,
  batchFormats: ['application/json', 'multipart/mixed'],
  continueOnError: true,
  referencesAcrossChangeSets: true,
  etagReferences: true,
  referencesInBodies: true,
  requestConditions: true,
  filter: true,
  filterFunctions: ['eq', 'contains'],
  orderby: true,
  search: true,
  searchUnsupported: ['OR', 'group'],
  compute: true,
  apply: true,
  transformations: ['aggregate', 'filter'],
  expand: true,
  select: true,
  top: true,
  maxTop: 999,
  skip: true,
  count: true,
  delta: true,
  trackChanges: true,
  read: true,
  insert: true,
  update: true,
  replace: true,
  upsert: true,
  deltaUpdate: true,
  delete: true,
  filterSegment: true,
  typecastSegment: true,
  selectOnWrite: true,
  alternateKeys: true,
  etagRequired: true,
}

const nothing: CsdlOptions = {
  ...everything,
  ...Object.fromEntries(Object.entries(everything).flatMap(([name, value]) => (value === true ? [[name, false]] : []))),
  conformanceLevel: undefined,
  formats: [],
  metadataFormats: [],
  batchFormats: [],
  filterFunctions: [],
  searchUnsupported: [],
  transformations: [],
}

const nasty = '&amp; <b> "quoted" \'single\' ]]> tab\tline\nreturn\r null\u0000 half\ud800 \u{1f600} </Annotation><!--'
const nastyType: EntityType = {
  ...customerType,
  namespace: 'a<&">',
  name: `Type'"<>&`,
  description: nasty,
  properties: customerType.properties.map((property) => ({
    ...property,
    description: nasty,
    ...(property.type === 'Edm.String' ? { pattern: `^[<>&"']+$` } : {}),
    labels: { 0: nasty, 7: '<' },
  })),
}
const nastyModel: Model = { entitySets: [{ name: `Set<&"'>`, type: nastyType, permissions: { read: '<r>&', write: '"w"' } }] }

const documents: readonly (readonly [name: string, model: Model, options: CsdlOptions])[] = [
  ['everything on', model, everything],
  ['everything off', model, nothing],
  ['OData 4.0', model, { ...everything, version: '4.0' }],
  [
    'two sets of one type',
    { entitySets: [...model.entitySets, { name: 'Others', type: customerType, permissions: { read: 'R', write: 'W' } }] },
    everything,
  ],
  [
    'a type in the namespace of the container',
    {
      entitySets: [{ name: 'Customers', type: { ...customerType, namespace: 'microsoft.graph' }, permissions: { read: 'R', write: 'W' } }],
    },
    everything,
  ],
  ['names and texts that need escaping', nastyModel, everything],
]

for (const [name, theModel, options] of documents) {
  test(`XML and JSON say the same: ${name}`, () => {
    assert.deepEqual(csdlJsonOf(parseXml(printCsdlXml(theModel, options))), jsonOf(theModel, options))
  })

  test(`each annotation is of a referenced vocabulary, where it applies, with a value of its type: ${name}`, () => {
    const document = jsonOf(theModel, options)
    const seen = new Set<string>()
    for (const [element, kind, type] of annotated(document)) {
      for (const [member, value] of Object.entries(element)) {
        const path = member.split('@').slice(1)
        const term = path.at(-1)
        if (term === undefined) continue
        seen.add(term.slice(0, term.indexOf('.')))
        const definition = terms[term]
        assert.ok(definition, `${term} is no known term`)
        const target = path.length > 1 ? 'Annotation' : kind
        assert.ok(definition.appliesTo === '*' || definition.appliesTo.split(' ').includes(target), `${term} does not apply to ${target}`)
        check(definition.type, value, member, type)
      }
    }
    const references = Object.entries(document.$Reference as Record<string, { $Include: { $Namespace: string; $Alias: string }[] }>)
    assert.deepEqual(new Set(references.flatMap(([, { $Include }]) => $Include.map(({ $Alias }) => $Alias))), seen)
    for (const [uri, { $Include }] of references) {
      assert.equal(uri, `https://oasis-tcs.github.io/odata-vocabularies/vocabularies/${$Include[0]?.$Namespace}.json`)
      assert.equal($Include[0]?.$Namespace, `Org.OData.${$Include[0]?.$Alias}.V1`)
    }
  })
}

/** Every element that can be annotated, with its kind and the entity type that its property paths start from. */
function* annotated(document: Members): Generator<readonly [Members, string, Members]> {
  const types = new Map<string, Members>()
  const schemas = Object.entries(document).filter(([name]) => !name.startsWith('$')) as [string, Members][]
  for (const [namespace, schema] of schemas) {
    for (const [name, element] of named(schema)) if (element.$Kind === 'EntityType') types.set(`${namespace}.${name}`, element)
  }
  for (const [, schema] of schemas) {
    yield [schema, 'Schema', {}]
    for (const [, element] of named(schema)) {
      const kind = String(element.$Kind)
      yield [element, kind, element]
      if (kind === 'EntityType') for (const [, property] of named(element)) yield [property, 'Property', element]
      if (kind === 'EntityContainer') {
        for (const [, set] of named(element)) {
          const type = types.get(String(set.$Type))
          assert.ok(type, `${set.$Type} is not declared`)
          yield [set, 'EntitySet', type]
        }
      }
    }
  }
}

function named(members: Members): (readonly [string, Members])[] {
  return Object.entries(members).flatMap(([name, value]) =>
    /^[$@]/.test(name) ? [] : [value].flat().map((element) => [name, element as Members] as const),
  )
}

function check(type: string, value: Json, where: string, entityType: Members): void {
  const item = /^Collection\((.*)\)$/.exec(type)?.[1]
  if (item !== undefined) {
    assert.ok(Array.isArray(value), where)
    for (const member of value) check(item, member, where, entityType)
  } else if (type === 'Bool') assert.equal(typeof value, 'boolean', where)
  else if (type === 'String') assert.equal(typeof value, 'string', where)
  else if (type === 'PropertyPath') assert.ok(typeof value === 'string' && value in entityType, `${where}: ${value} is no property`)
  else if (enumTypes[type])
    for (const member of String(value).split(',')) assert.ok(enumTypes[type].includes(member), `${where}: ${member}`)
  else {
    const properties = recordTypes[type]
    assert.ok(properties && typeof value === 'object' && !Array.isArray(value), `${where} is of ${type}`)
    for (const [name, member] of Object.entries(value)) {
      assert.ok(properties[name], `${type} has no ${name}`)
      check(properties[name], member, `${where}/${name}`, entityType)
    }
  }
}

test('each property stands in both documents with its type and facets', () => {
  const xml = new Map(
    elements(parseXml(printCsdlXml(model, everything)), 'Property').map(({ attributes }) => [attributes.Name, attributes]),
  )
  const json = jsonOf(model, everything)['microsoft.management.services.api'] as Record<string, Record<string, Members>>
  for (const property of customerType.properties) {
    const { name, type, nullable } = property
    const maxLength = 'maxLength' in property ? property.maxLength : undefined
    const precision = type === 'Edm.DateTimeOffset' ? 6 : undefined
    const { Type, Nullable, MaxLength, Precision } = xml.get(name) ?? {}
    assert.deepEqual([Type, Nullable, MaxLength, Precision], [type, String(nullable), maxLength?.toString(), precision?.toString()], name)
    const { $Type = 'Edm.String', $Nullable = false, $MaxLength, $Precision } = json.Customer?.[name] ?? {}
    assert.deepEqual([$Type, $Nullable, $MaxLength, $Precision], [type, nullable, maxLength, precision], name)
  }
  assert.equal(xml.size, customerType.properties.length)
  assert.deepEqual(json.Customer?.$Key, ['id'])
})

test('the document carries the version of the answer in XML, and 4.01 in JSON', () => {
  for (const version of ['4.0', '4.01'] as const) {
    assert.equal(parseXml(printCsdlXml(model, { ...everything, version })).attributes.Version, version)
    assert.equal(jsonOf(model, { ...everything, version }).$Version, '4.01')
  }
})

test('what a create and an update may set is said as the declaration has it', () => {
  const customer = (jsonOf(model, everything)['microsoft.management.services.api'] as Record<string, Record<string, Members>>).Customer
  const having = (term: string) => customerType.properties.map(({ name }) => name).filter((name) => customer?.[name]?.[`@${term}`] === true)
  assert.deepEqual(having('Core.ComputedDefaultValue'), ['id', 'cosmosCreatedDateTimeUTC', 'cosmosLastModifiedDateTimeUTC'])
  assert.deepEqual(having('Core.Immutable'), ['cosmosCreatedDateTimeUTC'])
  assert.equal(customer?.isDeleted?.$DefaultValue, false)
  assert.deepEqual(ofSet(everything)['@Capabilities.UpdateRestrictions/NonUpdatableProperties'], [
    'cosmosCreatedDateTimeUTC',
    'cosmosLastModifiedDateTimeUTC',
  ])
  assert.deepEqual(
    ofSet(everything)['@Capabilities.InsertRestrictions/RequiredProperties'],
    customerType.properties.filter(({ create }) => create === 'required').map(({ name }) => name),
  )
  assert.deepEqual(ofSet(everything)['@Capabilities.ReadRestrictions/Permissions'], [
    { SchemeName: 'delegated', Scopes: [{ Scope: 'Customer.Read.All' }, { Scope: 'Customer.ReadWrite.All' }] },
    { SchemeName: 'application', Scopes: [{ Scope: 'Customer.Read.All' }, { Scope: 'Customer.ReadWrite.All' }] },
  ])
  assert.deepEqual(ofSet(everything)['@Capabilities.DeleteRestrictions/Permissions'], [
    { SchemeName: 'delegated', Scopes: [{ Scope: 'Customer.ReadWrite.All' }] },
    { SchemeName: 'application', Scopes: [{ Scope: 'Customer.ReadWrite.All' }] },
  ])
})

test('each option alone changes what is said, and changes it where it should', () => {
  // Options that refine another are tried beside it.
  const base: Partial<Record<keyof CsdlOptions, Partial<CsdlOptions>>> = {
    batchFormats: { batch: true },
    continueOnError: { batch: true },
    referencesAcrossChangeSets: { batch: true },
    etagReferences: { batch: true },
    referencesInBodies: { batch: true },
    requestConditions: { batch: true },
    filterFunctions: { filter: true },
    searchUnsupported: { search: true },
    transformations: { apply: true },
    maxTop: { top: true },
    upsert: { update: true },
    deltaUpdate: { update: true },
    selectOnWrite: { insert: true },
    filterSegment: { delete: true },
  }
  const where: Readonly<Record<keyof CsdlOptions, string>> = {
    version: '',
    conformanceLevel: 'Capabilities.ConformanceLevel',
    formats: 'Capabilities.SupportedFormats',
    metadataFormats: 'Capabilities.SupportedMetadataFormats',
    keyAsSegment: 'Capabilities.KeyAsSegmentSupported',
    querySegment: 'Capabilities.QuerySegmentSupported',
    asynchronous: 'Capabilities.AsynchronousRequestsSupported',
    crossJoin: 'Capabilities.CrossJoinSupported',
    batch: 'Capabilities.BatchSupported',
    batchFormats: 'Capabilities.BatchSupport/SupportedFormats',
    continueOnError: 'Capabilities.BatchSupport/ContinueOnErrorSupported',
    referencesAcrossChangeSets: 'Capabilities.BatchSupport/ReferencesAcrossChangeSetsSupported',
    etagReferences: 'Capabilities.BatchSupport/EtagReferencesSupported',
    referencesInBodies: 'Capabilities.BatchSupport/ReferencesInRequestBodiesSupported',
    requestConditions: 'Capabilities.BatchSupport/RequestDependencyConditionsSupported',
    filter: 'Capabilities.FilterRestrictions/Filterable',
    filterFunctions: 'Capabilities.FilterFunctions',
    orderby: 'Capabilities.SortRestrictions/Sortable',
    search: 'Capabilities.SearchRestrictions/Searchable',
    searchUnsupported: 'Capabilities.SearchRestrictions/UnsupportedExpressions',
    compute: 'Capabilities.ComputeSupported',
    apply: 'Aggregation.ApplySupported',
    transformations: 'Aggregation.ApplySupported/Transformations',
    expand: 'Capabilities.ExpandRestrictions/Expandable',
    select: 'Capabilities.SelectSupport/Supported',
    top: 'Capabilities.TopSupported',
    maxTop: 'Capabilities.TopSupported@Core.Description',
    skip: 'Capabilities.SkipSupported',
    count: 'Capabilities.CountRestrictions/Countable',
    delta: 'delta',
    trackChanges: 'Capabilities.ChangeTracking/Supported',
    read: 'Capabilities.ReadRestrictions/Readable',
    insert: 'Capabilities.InsertRestrictions/Insertable',
    update: 'Capabilities.UpdateRestrictions/UpdateMethod',
    replace: 'Capabilities.UpdateRestrictions/UpdateMethod',
    upsert: 'Capabilities.UpdateRestrictions/Upsertable',
    deltaUpdate: 'Capabilities.UpdateRestrictions/DeltaUpdateSupported',
    delete: 'Capabilities.DeleteRestrictions/Deletable',
    filterSegment: 'Capabilities.DeleteRestrictions/FilterSegmentSupported',
    typecastSegment: 'Capabilities.ReadRestrictions/TypecastSegmentSupported',
    selectOnWrite: 'Capabilities.InsertRestrictions/QueryOptions/SelectSupported',
    alternateKeys: 'Core.AlternateKeys',
    etagRequired: 'Core.OptimisticConcurrency',
  }
  for (const name of Object.keys(everything) as (keyof CsdlOptions)[]) {
    if (name === 'version') continue
    const off: CsdlOptions = { ...nothing, ...base[name], maxTop: 5 }
    const on: CsdlOptions = { ...off, [name]: everything[name] }
    const before = flatten(jsonOf(model, off))
    const after = flatten(jsonOf(model, on))
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path))
    assert.ok(
      changed.some((path) => path.endsWith(where[name]) || path.includes(`${where[name]}/`)),
      `${name} changes ${changed}`,
    )
    const [off4, on4] = [off, on].map((options) => csdlJsonOf(parseXml(printCsdlXml(model, options))))
    assert.notDeepEqual(off4, on4, name)
  }
})

test('the labels of a number are told as text, without excluding other numbers', () => {
  const customer = (jsonOf(model, everything)['microsoft.management.services.api'] as Record<string, Record<string, Members>>).Customer
  const description = customer?.onboardingStatus?.['@Core.LongDescription']
  assert.match(String(description), /^0 = ineligible, 1 = inProcess, .*5 = disabled\. Any other number is valid too\.$/)
  assert.equal(customer?.contractType?.['@Core.LongDescription'], undefined)
})

const xmllint = spawnSync('xmllint', ['--version']).status === 0
test('another XML reader finds the documents well-formed', { skip: xmllint ? false : 'xmllint is not installed' }, () => {
  for (const [name, theModel, options] of documents) {
    const { status, stderr } = spawnSync('xmllint', ['--noout', '-'], { input: printCsdlXml(theModel, options), encoding: 'utf8' })
    assert.equal(status, 0, `${name}: ${stderr}`)
  }
})

test('a text comes out of the XML as it went in, but for what XML cannot carry', () => {
  const [onType] = elements(parseXml(printCsdlXml(nastyModel, everything)), 'Annotations')
  assert.equal(onType?.attributes.Target, `${nastyType.namespace}.${nastyType.name}`)
  const [annotation] = onType.children
  assert.equal(annotation?.attributes.String, nasty.replace('\u0000', '\ufffd').replace('\ud800', '\ufffd'))
})

function jsonOf(theModel: Model, options: CsdlOptions): Members {
  return JSON.parse(printCsdlJson(theModel, options))
}

/** Annotations of the entity set, with the members of a record as `@Term/Member`. */
function ofSet(options: CsdlOptions): Record<string, Json> {
  const { Customers = {} } = (jsonOf(model, options)['microsoft.graph'] as Record<string, Record<string, Members>>).GraphService ?? {}
  return Object.fromEntries(
    Object.entries(Customers).flatMap(([name, value]) =>
      typeof value === 'object' ? Object.entries(value).map(([member, inner]) => [`${name}/${member}`, inner]) : [[name, value]],
    ),
  )
}

/** Leaves by path; an empty collection or record is a leaf. */
function flatten(value: Json, path = ''): Map<string, string> {
  if (typeof value !== 'object' || Object.keys(value).length === 0) return new Map([[path, JSON.stringify(value)]])
  return new Map(Object.entries(value).flatMap(([name, member]) => [...flatten(member, `${path}/${name}`)]))
}

function elements(element: XmlElement, name: string): XmlElement[] {
  return [...(element.name === name ? [element] : []), ...element.children.flatMap((child) => elements(child, name))]
}
