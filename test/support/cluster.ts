import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** A PostgreSQL server of the tests' own, on a free port of loopback and a folder that goes with it. */
export interface Cluster {
  /** Of its database `postgres`. */
  readonly url: string
  readonly process: () => ChildProcess
  /** Ends the server as a crash does (`immediate`), or by SIGKILL. */
  readonly crash: (how: 'immediate' | 'kill') => Promise<void>
  readonly start: () => Promise<void>
  /** Stops the server and removes its folder. */
  readonly remove: () => Promise<void>
}

/** Where Debian, Homebrew and others put the server's programs; undefined where there is none. */
export function findServer(): string | undefined {
  const folders = [...globSync('/usr/lib/postgresql/*/bin').sort().reverse(), ...(process.env.PATH ?? '').split(':')]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

/** The server refuses to run as root: there it runs as the user that its package made. */
function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

/** Makes a cluster and starts it. `settings` are lines of its configuration. */
export async function startCluster(settings: readonly string[] = []): Promise<Cluster> {
  const bin = findServer()
  if (bin === undefined) throw new Error('no PostgreSQL server is installed')
  const user = serverUser()
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-postgres-'))
  chmodSync(folder, 0o700)
  if (user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'tenantry', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...user,
    cwd: folder,
    stdio: 'ignore',
  })
  const port = await freePort()
  const options = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'max_connections=300',
    'shared_buffers=64MB',
    ...settings,
  ]
  const url = `postgres://tenantry@127.0.0.1:${port}/postgres`
  let child: ChildProcess | undefined
  const start = async () => {
    const args = ['-D', data, '-p', String(port), ...options.flatMap((option) => ['-c', option])]
    child = spawn(join(bin, 'postgres'), args, { ...user, cwd: folder, stdio: 'ignore' })
    await waitUntilReady(url, child)
  }
  const end = async (signal: NodeJS.Signals) => {
    const ended = child
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return
    ended.kill('SIGCONT')
    ended.kill(signal)
    await once(ended, 'exit')
  }
  await start()
  return {
    url,
    process: () => child ?? spawnNothing(),
    // SIGQUIT is what `pg_ctl stop -m immediate` sends.
    crash: (how) => end(how === 'immediate' ? 'SIGQUIT' : 'SIGKILL'),
    start,
    async remove() {
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function spawnNothing(): never {
  throw new Error('the server does not run')
}

/** After a crash the server recovers first, and its orphans may hold the shared memory for a moment. */
async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  for (let left = 600; ; left--) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`, { cause: error })
      if (left <= 0) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
