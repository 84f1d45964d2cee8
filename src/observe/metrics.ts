import { AggregatorRegistry, Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Observer } from './observation.ts'

export interface PrintedMetrics {
  readonly contentType: string
  readonly text: string
}

/** Metrics as values, which can go to another process. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** Prometheus metrics, fed by observations. */
export interface Metrics {
  readonly observe: Observer
  readonly print: () => Promise<PrintedMetrics>
  readonly values: () => Promise<MetricValues>
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
        case 'processEnded':
        case 'processFailed':
          failures.inc({ kind: observation.kind })
          break
      }
    },
    print: () => printed(register),
    values: () => register.getMetricsAsJSON(),
  }
}

/** The metrics of several processes as those of one: counts and times are summed, delays of the event loop averaged. */
export function printSum(processes: readonly MetricValues[]): Promise<PrintedMetrics> {
  return printed(AggregatorRegistry.aggregate([...processes]))
}

/** Of the sum of several processes that which only ever grows. */
export function countedOf(processes: readonly MetricValues[]): Promise<MetricValues> {
  const counted = processes.map((values) => values.filter(({ type }) => `${type}` === 'counter' || `${type}` === 'histogram'))
  return AggregatorRegistry.aggregate(counted).getMetricsAsJSON()
}

async function printed(register: Registry): Promise<PrintedMetrics> {
  return { contentType: register.contentType, text: await register.metrics() }
}
