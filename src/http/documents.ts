import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** A document that is the same for everyone while the process lives. */
export interface PublicDocument {
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly etag: string
}

/** Documents by path, each printed when it is first asked for. */
export type PublicDocuments = Readonly<Record<string, () => PublicDocument>>

/** The OpenAPI description, and the page that is made from it. */
export function publicDocuments(print: { readonly openApi: () => string; readonly page: () => string }): PublicDocuments {
  return {
    // Generators and editors in a browser read it from other origins: it tells nobody's data.
    '/openapi.json': once(() => {
      const body = print.openApi()
      return { contentType: 'application/json', headers: { 'access-control-allow-origin': '*' }, body, etag: etagOf(body) }
    }),
    '/docs': once(() => {
      const body = print.page()
      return { contentType: 'text/html; charset=utf-8', headers: { 'content-security-policy': policyFor(body) }, body, etag: etagOf(body) }
    }),
  }
}

/** Nothing may be loaded or run but the page's own style (CSP 3, 2.3.1). */
function policyFor(page: string): string {
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? ''
  return `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

/** Answers a request for a public document. False for any other address or method. */
export function answerDocument(request: IncomingMessage, response: ServerResponse, documents: PublicDocuments): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const { url = '' } = request
  const question = url.indexOf('?')
  const path = question < 0 ? url : url.slice(0, question)
  const name = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  if (!Object.hasOwn(documents, name)) return false
  const document = documents[name]?.()
  if (!document) return false
  const { contentType, headers, body, etag } = document
  const common = { ...headers, etag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }
  if (request.headers['if-none-match']?.includes(etag)) response.writeHead(304, common).end()
  else response.writeHead(200, { ...common, 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) }).end(body)
  return true
}

function etagOf(body: string): string {
  return `"${hash('sha256', body, 'base64url')}"`
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
