import type { ODataError } from '../error.ts'
import type { ODataResponse } from '../message.ts'

/** Several requests in one (Protocol 4.01, 11.7). */
export interface Batch {
  readonly format: 'json' | 'multipart'
  readonly requests: readonly IndividualRequest[]
  /** Whether what follows a failure is still carried out. */
  readonly continueOnError: boolean
}

/** What a request of a batch may do (OData JSON 4.01, 19.1). */
export const batchMethods: ReadonlySet<string> = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE'])

/** One request of a batch, as it was written. */
export interface IndividualRequest {
  /** `id` in JSON, `Content-ID` in multipart, where only members of a change set must have one. */
  readonly id?: string
  /** The atomicity group in JSON, a change set in multipart: its members happen all or not at all. */
  readonly group?: string
  /** Ids of requests or groups before this one. */
  readonly dependsOn: readonly string[]
  /** In upper case. */
  readonly method: string
  readonly url: string
  /** Lower-case names; what the batch hands down to its requests is among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** What is wrong with this request alone: it is answered in its place, and the others go on. */
  readonly fault?: ODataError
}

/** The answer to one request of a batch. */
export interface IndividualResponse {
  readonly request: Pick<IndividualRequest, 'id' | 'group'>
  readonly response: ODataResponse
}
