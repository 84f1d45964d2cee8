import { ODataError } from '../error.ts'

/** Refuses a body that is not JSON in UTF-8. A missing `Content-Type` is taken as JSON: Graph's PowerShell sends none with PATCH. */
export function requireJson(contentType: string | undefined, contentEncoding: string | undefined): void {
  requireIdentity(contentEncoding)
  if (contentType === undefined || contentType === 'application/json') return
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  if (type.trim() !== 'application/json') {
    throw new ODataError('UnsupportedMediaType', 'The body must be application/json.', { target: 'Content-Type' })
  }
  requireUtf8(parameters)
}

/** Refuses a raw value that is not text in UTF-8. A missing `Content-Type` is taken as text. */
export function requireText(contentType: string | undefined, contentEncoding: string | undefined): void {
  requireIdentity(contentEncoding)
  const [type = '', ...parameters] = (contentType ?? 'text/plain').toLowerCase().split(';')
  if (type.trim() !== 'text/plain')
    throw new ODataError('UnsupportedMediaType', 'A raw value must be text/plain.', { target: 'Content-Type' })
  requireUtf8(parameters)
}

function requireIdentity(contentEncoding: string | undefined): void {
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity') {
    throw new ODataError('UnsupportedMediaType', 'A compressed body is not read: send it without Content-Encoding.', {
      target: 'Content-Encoding',
    })
  }
}

function requireUtf8(parameters: readonly string[]): void {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=').map((half) => half.trim().replaceAll('"', ''))
    if (name === 'charset' && value !== 'utf-8' && value !== 'utf8') {
      throw new ODataError('UnsupportedMediaType', 'The body must be in UTF-8.', { target: 'Content-Type' })
    }
  }
}
