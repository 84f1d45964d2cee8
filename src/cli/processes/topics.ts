import type { Recollection } from '../../auth/development/issuer-memory.ts'
import type { Config } from '../../config.ts'
import type { MetricValues, PrintedMetrics } from '../../observe/metrics.ts'
import type { AccessKey, WriteGroup, WriteResult } from '../../store/store.ts'

/** Where a process listens, and whether it has the development issuer. */
export interface Listening {
  readonly httpUrl: string
  readonly httpsUrl?: string
  readonly caFile?: string
  readonly development: boolean
}

/** A write of an access key; whether there was such a key. */
export type KeyWrite =
  | { readonly kind: 'add'; readonly key: AccessKey; readonly hash: string }
  | { readonly kind: 'remove'; readonly tenantId: string; readonly id: string }
  | { readonly kind: 'noteUse'; readonly tenantId: string; readonly id: string; readonly at: string }

/** What processes of one service ask each other. Everything here can be cloned. */
export interface Topics {
  /** The first process asks those that answer requests. */
  readonly start: { readonly question: Config; readonly answer: Listening | { readonly failed: string } }
  readonly stop: { readonly question: null; readonly answer: null }
  readonly metrics: { readonly question: null; readonly answer: MetricValues }
  /** Those ask the first. */
  readonly write: { readonly question: WriteGroup; readonly answer: readonly WriteResult[] }
  readonly writeKey: { readonly question: KeyWrite; readonly answer: boolean }
  readonly recall: { readonly question: Recollection; readonly answer: unknown }
  readonly sum: { readonly question: null; readonly answer: PrintedMetrics }
}

export type Topic = keyof Topics
