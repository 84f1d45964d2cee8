import type { Batch } from '../odata/batch/batch.ts'
import { printJsonBatch } from '../odata/batch/write-json-batch.ts'
import { printMultipartBatch } from '../odata/batch/write-multipart-batch.ts'
import type { RequestHead } from '../odata/bind/bound-request.ts'
import type { ODataResponse } from '../odata/message.ts'
import type { Result } from './execute.ts'

/** A batch that was well formed is answered with 200, whatever came of its requests (Protocol 4.01, 11.7). `newId` makes the boundary one that no answer holds. */
export function serializeBatch(result: Result, { format }: Batch, head: RequestHead, newId: string): ODataResponse {
  if (result.kind !== 'responses') throw new Error(`A result of kind ${result.kind} does not answer a batch`)
  const { continueOnError } = head.preferences
  const applied = continueOnError === undefined ? {} : { 'preference-applied': `continue-on-error=${continueOnError}` }
  if (head.format.mediaType !== 'multipart/mixed')
    return { status: 200, headers: { 'content-type': 'application/json', ...applied }, body: printJsonBatch(result.responses) }
  const boundary = `batch_${newId}`
  return {
    status: 200,
    headers: { 'content-type': `multipart/mixed; boundary=${boundary}`, ...applied },
    body: printMultipartBatch(result.responses, boundary, format === 'multipart'),
  }
}
