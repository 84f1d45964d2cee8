import type { ServerResponse } from 'node:http'
import type { ODataResponse } from '../odata/message.ts'

/** How long a refused body is read on, unlooked at (milliseconds). */
const lingering = 2_000

/** Writes an answer as it is: no framework adds to it. `close` ends the connection after it. */
export function writeResponse(raw: ServerResponse, response: ODataResponse, close: boolean): void {
  const { status, headers, body } = response
  const length =
    body === undefined
      ? status === 204 || status === 304
        ? {}
        : { 'content-length': '0' }
      : { 'content-length': String(Buffer.byteLength(body)) }
  raw.writeHead(status, { ...headers, ...length, ...(close ? { connection: 'close' } : {}) })
  if (close && !raw.req.complete && !raw.req.readableEnded) linger(raw, body)
  else raw.end(body)
}

/** Who still sends must be able to read the answer: a connection that is closed on unread bytes is reset, and the answer lost (RFC 9112, 9.6). */
function linger(raw: ServerResponse, body: ODataResponse['body']): void {
  if (body) raw.write(body)
  const timer = setTimeout(() => raw.end(), lingering)
  raw.once('close', () => clearTimeout(timer))
  raw.req.once('end', () => raw.end()).resume()
}
