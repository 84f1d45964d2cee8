import { pino } from 'pino'
import type { Observer } from './observation.ts'

/** Levels that a setting may name. Requests are told at `debug`, failures at `error`. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const

export type LogLevel = (typeof logLevels)[number]

/** One JSON object a line on standard error; standard output belongs to the commands. */
export function createLogger(level: LogLevel): Observer {
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }))
  return (observation) => {
    const { kind, ...fields } = observation
    switch (kind) {
      case 'storeFailed':
        // What the store refuses by itself, as while it stops, has no cause to show.
        if (observation.error instanceof Error && observation.error.cause === undefined) {
          log.warn({ kind, store: observation.store, reason: observation.error.message })
          break
        }
        log.error({ kind, store: observation.store, err: observation.error })
        break
      case 'requestFailed':
      case 'keysFailed':
      case 'retentionFailed':
      case 'processEnded':
      case 'processFailed':
        log.error({ kind, ...fields, error: undefined, err: 'error' in fields ? fields.error : undefined })
        break
      case 'requestFinished':
      case 'writesCommitted':
      case 'keysFetched':
        if (log.isLevelEnabled('debug')) log.debug({ kind, ...fields })
        break
      case 'searchIndexMissing':
        log.warn({ kind, err: fields })
        break
      default:
        log.info({ kind, ...fields })
    }
  }
}
