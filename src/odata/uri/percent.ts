import { ODataError } from '../error.ts'

/** Decodes percent-encoded UTF-8 (RFC 3986, 2.1). `+` stays as it is: OData's URLs are not form-encoded (URL Conventions 4.01, 2). */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ODataError('Request_BadRequest', 'The request URL holds a malformed percent-encoding.')
  }
}
