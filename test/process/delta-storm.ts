import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { customerBody } from '../support/customer.ts'
import type { ServedProcess } from '../support/process.ts'
import { lateChanges, Replica } from '../support/replica.ts'

export interface StormTally {
  readonly writes: number
  readonly changesSeen: number
  readonly pages: number
  readonly rounds: number
}

const writers = 16
/** The page sizes of the readers. */
const readers = [5, 50, 300, 999]

/**
 * Writers create, change, delete, restore and purge the customers of one managing tenant on all servers at once, while readers follow delta links all the while.
 * Afterwards each reader's replica equals the table, and no change was seen later than in the round that its number belongs to.
 */
export async function deltaStorm(
  servers: readonly ServedProcess[],
  token: string,
  seconds: number,
  log: () => Promise<readonly { readonly version: number; readonly id: string }[]>,
): Promise<StormTally> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const send = async (n: number, method: string, target: string, body?: unknown) => {
    const url = servers[n % servers.length]?.url ?? assert.fail()
    const response = await fetch(`${url}${target}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
    return { status: response.status, text: await response.text() }
  }
  let [writes, turn] = [0, 0]
  const write = async (...args: Parameters<typeof send>) => {
    const { status, text } = await send(...args)
    assert.ok(status < 300, `${args[1]} ${args[2]}: ${status} ${text}`)
    writes++
  }
  let writing = true
  const working = Array.from({ length: writers }, async (_, w) => {
    const living: string[] = []
    for (let i = 0; writing; i++) {
      const id = `w${w}-${i}`
      await write(w + i, 'POST', '/beta/Customers', customerBody({ id, azureTenantId: id }))
      living.push(id)
      // By another server than the one that made it.
      await write(w + i + 1, 'PATCH', `/beta/Customers('${living[(i * 7) % living.length]}')`, { displayName: `changed ${i}` })
      const [gone] = i % 4 === 3 ? living.splice((i * 31) % living.length, 1) : []
      if (gone === undefined) continue
      await write(w + i, 'DELETE', `/beta/Customers('${gone}')`)
      const deleted = `/beta/directory/deletedItems/${gone}`
      if (i % 12 === 3) await write(w + i + 1, 'DELETE', deleted)
      if (i % 12 === 7) await write(w + i + 1, 'POST', `${deleted}/restore`)
      if (i % 12 === 7) living.push(gone)
    }
  })
  const following = readers.map(async (size) => {
    const replica = new Replica((target) => send(turn++, 'GET', target), `/beta/Customers/delta?$top=${size}`)
    while (writing) await replica.follow(size)
    return replica
  })
  await pause(seconds * 1000)
  writing = false
  await Promise.all(working)
  const replicas = await Promise.all(following)
  const table = await list((target) => send(0, 'GET', target))
  const changes = await log()
  for (const replica of replicas) {
    // The round under way, and one more.
    await replica.round()
    await replica.round()
    assert.deepEqual(lateChanges(replica.rounds, changes), [], 'changes that were seen late')
    assert.deepEqual(replica.sorted(), table)
  }
  assert.equal(changes.length, writes, 'every write that was acknowledged left one change, and no other')
  assert.equal(new Set(changes.map(({ version }) => version)).size, writes)
  const sum = (of: (replica: Replica) => number) => replicas.reduce((total, replica) => total + of(replica), 0)
  return {
    writes,
    changesSeen: sum(({ changes }) => changes),
    pages: sum(({ pages }) => pages),
    rounds: sum(({ rounds }) => rounds.length),
  }
}

/** All customers, in the order of their keys. */
async function list(get: (target: string) => Promise<{ readonly text: string }>): Promise<readonly unknown[]> {
  const all: unknown[] = []
  for (let next: string | undefined = '/beta/Customers?$orderby=id'; next !== undefined; ) {
    const page = JSON.parse((await get(next)).text)
    all.push(...page.value)
    next = page['@odata.nextLink']?.replace(/^https?:\/\/[^/]+/, '')
  }
  return all
}
