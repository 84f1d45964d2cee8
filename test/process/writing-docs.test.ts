import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'

const run = promisify(execFile)
const missing = await run('bash', ['-c', 'curl --version']).then(
  () => false,
  () => 'bash or curl is not on this machine',
)

/** What each line of the document is answered with. */
const statuses = [
  ...['201', '200', '200'],
  ...['200', '412'],
  ...['200', '200', '204'],
  ...['200', '200'],
  ...['200', '204', '200', '200', '200'],
  ...['204', '204'],
]

test('the lines of docs/writing.md work as they stand', { skip: missing, timeout: 60_000 }, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const service = await serveProcess(data)
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const text = readFileSync(new URL('../../docs/writing.md', import.meta.url), 'utf8')
  const lines = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block).join('')
  const script = lines.replaceAll('http://127.0.0.1:8080', service.url).replaceAll('$(npm run -s tenantry -- token)', token)
  const { stderr } = await run('bash', ['-c', `curl() { command curl -w '%{stderr}%{http_code}\\n' "$@"; }\nset -e\n${script}`])
  assert.deepEqual(stderr.trim().split('\n'), statuses)
  await service.end('SIGTERM')
})
