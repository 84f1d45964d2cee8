import { errorCodes } from '../odata/error.ts'
import {
  type Content,
  isReference,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type PathItem,
  resolve,
  verbs,
} from './document.ts'
import { escapeHtml, inline, slugOf } from './html.ts'
import { printSchema, printSchemaSection, typeOf } from './print-schema.ts'
import { style } from './style.ts'

/** The description as one page for people: no script, no font, no image from anywhere. */
export function printReferencePage(document: OpenApiDocument): string {
  const { info, tags, components } = document
  const operations = tags.map(({ name, description }) => ({ name, description, entries: operationsOf(document, name) }))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(info.title)}: API reference</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<p class="brand">${escapeHtml(info.title)} <span>${escapeHtml(info.version)}</span></p>
<p>${inline(info.summary)}</p>
</header>
<nav aria-label="Contents">
${operations.map(({ name, entries }) => `<h2>${escapeHtml(name)}</h2>\n<ul>${entries.map(printLink).join('')}</ul>`).join('\n')}
<h2>More</h2>
<ul><li><a href="#authentication">Authentication</a></li><li><a href="#errors">Errors</a></li><li><a href="#schemas">Schemas</a></li></ul>
</nav>
<main id="content">
<h1>API reference</h1>
<p>${inline(info.description)}</p>
<p>Service roots: ${document.servers.map(({ url }) => `<code>${escapeHtml(url)}</code>`).join(', ')}. The same as data for tools: <a href="/openapi.json">OpenAPI</a>, <a href="/beta/$metadata">CSDL</a>.</p>
${operations.map(({ name, description, entries }) => `<section aria-labelledby="${slugOf(name)}"><h2 id="${slugOf(name)}">${escapeHtml(name)}</h2><p>${inline(description)}</p>${entries.map((entry) => printOperation(document, entry)).join('\n')}</section>`).join('\n')}
<section aria-labelledby="authentication"><h2 id="authentication">Authentication</h2>
<dl>${Object.values(components.securitySchemes)
    .map(
      (scheme) =>
        `<dt><code>${scheme.type === 'apiKey' ? `${escapeHtml(scheme.name)}: …` : `Authorization: ${scheme.scheme === 'bearer' ? 'Bearer' : 'Basic'} …`}</code></dt><dd>${inline(scheme.description)}</dd>`,
    )
    .join('')}</dl></section>
<section aria-labelledby="errors"><h2 id="errors">Errors</h2>
<p>One body for all of them: ${schemaLink('Error')}.</p>
${printTable(
  ['Code', 'Status', 'Meaning'],
  Object.entries(errorCodes).map(([code, { status, meaning }]) => [`<code>${code}</code>`, String(status), inline(meaning)]),
)}</section>
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas)
  .map(([name, schema]) => printSchemaSection(name, schema))
  .join('\n')}</section>
</main>
</body>
</html>
`
}

interface Entry {
  readonly verb: string
  readonly path: string
  readonly operation: Operation
  readonly item: PathItem
}

function operationsOf({ paths }: OpenApiDocument, tag: string): readonly Entry[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    verbs.flatMap((verb) => {
      const operation = item[verb]
      return operation?.tags.includes(tag) ? [{ verb, path, operation, item }] : []
    }),
  )
}

function printLink({ verb, operation }: Entry): string {
  return `<li><a href="#${operation.operationId}"><span class="verb ${verb}">${verb.toUpperCase()}</span> ${escapeHtml(operation.summary)}</a></li>`
}

function printOperation(document: OpenApiDocument, { verb, path, operation, item }: Entry): string {
  const { operationId, summary, description, requestBody, responses } = operation
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((parameter) =>
    resolve(document, 'parameters', parameter),
  )
  const root = (item.servers ?? document.servers)[0]?.url.replace(/\/$/, '') ?? ''
  return `<article aria-labelledby="${operationId}">
<h3 id="${operationId}">${escapeHtml(summary)}</h3>
<p class="address"><span class="verb ${verb}">${verb.toUpperCase()}</span> <code>${escapeHtml(root + path).replaceAll('/', '/<wbr>')}</code></p>
${description === undefined ? '' : `<p>${inline(description)}</p>`}
${printPermissions(operation)}
${parameters.length === 0 ? '' : `<details><summary>Parameters (${parameters.length})</summary>${printParameters(parameters)}</details>`}
${requestBody === undefined ? '' : `<h4>Body</h4>${requestBody.description === undefined ? '' : `<p>${inline(requestBody.description)}</p>`}${printContent(requestBody.content)}`}
<details><summary>Answers</summary>${printTable(
    ['Status', 'Meaning', 'Body'],
    Object.entries(responses).map(([status, response]) => {
      const { description: meaning, content } = resolve(document, 'responses', response)
      const error = isReference(response)
      return [
        error ? `<a href="#errors">${status}</a>` : `<strong>${status}</strong>`,
        inline(meaning),
        content === undefined ? '' : printTypes(content),
      ]
    }),
  )}</details>
${printExample(verb, root, path, operation)}
</article>`
}

function printPermissions({ security }: Operation): string {
  if (security === undefined) return ''
  if (security.length === 0) return '<p class="permissions">Open to everyone: no token.</p>'
  const names = [...new Set(security.flatMap((requirement) => Object.values(requirement).flat()))]
  const keys = security.some((requirement) => 'accessKey' in requirement) ? ', or an access key' : ''
  return `<p class="permissions">Takes ${names.map((name) => `<code>${escapeHtml(name)}</code>`).join(' or ')}${keys}.</p>`
}

function printParameters(parameters: readonly Parameter[]): string {
  return printTable(
    ['Name', 'In', 'Meaning'],
    parameters.map(({ name, in: place, required, description, example, schema }) => [
      `<code>${escapeHtml(name)}</code>${required ? ' <span class="required">required</span>' : ''}`,
      place,
      `${inline(description)}${example === undefined ? '' : ` <span class="example">Such as <code>${escapeHtml(String(example))}</code></span>`} <span class="type">${escapeHtml(typeOf(schema))}</span>`,
    ]),
  )
}

function printContent(content: Content): string {
  return Object.entries(content)
    .map(
      ([type, { schema, example }]) =>
        `<p><code>${escapeHtml(type)}</code>: ${printSchema(schema)}</p>${example === undefined ? '' : `<pre tabindex="0"><code>${escapeHtml(JSON.stringify(example, null, 2))}</code></pre>`}`,
    )
    .join('')
}

function printTypes(content: Content): string {
  return Object.entries(content)
    .map(([type, { schema }]) => (isReference(schema) ? printSchema(schema) : `<code>${escapeHtml(type)}</code>`))
    .join(', ')
}

/** A line for a shell: what stands in braces is the reader's. */
function printExample(verb: string, root: string, path: string, { security, requestBody }: Operation): string {
  const example = Object.values(requestBody?.content ?? {})[0]?.example
  const lines = [
    `curl -X ${verb.toUpperCase()} "$ORIGIN${root}${path.replaceAll('$', '\\$')}"`,
    ...(security?.length === 0 ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...(example === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(example)}'`]),
  ]
  return `<details><summary>With curl</summary><pre tabindex="0"><code>${escapeHtml(lines.join(' \\\n  '))}</code></pre></details>`
}

function printTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return `<div class="table" tabindex="0" role="region" aria-label="${heads.join(', ')}"><table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</tbody></table></div>`
}

function schemaLink(name: string): string {
  return `<a href="#schema-${name}">${escapeHtml(name)}</a>`
}
