import { isReference, type Reference, type Schema } from './document.ts'
import { escapeHtml, inline } from './html.ts'

/** A schema by name, as a part of the page of its own. */
export function printSchemaSection(name: string, schema: Schema): string {
  return `<article aria-labelledby="schema-${name}"><h3 id="schema-${name}">${escapeHtml(name)}</h3>${
    schema.description === undefined ? '' : `<p>${inline(schema.description)}</p>`
  }${printProperties(schema)}</article>`
}

/** A schema where something has it: a link to its part, or its properties at once. */
export function printSchema(schema: Schema | Reference): string {
  if (isReference(schema)) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
    return `<a href="#schema-${name}">${escapeHtml(name)}</a>`
  }
  return `${escapeHtml(typeOf(schema))}${schema.properties ? printProperties(schema) : ''}`
}

function printProperties({ properties, required = [] }: Schema): string {
  if (!properties) return ''
  return `<dl>${Object.entries(properties)
    .map(([name, property]) => {
      const head = `<dt><code>${escapeHtml(name)}</code>${required.includes(name) ? ' <span class="required">required</span>' : ''}</dt>`
      if (isReference(property)) return `${head}<dd>${printSchema(property)}</dd>`
      const inner = property.items ?? property
      const nested = isReference(inner) ? ` of ${printSchema(inner)}` : printProperties(inner)
      return `${head}<dd>${inline(property.description ?? '')} <span class="type">${escapeHtml(typeOf(property))}</span>${nested}</dd>`
    })
    .join('')}</dl>`
}

/** Type and bounds in few words. */
export function typeOf(schema: Schema): string {
  const { type = 'anything', format, minLength, maxLength, pattern, enum: values, const: only, minimum, maximum } = schema
  const names = (typeof type === 'string' ? [type] : type).map((name) => (name === 'null' ? 'null' : (format ?? name))).join(' or ')
  const bounded = format === 'int32' ? undefined : rangeOf(minimum, maximum)
  const length = rangeOf(minLength, maxLength)
  return [
    names,
    ...(length === undefined ? [] : [`${length} characters`]),
    ...(bounded === undefined ? [] : [bounded]),
    ...(pattern === undefined ? [] : [pattern]),
    ...(only === undefined ? [] : [`always ${JSON.stringify(only)}`]),
    ...(values === undefined ? [] : [values.length > 8 ? `one of ${values.length}` : `one of ${values.map(String).join(', ')}`]),
  ].join(' · ')
}

function rangeOf(least: number | undefined, most: number | undefined): string | undefined {
  if (least === undefined && most === undefined) return undefined
  if (most === undefined) return `from ${least}`
  return least === most ? String(most) : `${least ?? 0} to ${most}`
}
