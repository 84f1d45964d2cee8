import type { Socket } from 'node:net'
import { distantMemory } from '../../auth/development/issuer-memory.ts'
import { type RunningService, startService } from '../../index.ts'
import { preferSmallMemory } from '../small-memory.ts'
import type { Handover, Taken } from './acceptor.ts'
import { Connections } from './connections.ts'
import { distantWriter } from './distant-writer.ts'
import { type Messages, Peer } from './peer.ts'

// One of the processes that answer requests (`primary.ts` starts them). It ends when that one says so, or is gone.

const connections = new Connections()
const primary = new Peer((messages) => process.send?.(messages, undefined, undefined, () => undefined))
process.on('message', (message: Messages | Handover, socket?: Socket) => {
  if (!('scheme' in message)) {
    primary.receive(message)
    return
  }
  // At once, before a byte is read: a connection that is not acknowledged can be handed to another process.
  process.send?.({ taken: message.number } satisfies Taken, undefined, undefined, () => undefined)
  // A client that has gone meanwhile leaves no connection.
  if (socket) connections.take(message.scheme, socket)
})

// A terminal and a service manager signal all processes at once; the first one knows when this one is done.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)

let service: RunningService | undefined
let stopping: Promise<void> | undefined
const stop = () => {
  stopping ??= service?.stop() ?? Promise.resolve()
  return stopping
}

primary.answer('start', async (config) => {
  preferSmallMemory(config)
  try {
    service = await startService(config, {
      writer: distantWriter(primary),
      issuerMemory: distantMemory((recollection) => primary.ask('recall', recollection)),
      printMetrics(own) {
        primary.answer('metrics', own.values)
        return () => primary.ask('sum', null)
      },
      connections,
    })
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
  const { httpUrl, httpsUrl, caFile, development } = service
  return {
    httpUrl,
    ...(httpsUrl === undefined ? {} : { httpsUrl }),
    ...(caFile === undefined ? {} : { caFile }),
    development: development !== undefined,
  }
})

primary.answer('stop', async () => {
  await stop()
  return null
})

process.once('disconnect', () => {
  const asked = stopping !== undefined
  // What waits for the first process is answered with 503, the rest as ever.
  primary.leave()
  void stop().finally(() => process.exit(asked ? 0 : 1))
})
