// Creates on PostgreSQL with group commit and without, of one managing tenant and of sixteen: see README.md.
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import autocannon, { type Client } from 'autocannon'
import { startCluster } from '../test/support/cluster.ts'
import { workloads } from './load.ts'
import { cpuMilliseconds } from './measure.ts'
import { mainFile, startTenantry } from './targets.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '8' }, connections: { type: 'string', default: '64' } } })

const table: Record<string, string | number>[] = []
for (const grouped of [true, false]) {
  const cluster = await startCluster(['fsync=on', 'shared_buffers=512MB'])
  const target = await startTenantry(['--database-url', cluster.url, ...(grouped ? [] : ['--group-limit', '1'])])
  try {
    for (const tenants of [1, 16]) {
      const tokens = Array.from({ length: tenants }, (_, i) =>
        execFileSync(process.execPath, [mainFile, 'token', ...target.settings, '--tenant', `tenant-${i}`], { encoding: 'utf8' }).trim(),
      )
      const create = workloads.create?.(target, [])
      let client = 0
      const cpu = cpuMilliseconds(target.pid)
      const result = await autocannon({
        ...create,
        connections: Number(values.connections),
        duration: Number(values.seconds),
        setupClient(each: Client) {
          each.setHeaders({ 'content-type': 'application/json', authorization: `Bearer ${tokens[client++ % tenants]}` })
          create?.setupClient?.(each)
        },
      } as Parameters<typeof autocannon>[0])
      if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} answers were not 2xx`)
      table.push({
        'group commit': grouped ? 'on' : 'off',
        'managing tenants': tenants,
        'creates/s': Math.round(result.requests.average),
        'p50 ms': result.latency.p50,
        'p99 ms': result.latency.p99,
        'CPU ms/1000': Math.round(((cpuMilliseconds(target.pid) - cpu) / result['2xx']) * 1000),
      })
    }
  } finally {
    await target.stop()
    await cluster.remove()
  }
}
console.table(table)
