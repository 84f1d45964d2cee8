// How the cost grows with the rows and the partners, and memory under a mixed load: see README.md.
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openDevelopmentKeys } from '../src/auth/development/keys.ts'
import { mintDevelopmentToken } from '../src/auth/development/token.ts'
import { fillByBulk, headersFor, run, type Workload, workloads } from './load.ts'
import { cpuMilliseconds, median, residentMegabytes } from './measure.ts'
import { startTenantry, type Target } from './targets.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000,1000000' },
    partners: { type: 'string', default: '1,1000' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    /** Minutes of mixed load at the end of each run, with the memory told every minute. */
    minutes: { type: 'string', default: '0' },
  },
})

/** Fifty rows by an index, with an order and a count: as many whatever the number of rows. */
const filter: Workload = (target) => ({
  url: `${target.url}/Customers?$filter=${encodeURIComponent("startswith(displayName,'Group 7 ')")}&$orderby=displayName&$top=50&$count=true`,
})
const measured: Readonly<Record<string, Workload>> = {
  get: workloads.get as Workload,
  page: workloads.page as Workload,
  filter,
  update: workloads.update as Workload,
  create: workloads.create as Workload,
  count: (target) => ({ url: `${target.url}/Customers/$count` }),
  'groupby one': (target) => ({
    url: `${target.url}/Customers?$apply=${encodeURIComponent('groupby((onboardingStatus),aggregate($count as n))')}`,
  }),
}

const table: Record<string, string | number>[] = []
for (const partners of values.partners.split(',').map(Number)) {
  for (const rows of values.rows.split(',').map(Number)) {
    if (partners > rows) continue
    const target = await startTenantry()
    try {
      const { tenants, ids } = await fillPartners(target, rows, partners)
      for (const [name, workload] of Object.entries(measured)) await measure(name, workload, tenants[0] ?? target, ids, rows, partners)
      if (Number(values.minutes) > 0) await mix(tenants[0] ?? target, ids, rows)
    } finally {
      await target.stop()
    }
  }
}
console.table(table)

/** The rows, shared out among the partners; the ids are those of the first. */
async function fillPartners(target: Awaited<ReturnType<typeof startTenantry>>, rows: number, partners: number) {
  const folder = target.settings[1] ?? mkdtempSync('bench')
  const keys = await openDevelopmentKeys(join(folder, 'development'))
  const origin = new URL(target.url).origin
  const tenants: Target[] = []
  for (let i = 0; i < partners; i++) {
    const options = {
      origin,
      audience: 'api://tenantry',
      tenantId: `partner-${i}`,
      permissions: ['Customer.ReadWrite.All'],
      delegated: false,
      now: Date.now,
    }
    tenants.push({ ...target, token: await mintDevelopmentToken(keys, options) })
  }
  let ids: readonly string[] = []
  for (const [i, tenant] of tenants.entries()) {
    const made = await fillByBulk(tenant, Math.ceil(rows / partners))
    if (i === 0) ids = made
  }
  await sleep(2_000)
  return { tenants, ids }
}

async function measure(name: string, workload: Workload, target: Target, ids: readonly string[], rows: number, partners: number) {
  const cpus: number[] = []
  let p99 = 0
  // What the workload before has left, and code that has not run yet, is none of this one's cost.
  await run(target, ids, workload, 32, 1)
  for (let round = 0; round < Number(values.rounds); round++) {
    const before = cpuMilliseconds(target.pid)
    const load = await run(target, ids, workload, 32, Number(values.seconds))
    if (load.failures > 0) throw new Error(`${load.failures} answers of ${name} were not 2xx`)
    cpus.push(((cpuMilliseconds(target.pid) - before) / load.answers) * 1000)
    p99 = load.p99
  }
  table.push({
    workload: name,
    partners,
    rows,
    'CPU ms/1000': Math.round(median(cpus)),
    'p99 ms': p99,
    MB: Math.round(residentMegabytes(target.pid)),
  })
}

/** Reads, pages, filters, searches and writes beside each other, some hundreds a second. */
async function mix(target: Target, ids: readonly string[], rows: number) {
  const end = Date.now() + Number(values.minutes) * 60_000
  const url = target.url
  const headers = headersFor(target)
  const any = () => ids[Math.floor(Math.random() * ids.length)] ?? ''
  const asks: readonly (() => Promise<Response>)[] = [
    () => fetch(`${url}/Customers('${any()}')`, { headers }),
    () => fetch(`${url}/Customers?$top=100`, { headers }),
    () =>
      fetch(`${url}/Customers?$filter=${encodeURIComponent(`startswith(displayName,'Group ${any().charCodeAt(0)} ')`)}&$count=true`, {
        headers,
      }),
    () => fetch(`${url}/Customers?$search=${encodeURIComponent(`"${any().slice(0, 8)}"`)}`, { headers }),
    () => fetch(`${url}/Customers('${any()}')`, { method: 'PATCH', headers, body: '{"onboardingStatus":3}' }),
  ]
  const asker = async (i: number) => {
    for (let n = i; Date.now() < end; n++) {
      const response = await asks[n % asks.length]?.()
      await response?.text()
      await sleep(10)
      if (response && !response.ok) throw new Error(`The mixed load got ${response.status}`)
    }
  }
  const askers = Promise.all(Array.from({ length: 8 }, (_, i) => asker(i)))
  for (let minute = 0; Date.now() < end; minute++) {
    console.log(`${rows} rows, minute ${minute} of mixed load: ${Math.round(residentMegabytes(target.pid))} MB`)
    await sleep(Math.min(60_000, Math.max(0, end - Date.now())))
  }
  await askers
}
