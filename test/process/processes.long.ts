import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { childrenOf, processesHidden } from '../support/connections.ts'
import { serveProcess, temporaryFolder } from '../support/process.ts'
import { waitFor } from './processes.ts'

test('processes that die again and again end the service, with a word and exit code 1', {
  skip: processesHidden,
  timeout: 180_000,
}, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const { child, end } = await serveProcess(data, ['--https-port', '0', '--processes', '2'])
  t.after(() => end('SIGKILL'))
  let complaints = ''
  child.stderr?.on('data', (chunk) => (complaints += chunk))
  const ended = once(child, 'close')
  const known = new Set<number>()
  while (child.exitCode === null) {
    await waitFor(() => child.exitCode !== null || childrenOf(child.pid).some((pid) => !known.has(pid)))
    if (child.exitCode !== null) break
    for (const pid of childrenOf(child.pid)) {
      known.add(pid)
      process.kill(pid, 'SIGKILL')
    }
  }
  assert.deepEqual(await ended, [1, null])
  assert.match(complaints, /tenantry: The processes of the service end again and again, the last one with SIGKILL\.\n$/)
})
