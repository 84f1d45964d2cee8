import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A temporary folder that goes with the test. */
export function temporaryFolder(after: (clean: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-test-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a command of the program to its end. */
export async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [main, ...args], { env: { ...cleanEnvironment(), ...environment } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

/** A service in a process of its own, as an operator has it. */
export interface ServedProcess {
  readonly child: ChildProcess
  readonly url: string
  readonly httpsUrl: string | undefined
  readonly caFile: string | undefined
  readonly greeting: string
  /** Sends a signal and waits for the end of the process. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>
}

/** Whatever a test forgets, or never gets to hold because it fails: no process outlives its test file. */
const children = new Set<ChildProcess>()
after(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** Starts `tenantry serve` and waits until it says where it is. Ports are free ones unless the arguments say otherwise. */
export async function serveProcess(data: string, args: readonly string[] = ['--https-port', '0']): Promise<ServedProcess> {
  const child = spawn(process.execPath, [main, 'serve', '--data', data, '--port', '0', ...args], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return servedBy(child)
}

/** The service that a process is, once it says where it is. */
export async function servedBy(child: ChildProcess): Promise<ServedProcess> {
  children.add(child)
  child.once('close', () => children.delete(child))
  let greeting = ''
  let complaints = ''
  child.stderr?.on('data', (chunk) => (complaints += chunk))
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      greeting += chunk
      if (greeting.includes('Stop with Ctrl+C.')) resolve()
    })
    child.once('close', (code) => reject(new Error(`The service ended with ${code}: ${complaints}`)))
  })
  return {
    child,
    url: /http {4}(\S+)/.exec(greeting)?.[1] ?? '',
    httpsUrl: /https {3}(\S+)/.exec(greeting)?.[1],
    caFile: /NODE_EXTRA_CA_CERTS="([^"]+)"/.exec(greeting)?.[1],
    greeting,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill(signal)
      const [code] = await once(child, 'close')
      return code
    },
  }
}

/** Nothing of the tester's own settings leaks into a test. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('TENANTRY_') && name !== 'NODE_OPTIONS' && name !== 'NODE_TEST_CONTEXT',
    ),
  )
}
