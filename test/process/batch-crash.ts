import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { customerBody } from '../support/customer.ts'
import { runCommand, serveProcess } from '../support/process.ts'

export interface BatchTally {
  /** Groups that were answered, and are whole. */
  readonly acknowledged: number
  /** Groups that were under way when the server died, and happened whole. */
  readonly unheard: number
  /** Groups of which nothing happened. */
  readonly nothing: number
}

/** Customers that each group writes: half of them are created, half renamed. */
const size = 20

/**
 * Rounds of kill -9 at a random moment while atomicity groups are written, in JSON and as change sets. Afterwards every group is there whole or not at all,
 * and every one that was answered is there whole. The database is the server's own, or the one of `databaseUrl`.
 */
export async function batchCrashRounds(
  data: string,
  rounds: number,
  writers: number,
  random: () => number,
  databaseUrl?: string,
): Promise<BatchTally> {
  const args = ['--https-port', '0', ...(databaseUrl === undefined ? [] : ['--database-url', databaseUrl, '--database-connections', '9'])]
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const authorization = `Bearer ${token}`
  let [acknowledged, unheard, nothing, made] = [0, 0, 0, 0]
  for (let round = 0; round < rounds; round++) {
    const service = await serveProcess(data, args)
    let running = true
    const groups = new Map<string, boolean>()
    const writer = async () => {
      while (running) {
        const name = `r${round}-${++made}`
        groups.set(name, false)
        const sent = made % 2 === 0 ? jsonBatch(name) : multipartBatch(name)
        const text = await fetch(`${service.url}/beta/$batch`, {
          method: 'POST',
          headers: { authorization, ...sent.headers },
          body: sent.body,
        })
          .then((response) => response.text())
          .catch(() => undefined)
        if (text === undefined) return
        assert.equal(text.match(/"status":20[01]|HTTP\/1\.1 20[01] /g)?.length, size, text.slice(0, 2_000))
        groups.set(name, true)
        acknowledged++
      }
    }
    const writing = Promise.all(Array.from({ length: writers }, writer))
    // However slow the machine is, a round has seen some groups through.
    const enough = acknowledged + writers
    await pause(20 + random() * 300)
    while (acknowledged < enough) await pause(2)
    await pause(random() * 30)
    await service.end('SIGKILL')
    running = false
    await writing

    const after = await serveProcess(data, args)
    for (const [name, answered] of groups) {
      const rows = await read(`${after.url}/beta/Customers?$filter=contractId eq '${name}'&$select=displayName&$top=999`)
      const whole = rows.length === size / 2 && rows.every(({ displayName }) => displayName === 'renamed')
      assert.ok(
        whole || (rows.length === 0 && !answered),
        `round ${round}: ${name}, ${answered ? 'answered' : 'unheard'}: ${JSON.stringify(rows)}`,
      )
      if (!answered && whole) unheard++
      if (!whole) nothing++
    }
    assert.equal(await after.end('SIGTERM'), 0)
  }
  return { acknowledged, unheard, nothing }

  async function read(url: string): Promise<readonly { readonly displayName: string }[]> {
    const response = await fetch(url, { headers: { authorization } })
    assert.equal(response.status, 200)
    return ((await response.json()) as { value: readonly { displayName: string }[] }).value
  }
}

interface Sent {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const json = { 'content-type': 'application/json' }
const members = Array.from({ length: size / 2 }, (_, i) => i)
const customerOf = (name: string, i: number) => customerBody({ id: `${name}-${i}`, azureTenantId: `${name}-${i}`, contractId: name })

/** Each customer is created and then renamed, by a reference to what is not there yet. */
function jsonBatch(name: string): Sent {
  const requests = members.flatMap((i) => [
    { id: `c${i}`, atomicityGroup: 'g', method: 'POST', url: '/Customers', headers: json, body: customerOf(name, i) },
    {
      id: `r${i}`,
      atomicityGroup: 'g',
      dependsOn: [`c${i}`],
      method: 'PATCH',
      url: `$c${i}`,
      headers: json,
      body: { displayName: 'renamed' },
    },
  ])
  return { headers: json, body: JSON.stringify({ requests }) }
}

function multipartBatch(name: string): Sent {
  const part = (id: string, line: string, body: object) =>
    `--cs\r\nContent-Type: application/http\r\nContent-ID: ${id}\r\n\r\n${line} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(body)}\r\n`
  const parts = members.map(
    (i) => part(`c${i}`, 'POST Customers', customerOf(name, i)) + part(`r${i}`, `PATCH $c${i}`, { displayName: 'renamed' }),
  )
  return {
    headers: { 'content-type': 'multipart/mixed; boundary=b' },
    body: `--b\r\nContent-Type: multipart/mixed; boundary=cs\r\n\r\n${parts.join('')}--cs--\r\n--b--\r\n`,
  }
}
