import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { ODataError } from '../odata/error.ts'
import type { ServerOptions } from './server.ts'

/** Answers bytes that are no HTTP request (or too many of them) in our error shape, and ends the connection. */
export function answerBrokenRequest(
  error: Error & { readonly code?: string },
  socket: Socket,
  options: Pick<ServerOptions, 'refuse' | 'newId'>,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const requestId = options.newId()
  const { status, headers, body = '' } = options.refuse(errorOf(error.code), { headers: {} }, { requestId, clientRequestId: requestId })
  const lines = Object.entries({
    ...headers,
    date: new Date().toUTCString(),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  })
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
}

function errorOf(code: string | undefined): ODataError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ODataError('RequestHeaderFieldsTooLarge', 'The request headers are larger than the service takes.')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ODataError('RequestEntityTooLarge', 'The chunk extensions are larger than the service takes.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ODataError('RequestTimeout', 'The request did not arrive in time.')
    default:
      return new ODataError('Request_BadRequest', 'The request is not valid HTTP.')
  }
}
