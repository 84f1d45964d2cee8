// What others feel while someone asks the worst that is allowed: see README.md.
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { fill, headersFor } from './load.ts'
import { startTenantry, type Target } from './targets.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    seconds: { type: 'string', default: '8' },
    askers: { type: 'string', default: '4' },
  },
})

/** No index serves it, every row is looked at, and a pattern is run on each. */
const worst = `$filter=${encodeURIComponent("matchesPattern(concat(concat(displayName,domain),concat(contractId,azureTenantId)),'^(a|b|[c-z0-9])*(x+x+)+y$') or length(trim(tolower(displayName))) mod 7 eq 9")}&$orderby=${encodeURIComponent('length(concat(domain,displayName)) desc,substring(displayName,3)')}&$count=true`

interface Felt {
  readonly what: string
  readonly beside: string
  readonly 'req/s': number
  readonly 'p50 ms': number
  readonly 'p99 ms': number
  readonly 'max ms': number
}

async function feel(target: Target, ids: readonly string[], beside: string): Promise<readonly Felt[]> {
  const origin = new URL(target.url).origin
  const key = Array.from({ length: 500 }, (_, i) => ({ method: 'GET' as const, path: `/beta/Customers('${ids[(i * 397) % ids.length]}')` }))
  const felt: Felt[] = []
  for (const [what, options] of [
    ['read by key', { url: target.url, requests: key }],
    ['/healthz', { url: `${origin}/healthz` }],
    ['page of 100', { url: `${target.url}/Customers?$top=100` }],
  ] as const) {
    const { latency, requests, non2xx, errors } = await autocannon({
      connections: 8,
      duration: Number(values.seconds),
      headers: headersFor(target),
      ...options,
    } as Parameters<typeof autocannon>[0])
    if (non2xx + errors > 0) throw new Error(`${what}: ${non2xx + errors} answers were not 2xx`)
    felt.push({ what, beside, 'req/s': Math.round(requests.average), 'p50 ms': latency.p50, 'p99 ms': latency.p99, 'max ms': latency.max })
  }
  return felt
}

const target = await startTenantry()
try {
  const ids = await fill(target, Number(values.rows))
  const alone = await feel(target, ids, 'nobody')
  let asking = true
  const answers: Record<number, number> = {}
  const askers = Array.from({ length: Number(values.askers) }, async () => {
    while (asking) {
      const response = await fetch(`${target.url}/Customers?${worst}`, { headers: headersFor(target) })
      await response.text()
      answers[response.status] = (answers[response.status] ?? 0) + 1
    }
  })
  const beside = await feel(target, ids, `${values.askers} who ask the worst`)
  asking = false
  await Promise.all(askers)
  console.table([...alone, ...beside])
  console.log(`The worst query was answered with ${JSON.stringify(answers)}`)
} finally {
  await target.stop()
}
