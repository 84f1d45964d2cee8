import { ODataError } from '../error.ts'

/** Notes what is wrong with the batch itself, and where. */
export type Fault = (target: string, message: string) => void

/** Headers whose values are lists, so that several lines of one are one list (RFC 9110, 5.3). */
const lists: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'if-match',
  'if-none-match',
  'prefer',
])

/** Reads the headers of one request of a batch: names in any case, none twice but lists where they are `lines` of HTTP. A value that is no string breaks the batch; one that no header may hold only its request. */
export function readHeaders(
  entries: readonly (readonly [string, unknown])[],
  at: string,
  fault: Fault,
  lines = false,
): { readonly headers: Readonly<Record<string, string>>; readonly fault?: ODataError } {
  const headers = new Map<string, string>()
  let wrong: ODataError | undefined
  for (const [written, value] of entries) {
    const name = written.toLowerCase()
    if (typeof value !== 'string') {
      fault(`${at}/${written.slice(0, 80)}`, 'The value of a header is a string.')
      continue
    }
    // Names and values as HTTP has them (RFC 9110, 5.1 and 5.5).
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,256}$/.test(name) || !/^[\t\x20-\x7e\x80-\uffff]*$/.test(value))
      wrong ??= new ODataError('Request_BadRequest', `The header '${written.slice(0, 80)}' is malformed.`, { target: written.slice(0, 80) })
    else if (lines && lists.has(name) && headers.has(name)) headers.set(name, `${headers.get(name)}, ${value.trim()}`)
    else if (headers.has(name))
      wrong ??= new ODataError('Request_BadRequest', `The header '${name}' is given more than once.`, { target: name })
    else headers.set(name, value.trim())
  }
  return { headers: Object.fromEntries(headers), ...(wrong ? { fault: wrong } : {}) }
}
