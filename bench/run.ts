// Side-by-side measurement: see README.md.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Cluster, startCluster } from '../test/support/cluster.ts'
import { startCap } from './cap.ts'
import { fill, headersFor, type Load, run, tryToCreate, workloads } from './load.ts'
import { cpuMilliseconds, median, residentMegabytes } from './measure.ts'
import { makeDatabase, parsePeer, startFloor, startFloorOfPostgres, startTenantry, type Target } from './targets.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
    workloads: { type: 'string', default: Object.keys(workloads).join(',') },
    peer: { type: 'string', multiple: true, default: [] },
    postgres: { type: 'boolean', default: false },
    processes: { type: 'string', multiple: true, default: [] },
    /** Leaves SAP CAP out, which npm has to bring. */
    'no-cap': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})

interface Round extends Load {
  /** CPU milliseconds for 1,000 requests. */
  readonly cpu: number
  readonly memory: number
}

/** Whether the target offers the workload at all. */
async function offers(target: Target, name: string): Promise<boolean> {
  const { url, method, requests } = workloads[name]?.(target, []) ?? {}
  // Not every service makes ids.
  if (name === 'createNew') return (await tryToCreate(target)).ok
  if (method || requests) return true
  const response = await fetch(String(url), { headers: headersFor(target) })
  await response.text()
  return response.status !== 501
}

async function measure(targets: readonly Target[]): Promise<readonly Record<string, string | number>[]> {
  const ids = new Map<Target, readonly string[]>()
  for (const target of targets) ids.set(target, await fill(target, Number(values.rows)))
  const table: Record<string, string | number>[] = []
  for (const name of values.workloads.split(',')) {
    const workload = workloads[name]
    if (!workload) throw new Error(`There is no workload ${name}`)
    const rounds = new Map<Target, Round[]>()
    for (const target of targets) if (await offers(target, name)) rounds.set(target, [])
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [target, done] of rounds) {
        const before = cpuMilliseconds(target.pid)
        const load = await run(target, ids.get(target) ?? [], workload, Number(values.connections), Number(values.seconds))
        if (load.failures > 0) throw new Error(`${target.name}: ${load.failures} answers of ${name} were not 2xx`)
        done.push({ ...load, cpu: ((cpuMilliseconds(target.pid) - before) / load.answers) * 1000, memory: residentMegabytes(target.pid) })
      }
    }
    const floor = [...rounds].find(([target]) => target.name === 'floor')?.[1]
    for (const [target, done] of rounds) {
      const of = (key: keyof Round) => median(done.map((round) => round[key]))
      const cpus = done.map(({ cpu }) => cpu)
      table.push({
        workload: name,
        target: target.name,
        'CPU ms/1000': Math.round(of('cpu')),
        'min–max': `${Math.round(Math.min(...cpus))}–${Math.round(Math.max(...cpus))}`,
        'of the floor': floor ? Number((of('cpu') / median(floor.map(({ cpu }) => cpu))).toFixed(2)) : '',
        'req/s': Math.round(of('perSecond')),
        'p50 ms': of('p50'),
        'p99 ms': of('p99'),
        MB: Math.round(of('memory')),
      })
    }
  }
  return table
}

const targets: Target[] = []
let cluster: Cluster | undefined
const stop = async () => {
  await Promise.all(targets.map((target) => target.stop()))
  await cluster?.remove()
}
process.once('SIGINT', () => void stop().then(() => process.exit(130)))
try {
  if (values.postgres) {
    cluster = await startCluster(['fsync=on', 'shared_buffers=512MB'])
    targets.push(await startFloorOfPostgres(cluster.url), await startTenantry(['--database-url', cluster.url]))
  } else {
    targets.push(await startFloor(), await startTenantry())
    const cap = values['no-cap'] ? undefined : await startCap()
    if (cap) targets.push(cap)
  }
  for (const count of values.processes) {
    const database = cluster ? ['--database-url', await makeDatabase(cluster.url, `processes_${count}`)] : []
    targets.push({ ...(await startTenantry([...database, '--processes', count])), name: `tenantry × ${count}` })
  }
  targets.push(...values.peer.map(parsePeer))
  const table = await measure(targets)
  console.table(table)
  if (values.json) writeFileSync(values.json, `${JSON.stringify(table, null, 2)}\n`)
} finally {
  await stop()
}
