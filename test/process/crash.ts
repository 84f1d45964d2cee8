import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { customerBody } from '../support/customer.ts'
import { runCommand, serveProcess } from '../support/process.ts'

/** What a client knows of one customer: what was acknowledged, and what was under way when the process died. */
interface Known {
  /** The last acknowledged state; undefined: never acknowledged as created. */
  acknowledged: 'absent' | 'deleted' | string
  /** The state that a request under way would have made. */
  pending: 'none' | 'deleted' | string
}

/**
 * Rounds of kill -9 at a random moment under concurrent writes. After each restart every acknowledged write is there,
 * a write that was under way has happened whole or not at all, and the change log has one row for each version.
 */
export async function crashRounds(
  data: string,
  rounds: number,
  writers: number,
  random: () => number,
): Promise<{ readonly acknowledged: number; readonly undecided: number }> {
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const known = new Map<string, Known>()
  let acknowledged = 0
  let undecided = 0
  let made = 0
  for (let round = 0; round < rounds; round++) {
    const service = await serveProcess(data)
    const check = async (id: string, state: Known) => {
      const response = await fetch(`${service.url}/beta/Customers('${id}')`, { headers })
      const found = response.status === 404 ? undefined : ((await response.json()) as { displayName: string; domain: string })
      const allowed = [state.acknowledged, ...(state.pending === 'none' ? [] : [state.pending])]
      const actual = found === undefined ? (allowed.includes('deleted') ? 'deleted' : 'absent') : found.displayName
      assert.ok(allowed.includes(actual), `round ${round}: ${id} is ${actual}, known was ${JSON.stringify(state)}`)
      // An update sets both together: half of it would tell.
      if (found) assert.equal(found.domain, `${found.displayName.replaceAll(' ', '-')}.example`)
      known.set(id, { acknowledged: actual, pending: 'none' })
    }
    // Not all at once: thousands of connections in a moment can be more than the system queues, and it resets some.
    const unchecked = [...known]
    const checker = async () => {
      for (let next = unchecked.pop(); next; next = unchecked.pop()) await check(...next)
    }
    await Promise.all(Array.from({ length: writers }, checker))

    let running = true
    const write = async (id: string, next: string, send: () => Promise<Response>) => {
      const state = known.get(id) ?? { acknowledged: 'absent', pending: 'none' }
      known.set(id, { ...state, pending: next })
      const response = await send().catch(() => undefined)
      const complete =
        response &&
        (await response
          .text()
          .then(() => true)
          .catch(() => false))
      if (!response || !complete) {
        undecided++
        return false
      }
      assert.ok(response.ok, `${response.status} for ${id}`)
      known.set(id, { acknowledged: next, pending: 'none' })
      acknowledged++
      return true
    }
    const writer = async () => {
      while (running) {
        const n = ++made
        const id = `c${n}`
        const name = (step: string) => `customer ${n} ${step}`
        const body = (step: string) => ({ displayName: name(step), domain: `${name(step).replaceAll(' ', '-')}.example` })
        const url = `${service.url}/beta/Customers`
        if (
          !(await write(id, name('a'), () =>
            fetch(url, { method: 'POST', headers, body: JSON.stringify(customerBody({ id, ...body('a') })) }),
          ))
        )
          return
        if (n % 3 === 0) continue
        if (!(await write(id, name('b'), () => fetch(`${url}('${id}')`, { method: 'PATCH', headers, body: JSON.stringify(body('b')) }))))
          return
        if (n % 3 === 1) continue
        if (!(await write(id, 'deleted', () => fetch(`${url}('${id}')`, { method: 'DELETE', headers })))) return
      }
    }
    const writing = Promise.all(Array.from({ length: writers }, writer))
    // However slow the machine is, a round has seen some writes through.
    const enough = acknowledged + 12
    await pause(30 + random() * 220)
    while (acknowledged < enough) await pause(5)
    await service.end('SIGKILL')
    running = false
    await writing
  }
  const service = await serveProcess(data)
  const count = Number(await (await fetch(`${service.url}/beta/Customers/$count`, { headers })).text())
  const certain = [...known.values()].filter(
    ({ acknowledged: state, pending }) => pending === 'none' && state !== 'deleted' && state !== 'absent',
  ).length
  const open = [...known.values()].filter(({ pending }) => pending !== 'none').length
  assert.ok(count >= certain && count <= certain + open, `${count} customers, ${certain} certain and ${open} open`)
  assert.equal(await service.end('SIGTERM'), 0)
  const database = new DatabaseSync(join(data, 'tenantry.db'), { readOnly: true })
  const torn = database
    .prepare(
      'select count(*) as n from customers c left join changes x using (managing_tenant_id, version) where x.after is not c.members or x.id is not c.id',
    )
    .get()
  const doubled = database.prepare('select count(*) - max(version) as n from changes').get()
  database.close()
  assert.equal(torn?.n, 0, 'every row is as its last change left it')
  assert.ok(Number(doubled?.n) <= 0, 'no version has two changes')
  return { acknowledged, undecided }
}
