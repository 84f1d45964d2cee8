import type { ServerResponse } from 'node:http'
import type { ODataResponse } from '../odata/message.ts'

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
  raw.end(body)
}
