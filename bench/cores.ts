// Requests a second of one process and of several, under a load that costs little: see README.md.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fill, headersFor, workloads } from './load.ts'
import { cpuMilliseconds, median, residentMegabytes } from './measure.ts'
import { startTenantry, type Target } from './targets.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    processes: { type: 'string', default: '2' },
    workloads: { type: 'string', default: 'get,page,filter,create,update' },
    json: { type: 'string' },
  },
})

interface Round {
  readonly perSecond: number
  /** CPU milliseconds of 1,000 requests: of the service, and of the load. */
  readonly cpu: number
  readonly loadCpu: number
  readonly memory: number
}

/** What wrk sends, as a program of it: the requests of a workload over and over, or bodies with ids that each are new. */
function programOf(target: Target, ids: readonly string[], name: string): string {
  const { url = '', method = 'GET', requests } = workloads[name]?.(target, ids) ?? {}
  const path = (text: string) => JSON.stringify(text)
  const headers = Object.entries(headersFor(target)).map(([header, value]) => `wrk.headers[${path(header)}] = ${path(value)}`)
  // A thread of wrk is a Lua of its own.
  if (name === 'create')
    return [
      ...headers,
      'local seed, n = os.time() .. "-" .. tostring({}):sub(8), 0',
      'function request()',
      '  n = n + 1',
      '  local id = seed .. "-" .. n',
      `  return wrk.format("POST", ${path(`${new URL(url).pathname}`)}, nil, [[{"id":"]] .. id .. [[","azureTenantId":"]] .. id .. [[","partnerId":"p1","contractId":"c","displayName":"Contoso","domain":"c.example","contractType":1,"countryLetterCode":"US","isOnBoardedToMTM":true,"onboardingStatus":1,"delegatedPrivilegeStatus":1}]])`,
      'end',
    ].join('\n')
  const all = requests ?? [{ method, path: new URL(url).pathname + new URL(url).search }]
  const made = all.map(
    (request) =>
      `wrk.format(${path(request.method ?? method)}, ${path(request.path ?? '')}${'body' in request && request.body ? `, nil, ${path(String(request.body))}` : ''})`,
  )
  return [
    ...headers,
    'local requests, n = {}, 0',
    `function init() requests = { ${made.join(', ')} } n = math.random(#requests) end`,
    'function request() n = n % #requests + 1 return requests[n] end',
  ].join('\n')
}

/** CPU time of the children of this process that have ended, in milliseconds. */
function endedChildren(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) * 10
}

function load(target: Target, program: string): Round {
  const folder = mkdtempSync(join(tmpdir(), 'bench-wrk-'))
  const file = join(folder, 'program.lua')
  writeFileSync(file, program)
  const before = cpuMilliseconds(target.pid)
  const mine = endedChildren()
  const text = execFileSync('wrk', ['-t', '1', '-c', values.connections, '-d', values.seconds, '-s', file, new URL(target.url).origin], {
    encoding: 'utf8',
  })
  rmSync(folder, { recursive: true })
  const answers = Number(/(\d+) requests in/.exec(text)?.[1])
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(text)
  const cpu = cpuMilliseconds(target.pid) - before
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
    cpu: (cpu / answers) * 1000,
    loadCpu: ((endedChildren() - mine) / answers) * 1000,
    memory: residentMegabytes(target.pid),
  }
}

const one = await startTenantry()
const several = { ...(await startTenantry(['--processes', values.processes])), name: `tenantry × ${values.processes}` }
try {
  const targets: readonly Target[] = [one, several]
  const ids = new Map<Target, readonly string[]>()
  for (const target of targets) ids.set(target, await fill(target, Number(values.rows)))
  const table: Record<string, string | number>[] = []
  for (const name of values.workloads.split(',')) {
    if (!workloads[name]) throw new Error(`There is no workload ${name}`)
    const rounds = new Map<Target, Round[]>(targets.map((target) => [target, []]))
    for (let round = 0; round < Number(values.rounds); round++)
      for (const [target, done] of rounds) done.push(load(target, programOf(target, ids.get(target) ?? [], name)))
    const base = median(rounds.get(one)?.map(({ perSecond }) => perSecond) ?? [])
    for (const [target, done] of rounds) {
      const of = (key: keyof Round) => median(done.map((round) => round[key]))
      const speeds = done.map(({ perSecond }) => Math.round(perSecond))
      table.push({
        workload: name,
        target: target.name,
        'req/s': Math.round(of('perSecond')),
        'min–max': `${Math.min(...speeds)}–${Math.max(...speeds)}`,
        'of one': Number((of('perSecond') / base).toFixed(2)),
        'CPU ms/1000': Math.round(of('cpu')),
        'of the load': Math.round(of('loadCpu')),
        MB: Math.round(of('memory')),
      })
    }
  }
  console.table(table)
  if (values.json) writeFileSync(values.json, `${JSON.stringify(table, null, 2)}\n`)
} finally {
  await Promise.all([one.stop(), several.stop()])
}
