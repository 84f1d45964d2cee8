/** Everything that the service tells of itself. The logger and the metrics subscribe; nobody else writes logs. */
export type Observation =
  | {
      readonly kind: 'requestFinished'
      readonly requestId: string
      readonly method: string
      readonly target: string
      readonly status: number
      readonly milliseconds: number
      /** The `request-id` of the batch that it was part of. */
      readonly batch?: string
    }
  | { readonly kind: 'requestFailed'; readonly requestId: string; readonly error: unknown }
  | { readonly kind: 'keysFetched'; readonly issuer: string; readonly milliseconds: number }
  | { readonly kind: 'keysFailed'; readonly issuer: string; readonly error: unknown }
  | { readonly kind: 'writesCommitted'; readonly writes: number; readonly milliseconds: number }
  /** What was past the days that it is kept is gone. */
  | { readonly kind: 'retained'; readonly changes: number; readonly purged: number; readonly milliseconds: number }
  | { readonly kind: 'retentionFailed'; readonly error: unknown }
  | { readonly kind: 'migrated'; readonly store: string; readonly from: number; readonly to: number }
  /** The database cannot have the index of parts of words: `contains` and `$search` are slow there. */
  | { readonly kind: 'searchIndexMissing'; readonly error: unknown }
  /** One of several processes ended without being told to; another takes its place. */
  | { readonly kind: 'processEnded'; readonly process: number; readonly code: number | null; readonly signal: string | null }
  /** One that should take its place could not start. */
  | { readonly kind: 'processFailed'; readonly error: unknown }
  | { readonly kind: 'storeFailed'; readonly store: string; readonly error: unknown }
  /** Who may read a partner's data by a key, or may no more. */
  | { readonly kind: 'accessKeyMade' | 'accessKeyRevoked'; readonly tenantId: string; readonly id: string; readonly by: string }
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'stopping'; readonly signal: string }
  | { readonly kind: 'stopped' }

export type Observer = (observation: Observation) => void
