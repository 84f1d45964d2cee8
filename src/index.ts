import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { AccessKeys } from './auth/access-keys.ts'
import { type Authenticator, createAuthenticator } from './auth/authenticate.ts'
import { authenticateCaller } from './auth/credentials.ts'
import type { IssuerMemory } from './auth/development/issuer-memory.ts'
import { remoteIssuer } from './auth/jwks.ts'
import { type Development, openDevelopment } from './cli/development.ts'
import type { Connections } from './cli/processes/connections.ts'
import { type Certificate, readCertificate } from './cli/tls.ts'
import { type Config, isLoopback } from './config.ts'
import { answerDocument, publicDocuments } from './http/documents.ts'
import { answerHealth } from './http/health.ts'
import { createServer, type ServerOptions } from './http/server.ts'
import { accessKeyProperties } from './model/access-key.ts'
import { model } from './model/model.ts'
import { newEntityId } from './new-id.ts'
import { createLogger } from './observe/logger.ts'
import { createMetrics, type Metrics } from './observe/metrics.ts'
import type { Observer } from './observe/observation.ts'
import { ODataError } from './odata/error.ts'
import { printReference } from './reference/reference.ts'
import type { ServiceContext } from './service/context.ts'
import { handle } from './service/handle.ts'
import { errorResponse } from './service/respond.ts'
import { startRetention } from './service/retention.ts'
import { createThrottle } from './service/throttle.ts'
import { openStore } from './store/open-store.ts'
import type { SqliteWriter } from './store/sqlite/sqlite-store.ts'
import { version } from './version.ts'

export { type Config, ConfigError, readConfig } from './config.ts'

/** A service that listens. */
export interface RunningService {
  readonly httpUrl: string
  readonly httpsUrl?: string
  /** The certificate that clients must trust, when the service made its own. */
  readonly caFile?: string
  /** The development issuer, when no other is configured. */
  readonly development?: Development
  /** Lets requests under way finish, then closes the store. */
  readonly stop: () => Promise<void>
}

/** What one of several processes of a service has from the first of them, instead of its own. The upkeep of the data is that one's, too. */
export interface Shared {
  readonly writer: SqliteWriter
  readonly issuerMemory: IssuerMemory
  readonly printMetrics: (own: Metrics) => Metrics['print']
  /** Instead of listening. The ports are those that the first listens on. */
  readonly connections: Connections
}

/**
 * Puts the parts together and listens, in this process alone. Rejects when the database, a port or a certificate cannot be had.
 * `shared` is for the processes that `tenantry serve` starts.
 */
export async function startService(config: Config, shared?: Shared): Promise<RunningService> {
  const metrics = createMetrics()
  const log = createLogger(config.logLevel)
  const observe: Observer = (observation) => {
    metrics.observe(observation)
    log(observation)
  }
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 })
  const certificate = config.https ? await readCertificate(config.tls, config.dataFolder) : undefined
  const store = await openStore({ ...config, writer: shared?.writer }, model, observe)

  let authenticator: Authenticator | undefined
  let development: Development | undefined
  const accessKeys = new AccessKeys({
    store: store.accessKeys,
    permissions: new Set(model.entitySets.map(({ permissions }) => permissions.read)),
    now: Date.now,
    newId: randomUUID,
  })
  const context: ServiceContext = {
    model,
    store,
    limits: config.limits,
    authenticate(headers) {
      if (!authenticator) throw new ODataError('serviceNotAvailable', 'The service is starting.', { headers: { 'retry-after': '1' } })
      return authenticateCaller(headers, authenticator, accessKeys)
    },
    admit: config.rateLimit === undefined ? () => undefined : createThrottle(config.rateLimit, () => performance.now()),
    accessKeys: {
      properties: accessKeyProperties,
      maxDays: config.maxKeyDays,
      list: (tenantId) => accessKeys.list(tenantId),
      issue: (key) => accessKeys.issue(key),
      revoke: (tenantId, id) => accessKeys.revoke(tenantId, id),
    },
    observe,
    now: Date.now,
    newId: newEntityId,
  }
  const documents = publicDocuments(printReference(model, { version, ...config.limits }))
  const health = { ready: () => store.ready(), metrics: shared?.printMetrics(metrics) ?? metrics.print }
  const options: ServerOptions = {
    handle: (request, ids) => handle(request, ids, context),
    refuse: (error, request, ids) => errorResponse(error, request, ids, undefined, context),
    intercept: (request, response) =>
      answerHealth(request, response, health) ||
      answerDocument(request, response, documents) ||
      answerIssuer(development, request, response),
    finished: ({ method, target }, { status }, { requestId }, milliseconds) =>
      observe({ kind: 'requestFinished', requestId, method, target, status, milliseconds }),
    newId: randomUUID,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    maxBodyBytes: config.maxBodyBytes,
    maxUrlLength: config.maxUrlLength,
  }
  const servers: FastifyInstance[] = []
  const retention = shared ? undefined : startRetention(config.retention, { ...context, store })
  const stop = async () => {
    const late = setTimeout(() => {
      for (const { server } of servers) server.closeAllConnections()
      shared?.connections.end()
    }, config.drainSeconds * 1000)
    await Promise.all([...servers.map((server) => server.close()), shared?.connections.drain()])
    clearTimeout(late)
    await retention?.stop()
    await store.close()
  }
  try {
    const httpUrl = await listen(options, config.host, config.port, servers, shared)
    const httpsUrl = certificate ? await listen({ ...options, certificate }, config.host, config.httpsPort, servers, shared) : undefined
    if (config.issuers.length === 0)
      development = await openDevelopment(config, config.publicUrl ?? httpsUrl ?? httpUrl, shared?.issuerMemory)
    authenticator = createAuthenticator({
      issuers: development ? [development.trusted] : config.issuers.map((issuer) => remoteIssuer(issuer, { observe })),
      audiences: config.audiences,
      operatorTenants: config.operatorTenants,
      now: Date.now,
    })
    const made = certificate?.caFile === undefined ? {} : { caFile: certificate.caFile }
    return { httpUrl, ...(httpsUrl === undefined ? {} : { httpsUrl }), ...made, ...(development ? { development } : {}), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Listens, and gives the URL of it. https on loopback is told as `localhost`, for which the certificate is made. */
async function listen(
  options: ServerOptions & { readonly certificate?: Certificate },
  host: string,
  port: number,
  servers: FastifyInstance[],
  shared?: Pick<Shared, 'connections'>,
): Promise<string> {
  const server = createServer(options)
  servers.push(server)
  const scheme = options.certificate ? 'https' : 'http'
  if (shared) {
    await server.ready()
    shared.connections.serve(scheme, server.server)
  } else await server.listen({ host, port })
  const bound = shared ? port : (server.server.address() as AddressInfo).port
  const name = options.certificate && isLoopback(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${scheme}://${name}:${bound}`
}

function answerIssuer(development: Development | undefined, request: IncomingMessage, response: ServerResponse): boolean {
  if (!development?.issuer.matches(request.url ?? '')) return false
  void development.issuer.handle(request, response)
  return true
}
