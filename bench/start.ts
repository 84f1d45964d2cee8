// How long after `tenantry serve` the first answer comes: see README.md.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { fillByBulk } from './load.ts'
import { median } from './measure.ts'
import { mainFile } from './targets.ts'

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '0,1000000' }, rounds: { type: 'string', default: '5' } },
})

/** A port that nobody had a moment ago: the first answer is asked for before the service has said where it is. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

const table: Record<string, string | number>[] = []
for (const rows of values.rows.split(',').map(Number)) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'))
  const port = await freePort()
  const settings = ['--data', folder, '--port', String(port), '--https-port', '0']
  const url = `http://127.0.0.1:${port}/beta`
  /** Starts the service and asks for a customer over and over; milliseconds from the start of the process to the first answer that is not a refusal. */
  const start = async (path: string, token: string) => {
    const began = performance.now()
    const child = spawn(process.execPath, [mainFile, 'serve', ...settings], { stdio: 'ignore' })
    for (;;) {
      const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } }).catch(() => undefined)
      await answer?.text()
      if (answer && answer.status < 500) return { child, milliseconds: performance.now() - began }
      await sleep(2)
    }
  }
  const stop = async (child: ReturnType<typeof spawn>) => {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  // A token is only minted for a service that has its keys.
  const first = await start('/', '')
  const token = execFileSync(process.execPath, [mainFile, 'token', ...settings], { encoding: 'utf8' }).trim()
  const [id = 'none'] = await fillByBulk({ name: 'tenantry', url, pid: first.child.pid ?? 0, token, stop: async () => undefined }, rows)
  await stop(first.child)
  const times: number[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    const { child, milliseconds } = await start(`/Customers('${id}')`, token)
    times.push(milliseconds)
    await stop(child)
  }
  table.push({
    rows,
    'ms to the first answer': Math.round(median(times)),
    least: Math.round(Math.min(...times)),
    most: Math.round(Math.max(...times)),
  })
  rmSync(folder, { recursive: true, force: true })
}
console.table(table)
