import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

/** A service that is measured. */
export interface Target {
  readonly name: string
  /** With the version, without a slash at the end. */
  readonly url: string
  readonly pid: number
  readonly token?: string
  readonly stop: () => Promise<void>
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))

async function start(
  name: string,
  args: readonly string[],
  ready: RegExp,
): Promise<{ readonly child: ChildProcess; readonly match: RegExpExecArray }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    const match = ready.exec(text)
    if (match) {
      child.stdout?.resume()
      return { child, match }
    }
  }
  throw new Error(`${name} did not start`)
}

function stopper(child: ChildProcess, folder: string): () => Promise<void> {
  return async () => {
    if (child.exitCode === null) {
      const closed = once(child, 'exit')
      child.kill('SIGTERM')
      await closed
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function startFloor(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-floor-'))
  const { child, match } = await start('the floor', [file('floor.ts'), join(folder, 'floor.db')], /(\d+)\n/)
  return { name: 'floor', url: `http://127.0.0.1:${match[1]}/beta`, pid: child.pid ?? 0, stop: stopper(child, folder) }
}

export const mainFile = file('../src/main.ts')

/** The service, with more settings where the run needs them. */
export async function startTenantry(more: readonly string[] = []): Promise<Target & { readonly settings: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tenantry-'))
  const settings = ['--data', folder, '--port', '0', '--https-port', '0']
  const { child, match } = await start('Tenantry', [mainFile, 'serve', ...settings, ...more], /http {4}(\S+)[\s\S]*Stop with/)
  const token = execFileSync(process.execPath, [mainFile, 'token', ...settings], { encoding: 'utf8' }).trim()
  return { name: 'tenantry', url: `${match[1]}/beta`, pid: child.pid ?? 0, token, settings, stop: stopper(child, folder) }
}

/** The floor of PostgreSQL, on a database of its own. */
export async function startFloorOfPostgres(database: string): Promise<Target> {
  const { child, match } = await start('the floor', [file('floor-postgres.ts'), database], /(\d+)\n/)
  return {
    name: 'floor',
    url: `http://127.0.0.1:${match[1]}/beta`,
    pid: child.pid ?? 0,
    stop: stopper(child, mkdtempSync(join(tmpdir(), 'bench-floor-'))),
  }
}

/** An empty database beside the one of the URL. */
export async function makeDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${pg.escapeIdentifier(name)}`)
  await client.end()
  return new URL(`/${name}`, url).href
}

/** `NAME,URL,PID[,TOKEN]`: a service that somebody else started and will stop. */
export function parsePeer(text: string): Target {
  const [name = '', url = '', pid = '', token] = text.split(',')
  return { name, url, pid: Number(pid), ...(token ? { token } : {}), stop: async () => undefined }
}
