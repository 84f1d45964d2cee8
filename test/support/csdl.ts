import assert from 'node:assert/strict'
import type { XmlElement } from './xml.ts'

export type Json = string | number | boolean | Json[] | { [name: string]: Json }
export type Members = { [name: string]: Json }

/** A CSDL XML document as the CSDL JSON that says the same, for the constructs that ours has. Throws on any other. */
export function csdlJsonOf(edmx: XmlElement): Members {
  assert.equal(edmx.name, 'edmx:Edmx')
  assert.equal(edmx.attributes['xmlns:edmx'], 'http://docs.oasis-open.org/odata/ns/edmx')
  const document: Members = { $Version: '4.01' }
  const references: Members = {}
  for (const child of edmx.children) {
    if (child.name === 'edmx:Reference') {
      const include = child.children.map(({ attributes }) => ({ $Namespace: need(attributes.Namespace), $Alias: need(attributes.Alias) }))
      references[need(child.attributes.Uri).replace(/\.xml$/, '.json')] = { $Include: include }
      continue
    }
    assert.equal(child.name, 'edmx:DataServices')
    for (const schema of child.children) {
      assert.equal(schema.attributes.xmlns, 'http://docs.oasis-open.org/odata/ns/edm')
      const namespace = need(schema.attributes.Namespace)
      once(document, namespace, schemaOf(schema))
      const container = schema.children.find(({ name }) => name === 'EntityContainer')
      if (container) document.$EntityContainer = `${namespace}.${need(container.attributes.Name)}`
    }
  }
  for (const { name, attributes, children } of edmx.children.flatMap((child) => child.children).flatMap((schema) => schema.children)) {
    if (name !== 'Annotations') continue
    const target = targetOf(document, need(attributes.Target))
    for (const annotation of children) annotate(target, '', annotation)
  }
  return { ...document, $Reference: references }
}

function schemaOf(schema: XmlElement): Members {
  const members: Members = {}
  for (const child of schema.children) {
    const name = child.attributes.Name ?? ''
    if (child.name === 'EntityType') once(members, name, structured(child, 'EntityType', 'Property', propertyOf))
    else if (child.name === 'EntityContainer') once(members, name, structured(child, 'EntityContainer', 'EntitySet', entitySetOf))
    else if (child.name === 'Function') members[name] = [...((members[name] as Json[] | undefined) ?? []), functionOf(child)]
    else if (child.name !== 'Annotations') annotate(members, '', child)
  }
  return members
}

/** What `Namespace.Element` or `Namespace.Element/Child` names. */
function targetOf(document: Members, target: string): Members {
  const namespace = Object.keys(document).find((name) => target.startsWith(`${name}.`)) ?? ''
  let element = document[namespace] as Members
  for (const name of target.slice(namespace.length + 1).split('/')) {
    assert.ok(element && name in element, `${target} does not resolve`)
    element = element[name] as Members
  }
  return element
}

function structured(element: XmlElement, kind: string, childName: string, read: (child: XmlElement) => Members): Members {
  const members: Members = { $Kind: kind }
  for (const child of element.children) {
    if (child.name === 'Key') members.$Key = child.children.map(({ attributes }) => need(attributes.Name))
    else if (child.name === childName) once(members, need(child.attributes.Name), read(child))
    else annotate(members, '', child)
  }
  return members
}

function propertyOf({ attributes, children }: XmlElement): Members {
  const { Name: _, Type, Nullable, MaxLength, Precision, DefaultValue, ...others } = attributes
  assert.deepEqual(others, {})
  const members: Members = {}
  if (Type !== 'Edm.String') members.$Type = need(Type)
  if (Nullable !== 'false') members.$Nullable = true
  if (MaxLength !== undefined) members.$MaxLength = Number(MaxLength)
  if (Precision !== undefined) members.$Precision = Number(Precision)
  if (DefaultValue !== undefined) members.$DefaultValue = DefaultValue === 'true'
  for (const child of children) annotate(members, '', child)
  return members
}

function entitySetOf({ attributes, children }: XmlElement): Members {
  const members: Members = { $Collection: true, $Type: need(attributes.EntityType) }
  for (const child of children) annotate(members, '', child)
  return members
}

function functionOf({ attributes, children }: XmlElement): Members {
  assert.equal(attributes.IsBound, 'true')
  const members: Members = { $Kind: 'Function', $IsBound: true }
  for (const child of children) {
    const type = { $Collection: true, $Type: /^Collection\((.*)\)$/.exec(child.attributes.Type ?? '')?.[1] ?? '' }
    if (child.name === 'Parameter') members.$Parameter = [{ $Name: need(child.attributes.Name), ...type }]
    else if (child.name === 'ReturnType') members.$ReturnType = type
    else annotate(members, '', child)
  }
  return members
}

function annotate(members: Members, prefix: string, annotation: XmlElement): void {
  assert.equal(annotation.name, 'Annotation')
  const name = `${prefix}@${need(annotation.attributes.Term)}`
  once(members, name, valueOfElement(annotation))
  for (const nested of annotation.children) if (nested.name === 'Annotation') annotate(members, name, nested)
}

/** The value of an `Annotation` or a `PropertyValue`: an attribute or one child element. */
function valueOfElement({ attributes, children }: XmlElement): Json {
  const { Term: _term, Property: _property, ...notations } = attributes
  const values = [
    ...Object.entries(notations).map(([notation, text]) => constant(notation, text)),
    ...children.filter(({ name }) => name !== 'Annotation').map(expression),
  ]
  assert.equal(values.length, 1, 'one value')
  return values[0] ?? ''
}

function expression(element: XmlElement): Json {
  if (element.name === 'Collection') return element.children.map(expression)
  if (element.name !== 'Record') return constant(element.name, element.text)
  return Object.fromEntries(element.children.map((value) => [need(value.attributes.Property), valueOfElement(value)]))
}

function constant(notation: string, text: string): Json {
  if (notation === 'String' || notation === 'PropertyPath') return text
  if (notation === 'Bool') return text === 'true'
  if (notation === 'Int') return Number(text)
  assert.equal(notation, 'EnumMember')
  return text
    .split(' ')
    .map((member) => need(member.split('/')[1]))
    .join(',')
}

function once(members: Members, name: string, value: Json): void {
  assert.ok(!(name in members), `${name} twice`)
  members[name] = value
}

function need(value: string | undefined): string {
  assert.ok(value !== undefined)
  return value
}
