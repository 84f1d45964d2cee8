import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { test } from 'node:test'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'

const skip = process.platform === 'linux' ? false : 'a thread has no priority of its own here'

/** How nice each thread of a process is (proc(5), stat: the 19th field; the second may hold anything, in parentheses). */
function nicenessOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const fields = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return Number(fields[16])
  })
}

test('threads for queries stand behind the rest, however nice the service is already', { skip, timeout: 60_000 }, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const service = await serveProcess(data)
  t.after(() => service.end('SIGKILL'))
  const pid = service.child.pid ?? assert.fail()
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  // Threads begin with the priority of the one that starts them.
  setPriority(pid, 10)
  const answer = await fetch(`${service.url}/beta/Customers?$filter=${encodeURIComponent("domain eq 'x'")}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  assert.equal(answer.status, 200, await answer.text())
  assert.ok(nicenessOf(pid).includes(15), String(nicenessOf(pid)))
})
