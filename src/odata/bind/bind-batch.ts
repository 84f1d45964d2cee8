import type { Batch } from '../batch/batch.ts'
import { inheritedHeaders } from '../batch/inherit-headers.ts'
import { readJsonBatch } from '../batch/read-json-batch.ts'
import { ODataError } from '../error.ts'
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
  requireJson(headers['content-type'], headers['content-encoding'])
  return {
    requests: readJsonBatch(request.body, inheritedHeaders(request)),
    // Where nothing is said, a JSON batch goes on after a failure (OData JSON 4.01, 19.4).
    continueOnError: preferences.continueOnError ?? true,
    ordered: preferences.continueOnError === false,
  }
}
