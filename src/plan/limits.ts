import type { QueryLimits } from '../odata/bind/expression/limits.ts'

/** How much one request may ask for. Each is a setting. */
export interface Limits {
  /** Rows of a page when the caller asks for no size. */
  readonly pageSize: number
  /** `$top` and `odata.maxpagesize` at the most. */
  readonly maxPageSize: number
  /** `$skip` at the most. */
  readonly maxSkip: number
  /** Changes of one bulk at the most. */
  readonly maxBulkChanges: number
  /** Requests of one batch. */
  readonly batchRequests: number
  /** Characters of a request target. */
  readonly urlLength: number
  readonly query: QueryLimits
}
