import { execFile } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type ServedProcess, serveProcess, temporaryFolder } from './process.ts'

/** What a script of `test/clients` is told, as JSON in its only argument. */
export interface ScriptArguments {
  /** Of the https listener. */
  readonly origin: string
  /** Of any client of the development issuer. */
  readonly secret: string
  /** The origin of the issuer, where it is another. */
  readonly tokensFrom?: string
}

/** Microsoft's own clients as they are used, on a service in a process of its own. */
export interface ServedOverHttps extends ServedProcess, ScriptArguments {
  readonly caFile: string
  readonly data: string
}

export async function serveOverHttps(t: TestContext, ...args: readonly string[]): Promise<ServedOverHttps> {
  const secret = 'a secret for the test'
  const data = temporaryFolder((clean) => t.after(clean))
  const service = await serveProcess(data, ['--https-port', 'free', '--development-secret', secret, ...args])
  t.after(() => service.end('SIGKILL'))
  if (service.httpsUrl === undefined || service.caFile === undefined) throw new Error(`The service tells no https: ${service.greeting}`)
  return { ...service, origin: service.httpsUrl, caFile: service.caFile, secret, data }
}

/** Runs a module in a process that trusts the certificate: `NODE_EXTRA_CA_CERTS` is read only when one starts. Gives what it printed. */
export async function runScript(
  script: string | URL,
  { origin, secret, tokensFrom = origin, caFile }: ScriptArguments & { readonly caFile: string },
  cwd?: string,
): Promise<string> {
  const path = typeof script === 'string' ? script : fileURLToPath(script)
  const { stdout } = await promisify(execFile)(process.execPath, [path, JSON.stringify({ origin, secret, tokensFrom })], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile, NODE_OPTIONS: '' },
    ...(cwd === undefined ? {} : { cwd }),
  })
  return stdout.trim()
}
