import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createSharedMemory } from '../../auth/development/issuer-memory.ts'
import type { Config } from '../../config.ts'
import { model } from '../../model/model.ts'
import { createLogger } from '../../observe/logger.ts'
import { createMetrics } from '../../observe/metrics.ts'
import type { Observer } from '../../observe/observation.ts'
import { startRetention } from '../../service/retention.ts'
import { openStore } from '../../store/open-store.ts'
import { Acceptor, type Taken } from './acceptor.ts'
import { answerWrites } from './distant-writer.ts'
import { MetricsOfAll } from './metrics-of-all.ts'
import { type Messages, Peer } from './peer.ts'
import { Restarts } from './restarts.ts'
import type { Listening } from './topics.ts'

/** A service of several processes. */
export interface RunningProcesses extends Listening {
  /** Rejects when the processes cannot be kept running. */
  readonly failed: Promise<never>
  /** Lets requests under way finish, then ends the processes. */
  readonly stop: () => Promise<void>
}

/** Connections to PostgreSQL that this process needs for itself. */
const ownConnections = 3

/** Milliseconds beyond the time to drain after which a process that has not ended is ended. */
const patience = 5_000

/**
 * Starts processes that answer requests, and others in the place of those that die. This one answers none: it accepts connections for them, and
 * writes to a SQLite file for all of them, so that their writes are committed together and none waits for another's lock. It removes what is past its days.
 */
export async function startProcesses(config: Config): Promise<RunningProcesses> {
  const metrics = createMetrics()
  const log = createLogger(config.logLevel)
  const observe: Observer = (observation) => {
    metrics.observe(observation)
    log(observation)
  }
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 })
  const store = await openStore({ ...config, databaseConnections: ownConnections, writesHere: true }, model, observe)
  const retention = startRetention(config.retention, { model, observe, now: Date.now, newId: randomUUID, store })
  const acceptor = new Acceptor()
  const children = new Map<ChildProcess, Peer>()
  const restarts = new Restarts()
  const all = new MetricsOfAll(metrics)
  const recall = createSharedMemory()
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  // Who stops before it fails need not care.
  failed.catch(() => undefined)
  let state: 'starting' | 'running' | 'stopping' = 'starting'

  const start = async (settings: Config): Promise<Listening> => {
    const child = fork(moduleFile('server-process'), { serialization: 'advanced' })
    const peer = new Peer((messages) => child.send(messages, undefined, undefined, () => undefined))
    children.set(child, peer)
    child.on('message', (message) => {
      const told = message as Messages | Taken
      if ('taken' in told) acceptor.taken(told.taken)
      else peer.receive(told)
    })
    // One that could not even be started has no end of its own.
    child.on('error', () => (child.pid === undefined ? leave(child, peer, settings, null, null) : child.kill('SIGKILL')))
    // All that it said has been read by then.
    child.once('close', (code, signal) => leave(child, peer, settings, code, signal))
    answerWrites(peer, store)
    peer.answer('recall', recall)
    peer.answer('sum', () => all.print([...children.values()]))
    const started = await peer.ask('start', settings)
    if ('failed' in started) {
      child.kill('SIGKILL')
      throw new Error(started.failed)
    }
    acceptor.add(child)
    return started
  }

  const leave = (child: ChildProcess, peer: Peer, settings: Config, code: number | null, signal: string | null) => {
    children.delete(child)
    peer.leave()
    acceptor.remove(child)
    all.leave(peer)
    if (state !== 'running') return
    observe({ kind: 'processEnded', process: child.pid ?? 0, code, signal })
    const pause = restarts.pauseAfter(performance.now())
    if (pause === undefined) fail(new Error(`The processes of the service end again and again, the last one with ${signal ?? code}.`))
    else setTimeout(() => state === 'running' && start(settings).catch((error) => observe({ kind: 'processFailed', error })), pause)
  }

  const stop = async () => {
    state = 'stopping'
    acceptor.close()
    await Promise.all([...children].map(([child, peer]) => end(child, peer, config.drainSeconds * 1000 + patience)))
    await retention.stop()
    await store.close()
  }
  try {
    const settings: Config = {
      ...config,
      port: await acceptor.listen('http', config.host, config.port),
      httpsPort: config.https ? await acceptor.listen('https', config.host, config.httpsPort) : 0,
      migrate: false,
      databaseConnections: Math.max(ownConnections, Math.floor(config.databaseConnections / config.processes)),
    }
    const [first] = await Promise.all(Array.from({ length: config.processes }, () => start(settings)))
    if (!first || children.size < config.processes) throw new Error('A process of the service ended while it started.')
    state = 'running'
    return { ...first, failed, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Asks a process to finish what is under way and lets it go; one that does not answer is ended. */
async function end(child: ChildProcess, peer: Peer, limit: number): Promise<void> {
  const ended = child.exitCode !== null || child.signalCode !== null
  const gone = ended ? undefined : new Promise((resolve) => child.once('exit', resolve))
  const late = setTimeout(() => child.kill('SIGKILL'), limit)
  await peer.ask('stop', null).catch(() => undefined)
  if (child.connected) child.disconnect()
  await gone
  clearTimeout(late)
}

/** The module of a process: TypeScript in a checkout, JavaScript in the published package. */
function moduleFile(name: string): string {
  return fileURLToPath(new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url))
}
