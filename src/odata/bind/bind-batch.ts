import type { Batch } from '../batch/batch.ts'
import { inheritedHeaders } from '../batch/inherit-headers.ts'
import { readJsonBatch } from '../batch/read-json-batch.ts'
import { readMultipartBatch } from '../batch/read-multipart-batch.ts'
import { boundaryOf } from '../batch/split-multipart.ts'
import { ODataError } from '../error.ts'
import type { Format } from '../headers/accept.ts'
import { requireJson } from '../headers/content-type.ts'
import type { ODataRequest } from '../message.ts'
import type { RequestHead } from './bound-request.ts'

/** Reads a batch, and refuses headers that make no sense on the whole of it (Protocol 4.01, 8.2.4, 8.2.5 and 8.2.8.7). */
export function bindBatch(request: ODataRequest, { preferences }: RequestHead): Batch {
  const { headers } = request
  for (const name of ['If-Match', 'If-None-Match']) {
    if (headers[name.toLowerCase()] !== undefined)
      throw new ODataError('Request_BadRequest', `${name} is for single requests of a batch.`, { target: name })
  }
  if (preferences.return !== undefined)
    throw new ODataError('Request_BadRequest', "The preference 'return' is for single requests of a batch.", { target: 'Prefer' })
  const boundary = boundaryOf(headers['content-type'] ?? '')
  const handed = inheritedHeaders(request)
  // Where nothing is said, a JSON batch goes on after a failure and a multipart batch ends (OData JSON 4.01, 19.4; Protocol 4.01, 11.7.7.4).
  const continueOnError = preferences.continueOnError ?? boundary === undefined
  requireJson(boundary === undefined ? headers['content-type'] : undefined, headers['content-encoding'])
  return boundary === undefined
    ? { format: 'json', requests: readJsonBatch(request.body, handed), continueOnError }
    : { format: 'multipart', requests: readMultipartBatch(request.body, boundary, handed), continueOnError }
}

const json = 'application/json'
const multipart = 'multipart/mixed'

/** The formats of an answer: that of the request first (Protocol 4.01, 11.7.1). */
export function formatsOfBatch({ headers }: ODataRequest): readonly Format['mediaType'][] {
  return /^\s*multipart\//i.test(headers['content-type'] ?? '') ? [multipart, json] : [json, multipart]
}
