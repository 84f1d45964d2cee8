import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { Readable } from 'node:stream'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { ODataError } from '../odata/error.ts'
import type { ODataRequest, ODataResponse } from '../odata/message.ts'
import type { RequestIds } from '../service/context.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { originOf, pathOf } from './origin.ts'
import { refusalOf } from './refusal.ts'
import { idsOf } from './request-ids.ts'
import { writeResponse } from './write-response.ts'

/** What the web layer is given: the protocol behind it, and its own limits. */
export interface ServerOptions {
  readonly handle: (request: ODataRequest, ids: RequestIds) => Promise<ODataResponse>
  /** Writes an error that arose before `handle` could be called. */
  readonly refuse: (error: unknown, request: Pick<ODataRequest, 'headers'>, ids: RequestIds) => ODataResponse
  /** Takes requests at other addresses than the protocol's: health, metrics, the development issuer. True when it took this one. */
  readonly intercept: (request: IncomingMessage, response: ServerResponse) => boolean
  readonly finished: (
    request: Pick<ODataRequest, 'method' | 'target'>,
    response: ODataResponse,
    ids: RequestIds,
    milliseconds: number,
  ) => void
  readonly newId: () => string
  readonly publicUrl: string | undefined
  /** Addresses or networks of proxies whose `X-Forwarded-*` is believed. */
  readonly trustedProxies: readonly string[]
  readonly maxBodyBytes: number
  readonly maxUrlLength: number
  readonly certificate?: { readonly key: string; readonly cert: string }
}

/** Bytes that the headers of a request may have, its URL among them. */
const maxHeaderSize = 65_536

/** How long the whole of a request may take to arrive (milliseconds): a slow sender does not hold a connection for ever. */
const requestTimeout = 60_000

/**
 * Bytes in, bytes out. There is one route, for the OData parser is the router: the framework reads bodies, keeps limits and drains connections,
 * and whatever it refuses is answered in our error shape.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const { certificate, trustedProxies, maxBodyBytes, intercept } = options
  const server = fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // The router need not look at the address: it can neither misread nor refuse it.
    rewriteUrl: () => '/',
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, options),
    serverFactory(handler) {
      const listener = (request: IncomingMessage, response: ServerResponse) => {
        if (!intercept(request, response)) handler(request, response)
      }
      const settings = { maxHeaderSize, requestTimeout, requireHostHeader: false, optimizeEmptyRequests: true }
      const created = certificate ? createHttpsServer({ ...settings, ...certificate }, listener) : createHttpServer(settings, listener)
      created.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
        const error = new ODataError('ExpectationFailed', 'The only expectation that can be met is 100-continue.')
        writeResponse(response, options.refuse(error, request as Pick<ODataRequest, 'headers'>, idsOf(request, options.newId)), true)
      })
      return created
    },
  })
  server.removeAllContentTypeParsers()
  // By its own name it is found at once, by the star after the header was read once more.
  for (const contentType of ['application/json', '*'])
    server.addContentTypeParser(contentType, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  // A request that announces no body has a stream that has ended before anyone listens: who names a type nevertheless would wait for ever.
  server.addHook('preParsing', (_request, _reply, payload, done) => done(null, payload.readableEnded ? Readable.from([]) : payload))

  let closing = false
  server.addHook('preClose', async () => {
    closing = true
  })
  const respond = async (request: FastifyRequest, reply: FastifyReply, write: typeof answer, close: boolean) => {
    // The answer is written as it is: the framework adds nothing to it.
    reply.hijack()
    const start = performance.now()
    const ids = idsOf(request.raw, options.newId)
    const response = await write(request, ids, options)
    options.finished({ method: request.method, target: request.originalUrl }, response, ids, performance.now() - start)
    writeResponse(reply.raw, response, close || closing)
  }
  server.route({ method: server.supportedMethods, url: '/', handler: (request, reply) => respond(request, reply, answer, false) })
  server.setNotFoundHandler((request, reply) => respond(request, reply, answer, false))
  // What the framework refused it did not read to the end: the connection cannot be used again.
  server.setErrorHandler((error, request, reply) => respond(request, reply, answerRefused(error), true))
  return server
}

/** What the framework refused before our handler. A method that nobody takes is 405, whatever the framework has against its body. */
function answerRefused(error: unknown): typeof answer {
  return (request, ids, options) => {
    if (!bodyMethods.has(request.method)) return answer(request, ids, options)
    return options.refuse(refusalOf(error), { headers: request.headers as ODataRequest['headers'] }, ids)
  }
}

const bodyMethods: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

function answer(request: FastifyRequest, ids: RequestIds, options: ServerOptions): Promise<ODataResponse> | ODataResponse {
  const headers = request.headers as ODataRequest['headers']
  try {
    const target = pathOf(request.originalUrl)
    if (target.length > options.maxUrlLength)
      throw new ODataError('UriTooLong', `The request target is longer than ${options.maxUrlLength} characters.`)
    const origin = options.publicUrl ?? originOf(request)
    const body = request.body instanceof Uint8Array ? { body: request.body } : {}
    return options.handle({ method: request.method, target, headers, origin, ...body }, ids)
  } catch (error) {
    return options.refuse(error, { headers }, ids)
  }
}
