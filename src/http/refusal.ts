import { type ErrorCode, ODataError } from '../odata/error.ts'

/** What the framework refuses before our handler sees it, in our codes. */
const refusals: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['RequestEntityTooLarge', 'The body is larger than the service takes.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UnsupportedMediaType', 'The Content-Type is malformed: application/json was expected.'],
  FST_ERR_CTP_INVALID_TYPE: ['UnsupportedMediaType', 'The Content-Type is malformed: application/json was expected.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['Request_BadRequest', 'The body is not as long as Content-Length says.'],
  FST_ERR_BAD_URL: ['Request_BadRequest', 'The request URL is malformed.'],
}

/** A framework's error as ours. One that is not the caller's mistake stays as it is, and becomes a 500. */
export function refusalOf(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const refusal = refusals[code]
  if (refusal) return new ODataError(refusal[0], refusal[1], { cause: error })
  // A connection that broke while its body was read: nobody is left to read an answer.
  if (code === 'ECONNRESET' || code === 'ECONNABORTED')
    return new ODataError('Request_BadRequest', 'The request ended before its body was complete.', { cause: error })
  return error
}
