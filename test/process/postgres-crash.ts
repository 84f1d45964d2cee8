import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cluster } from '../support/cluster.ts'
import { customerBody } from '../support/customer.ts'
import { ask } from '../support/databases.ts'
import { runCommand, type ServedProcess, serveProcess } from '../support/process.ts'
import { Replica } from '../support/replica.ts'

/** What a client knows of one customer: what was acknowledged last, and what a request would have made of which nobody knows the outcome. */
interface Known {
  acknowledged: string
  pending: string | undefined
}

export interface CrashTally {
  readonly acknowledged: number
  readonly refused: number
  readonly rounds: number
}

/**
 * Rounds in which a PostgreSQL under load crashes, freezes or is killed, and comes back. Two servers go on by themselves each time: every write that was acknowledged is there,
 * none is there twice, what was refused with 503 has happened whole or not at all, and a replica that follows delta all the while equals the table.
 */
export async function postgresCrashRounds(
  cluster: Cluster,
  data: string,
  rounds: readonly ('immediate' | 'kill' | 'freeze')[],
  writers: number,
): Promise<CrashTally> {
  const args = ['--https-port', '0', '--database-url', cluster.url, '--database-connections', '9']
  const servers = [await serveProcess(data, args), await serveProcess(data, args)]
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const known = new Map<string, Known>()
  let [acknowledged, refused, made] = [0, 0, 0]
  const send = async (server: ServedProcess, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}/beta/Customers${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    assert.ok(response.status < 500 || response.status === 503, `${method} ${path}: ${response.status} ${text}`)
    if (response.status === 503) assert.ok(Number(response.headers.get('retry-after')) > 0)
    return { status: response.status, text }
  }
  const replica: Replica = new Replica((target) =>
    send(servers[replica.pages % 2] ?? assert.fail(), 'GET', target.replace('/beta/Customers', '')),
  )
  const write = async (server: ServedProcess, id: string, next: string, method: string, path: string, body?: unknown) => {
    const state = known.get(id) ?? { acknowledged: 'absent', pending: undefined }
    known.set(id, { ...state, pending: next })
    const { status, text } = await send(server, method, path, body)
    if (status === 503) {
      refused++
      return false
    }
    assert.ok(status < 300, `${method} ${path}: ${status} ${text}`)
    acknowledged++
    known.set(id, { acknowledged: next, pending: undefined })
    return true
  }
  for (const [round, how] of rounds.entries()) {
    let running = true
    const writing = Array.from({ length: writers }, async (_, i) => {
      const server = servers[i % servers.length] ?? assert.fail()
      while (running) {
        const id = `r${round}-${++made}`
        const path = `('${id}')`
        if (!(await write(server, id, 'first', 'POST', '', customerBody({ id, azureTenantId: id, displayName: 'first' })))) await pause(50)
        else if (!(await write(server, id, 'second', 'PATCH', path, { displayName: 'second' }))) await pause(50)
        else if (made % 3 === 0) await write(server, id, 'absent', 'DELETE', path)
      }
    })
    const following = (async () => {
      while (running) if ((await replica.follow()) === 'away') await pause(50)
    })()
    await pause(400 + 300 * Math.random())
    if (how === 'freeze') {
      cluster.process().kill('SIGSTOP')
      await pause(1_500)
      cluster.process().kill('SIGCONT')
    } else {
      await cluster.crash(how)
      await pause(200)
      await cluster.start()
    }
    for (const { url } of servers) await waitUntilReady(url)
    await pause(300)
    running = false
    await Promise.all([...writing, following])
    await check(round)
  }
  for (const server of servers) assert.equal(await server.end('SIGTERM'), 0)
  return { acknowledged, refused, rounds: rounds.length }

  async function check(round: number): Promise<void> {
    const rows = await ask(cluster.url, 'select id, display_name, version from customers where not is_deleted')
    const found = new Map(rows.map(({ id, display_name }) => [String(id), String(display_name)]))
    assert.equal(found.size, rows.length)
    for (const [id, { acknowledged: sure, pending }] of known) {
      const actual = found.get(id) ?? 'absent'
      assert.ok(actual === sure || actual === pending, `round ${round}: ${id} is ${actual}, known was ${sure}, ${pending}`)
      known.set(id, { acknowledged: actual, pending: undefined })
    }
    for (const id of found.keys()) assert.ok(known.has(id), `nobody asked for ${id}`)
    // The round under way, and one more.
    await replica.round()
    await replica.round()
    const copied = replica.sorted().map(({ id, displayName }) => [id, displayName])
    const table = [...found].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    assert.deepEqual(copied, table, 'what was followed by delta through it all equals the table')
    const [log] = await ask(cluster.url, 'select count(*) as changes, count(distinct version) as versions from changes')
    assert.equal(log?.changes, log?.versions)
    const doubled = await ask(cluster.url, "select id, kind from changes where kind <> 'updated' group by id, kind having count(*) > 1")
    assert.deepEqual(doubled, [])
    const last = await ask(
      cluster.url,
      'select c.id from customers c where c.version <> (select max(version) from changes l where l.managing_tenant_id = c.managing_tenant_id and l.id = c.id)',
    )
    assert.deepEqual(last, [])
  }
}

async function waitUntilReady(url: string): Promise<void> {
  for (let left = 300; ; left--) {
    if ((await fetch(`${url}/readyz`)).status === 200) return
    assert.ok(left > 0, 'the server does not become ready again')
    await pause(100)
  }
}
