import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Observer } from './observation.ts'

/** Prometheus metrics, fed by observations. */
export interface Metrics {
  readonly observe: Observer
  readonly print: () => Promise<{ readonly contentType: string; readonly text: string }>
}

export function createMetrics(): Metrics {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
  const requests = new Histogram({
    name: 'tenantry_http_request_duration_seconds',
    help: 'Time to answer a request.',
    labelNames: ['method', 'status'],
    buckets,
    registers: [register],
  })
  const commits = new Histogram({
    name: 'tenantry_store_commit_duration_seconds',
    help: 'Time to make a group of writes durable.',
    buckets,
    registers: [register],
  })
  const writes = new Counter({
    name: 'tenantry_store_writes_total',
    help: 'Writes that were made durable or refused by a rule of the data.',
    registers: [register],
  })
  const retained = new Counter({
    name: 'tenantry_retention_removed_total',
    help: 'Changes and deleted customers that were removed because they were past the days that they are kept.',
    labelNames: ['what'],
    registers: [register],
  })
  const failures = new Counter({
    name: 'tenantry_failures_total',
    help: 'Failures by kind; the log has the cause of each.',
    labelNames: ['kind'],
    registers: [register],
  })
  return {
    observe(observation) {
      switch (observation.kind) {
        case 'requestFinished':
          requests.observe({ method: observation.method, status: observation.status }, observation.milliseconds / 1000)
          break
        case 'writesCommitted':
          commits.observe(observation.milliseconds / 1000)
          writes.inc(observation.writes)
          break
        case 'retained':
          retained.inc({ what: 'changes' }, observation.changes)
          retained.inc({ what: 'customers' }, observation.purged)
          break
        case 'requestFailed':
        case 'storeFailed':
        case 'keysFailed':
        case 'retentionFailed':
          failures.inc({ kind: observation.kind })
          break
      }
    },
    print: async () => ({ contentType: register.contentType, text: await register.metrics() }),
  }
}
