import type { IncomingMessage, ServerResponse } from 'node:http'

/** What the addresses for operators ask. */
export interface Health {
  /** Resolves when the service can do its work. */
  readonly ready: () => Promise<void>
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>
}

/** Answers `/healthz` (the process lives), `/readyz` (it can work) and `/metrics` (Prometheus). False for any other address or method. */
export function answerHealth(request: IncomingMessage, response: ServerResponse, health: Health): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const write = (status: number, type: string, body: string) => {
    response.writeHead(status, { 'content-type': type, 'content-length': String(Buffer.byteLength(body)), 'cache-control': 'no-store' })
    response.end(body)
  }
  const json = (status: number, text: string) => write(status, 'application/json', JSON.stringify({ status: text }))
  switch (request.url) {
    case '/healthz':
      json(200, 'ok')
      return true
    case '/readyz':
      health.ready().then(
        () => json(200, 'ready'),
        () => json(503, 'the store does not answer'),
      )
      return true
    case '/metrics':
      health.metrics().then(
        ({ contentType, text }) => write(200, contentType, text),
        () => json(500, 'the metrics cannot be read'),
      )
      return true
    default:
      return false
  }
}
