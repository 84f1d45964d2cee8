import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type Connection, childrenOf, connectTo, isAlive, socketsOf } from '../support/connections.ts'
import { customerBody } from '../support/customer.ts'
import { runCommand, type ServedProcess, serveProcess } from '../support/process.ts'

/** A service of two processes, with connections that are spread over both. */
export interface Pair {
  readonly service: ServedProcess
  readonly headers: Readonly<Record<string, string>>
  readonly connections: readonly Connection[]
  readonly close: () => Promise<number | null>
}

export async function startPair(data: string, connections: number, more: readonly string[] = []): Promise<Pair> {
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const service = await serveProcess(data, ['--https-port', '0', '--processes', '2', ...more])
  const opened = Array.from({ length: connections }, () => connectTo(service.url, headers))
  const before = childrenOf(service.child.pid).map(socketsOf)
  for (const { send } of opened) assert.equal((await send('GET', '/healthz')).status, 200)
  const after = childrenOf(service.child.pid).map(socketsOf)
  assert.equal(after.length, 2)
  assert.ok(
    after.every((count, i) => count > (before[i] ?? 0)),
    `both processes have connections: ${before} before, ${after} after`,
  )
  return {
    service,
    headers,
    connections: opened,
    close() {
      for (const connection of opened) connection.close()
      return service.end('SIGTERM')
    },
  }
}

/** Each write is seen at once by a read on any other connection. */
export async function readOwnWrites(connections: readonly Connection[], rounds: number): Promise<void> {
  const other = (i: number) => connections[(i + 1) % connections.length] ?? assert.fail()
  await Promise.all(
    connections.map(async (connection, i) => {
      for (let round = 0; round < rounds; round++) {
        const path = `/beta/Customers('own-${i}-${round}')`
        const body = customerBody({ id: `own-${i}-${round}` })
        assert.equal((await connection.send('POST', '/beta/Customers', { body })).status, 201)
        const created = await other(i).send('GET', path)
        assert.equal(created.status, 200, created.text)
        const update = await other(i).send('PATCH', path, {
          headers: { 'if-match': String(created.headers.etag), prefer: 'return=minimal' },
          body: { displayName: `${round}` },
        })
        assert.equal(update.status, 204, update.text)
        const updated = await connection.send('GET', path)
        assert.equal(JSON.parse(updated.text).displayName, `${round}`)
        assert.equal(updated.headers.etag, update.headers.etag)
        const page = await other(i + 1).send('GET', `/beta/Customers?$filter=id eq 'own-${i}-${round}'&$count=true`.replaceAll(' ', '%20'))
        assert.equal(JSON.parse(page.text)['@odata.count'], 1)
      }
    }),
  )
}

/** An access key that one process has made is good on all at once. */
export async function useKey(connections: readonly Connection[]): Promise<void> {
  const [first = assert.fail()] = connections
  const made = await first.send('POST', '/beta/accessKeys', { body: { displayName: 'feed' } })
  assert.equal(made.status, 201, made.text)
  const { id, secretText } = JSON.parse(made.text)
  const headers = { authorization: `Basic ${Buffer.from(`feed:${secretText}`).toString('base64')}` }
  for (const { send } of connections) assert.equal((await send('GET', '/beta/Customers?$top=1', { headers })).status, 200)
  assert.equal((await first.send('DELETE', `/beta/accessKeys/${id}`)).status, 204)
  for (const { send } of connections) assert.ok(!(await send('GET', '/beta/accessKeys')).text.includes(id))
}

/** Of updates that all go by one ETag, one happens. */
export async function updateOnce(connections: readonly Connection[], updates: number): Promise<void> {
  const [first] = connections
  assert.ok(first)
  const created = await first.send('POST', '/beta/Customers', { body: customerBody({ id: 'once' }) })
  const statuses = await Promise.all(
    Array.from({ length: updates }, async (_, i) => {
      const connection = connections[i % connections.length] ?? assert.fail()
      const headers = { 'if-match': String(created.headers.etag) }
      return (await connection.send('PATCH', "/beta/Customers('once')", { headers, body: { displayName: `by ${i}` } })).status
    }),
  )
  assert.deepEqual(
    statuses.toSorted(),
    [200, ...Array.from({ length: updates - 1 }, () => 412)],
    'one update happens, all others find that the entity has changed',
  )
}

/** What is known of writes: those that were acknowledged, and those of which nobody knows whether they happened. */
export interface Tally {
  readonly acknowledged: Set<string>
  readonly undecided: Set<string>
}

/** Creates on many connections, which are made anew when they break, until told to stop. */
export function createWithoutEnd(url: string, headers: Readonly<Record<string, string>>, writers: number, name: string) {
  const tally: Tally = { acknowledged: new Set(), undecided: new Set() }
  let running = true
  const done = Promise.all(
    Array.from({ length: writers }, async (_, i) => {
      for (let n = 0; running; ) {
        const connection = connectTo(url, headers)
        try {
          while (running) {
            const id = `${name}-${i}-${++n}`
            tally.undecided.add(id)
            const { status, text } = await connection.send('POST', '/beta/Customers', { body: customerBody({ id }) })
            assert.ok(status === 201 || status === 503, text)
            if (status === 201) tally.acknowledged.add(id)
            if (status !== 201) break
            tally.undecided.delete(id)
          }
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error
        }
        connection.close()
        await pause(20)
      }
    }),
  )
  return {
    tally,
    /** Waits until so many more writes are acknowledged. */
    async more(count: number) {
      const enough = tally.acknowledged.size + count
      while (tally.acknowledged.size < enough) await pause(5)
    },
    async stop() {
      running = false
      await done
    },
  }
}

/** All that was acknowledged is there, and nothing but what was asked for. */
export async function checkTally(connection: Connection, { acknowledged, undecided }: Tally, name: string): Promise<void> {
  const found = new Set<string>()
  for (let path = `/beta/Customers?$select=id&$top=999&$filter=startswith(id,'${name}')`; path; ) {
    const { status, text } = await connection.send('GET', path, { headers: { prefer: 'odata.maxpagesize=900' } })
    assert.equal(status, 200, text)
    const page = JSON.parse(text)
    for (const { id } of page.value) found.add(id)
    path = page['@odata.nextLink'] ? new URL(page['@odata.nextLink']).pathname + new URL(page['@odata.nextLink']).search : ''
  }
  const lost = [...acknowledged].filter((id) => !found.has(id))
  assert.deepEqual(lost, [])
  assert.deepEqual(
    [...found].filter((id) => !acknowledged.has(id) && !undecided.has(id)),
    [],
  )
}

export async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(10)
}

export const allDead = (pids: readonly number[]) => waitFor(() => !pids.some(isAlive))
