// A thousand creates one by one, in batches of twenty and as one bulk: see README.md.
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { startCluster } from '../test/support/cluster.ts'
import { customerBody } from '../test/support/customer.ts'
import { cpuMilliseconds, median } from './measure.ts'
import { startTenantry, type Target } from './targets.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    postgres: { type: 'boolean', default: false },
  },
})
const rows = Number(values.rows)

const minimal = { prefer: 'return=minimal' }

class NotOffered extends Error {}

/** Sends requests, so many at once; one that is not 2xx fails the run. Gives what they were answered with. */
async function sendAll(target: Target, requests: readonly (readonly [method: string, path: string, body: unknown])[], atOnce: number) {
  const answers: unknown[] = []
  let next = 0
  const work = async () => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      const [method, path, body] = request
      // Of a batch each request says for itself what it prefers.
      const prefer = path === '/$batch' ? {} : minimal
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${target.token}`, ...prefer }
      const response = await fetch(target.url + path, { method, headers, body: JSON.stringify(body) })
      const text = await response.text()
      if (response.status === 501) throw new NotOffered(`${method} ${path} is not offered`)
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 200)}`)
      answers.push(text === '' ? undefined : JSON.parse(text))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return answers
}

const bodies = () => Array.from({ length: rows }, () => customerBody({ id: randomUUID() }))

/** How the rows are made. */
const ways: Readonly<Record<string, (target: Target) => Promise<void>>> = {
  'one by one': async (target) =>
    void (await sendAll(
      target,
      bodies().map((body) => ['POST', '/Customers', body]),
      1,
    )),
  [`one by one, ${values.connections} at once`]: async (target) =>
    void (await sendAll(
      target,
      bodies().map((body) => ['POST', '/Customers', body]),
      Number(values.connections),
    )),
  'batches of 20': async (target) => {
    const whole = bodies()
    const batches = Array.from({ length: Math.ceil(rows / 20) }, (_, i) => ({
      requests: whole.slice(i * 20, (i + 1) * 20).map((body, j) => ({
        id: String(j + 1),
        method: 'POST',
        url: '/Customers',
        headers: { 'content-type': 'application/json', ...minimal },
        body,
      })),
    }))
    const answers = await sendAll(
      target,
      batches.map((batch) => ['POST', '/$batch', batch]),
      1,
    )
    const failed = (answers as { readonly responses: readonly { readonly status: number }[] }[]).flatMap(({ responses }) =>
      responses.filter(({ status }) => status >= 300),
    )
    if (failed.length > 0) throw new Error(`${failed.length} requests of the batches failed`)
  },
  'one bulk': async (target) => void (await sendAll(target, [['PATCH', '/Customers', { '@context': '#$delta', value: bodies() }]], 1)),
  'one bulk over what is there': async (target) => {
    const value = bodies()
    await sendAll(target, [['PATCH', '/Customers', { value }]], 1)
    const changed = value.map(({ id }) => ({ id, displayName: 'Changed' }))
    marks.set(target, [performance.now(), cpuMilliseconds(target.pid)])
    await sendAll(target, [['PATCH', '/Customers', { value: changed }]], 1)
  },
}

/** Where a way begins to count, when that is not at its start. */
const marks = new Map<Target, readonly [time: number, cpu: number]>()

async function measure(target: Target): Promise<Record<string, string | number>[]> {
  const table: Record<string, string | number>[] = []
  for (const [way, run] of Object.entries(ways)) {
    if (!(await isOffered(run, target))) continue
    const times: number[] = []
    const cpus: number[] = []
    for (let round = 0; round < Number(values.rounds); round++) {
      marks.set(target, [performance.now(), cpuMilliseconds(target.pid)])
      await run(target)
      const [time, cpu] = marks.get(target) ?? [0, 0]
      times.push(performance.now() - time)
      cpus.push(cpuMilliseconds(target.pid) - cpu)
    }
    table.push({
      way,
      ms: Math.round(median(times)),
      least: Math.round(Math.min(...times)),
      most: Math.round(Math.max(...times)),
      'CPU ms': median(cpus),
    })
  }
  return table
}

/** A round that does not count, which tells whether the service offers the way at all. */
async function isOffered(run: (target: Target) => Promise<void>, target: Target): Promise<boolean> {
  try {
    await run(target)
    return true
  } catch (error) {
    if (error instanceof NotOffered) return false
    throw error
  }
}

const cluster = values.postgres ? await startCluster(['fsync=on', 'shared_buffers=512MB']) : undefined
const target = await startTenantry(cluster ? ['--database-url', cluster.url] : [])
try {
  console.table(await measure(target))
} finally {
  await target.stop()
  await cluster?.remove()
}
