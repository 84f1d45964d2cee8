import type { ODataError } from '../error.ts'

/** What `innerError` says, in Graph's spelling: official clients read it. */
export interface ErrorContext {
  /** `2026-01-02T03:04:05`: Graph writes no zone. */
  readonly date: string
  readonly requestId: string
  readonly clientRequestId: string
}

/** An error as a body (OData JSON 4.01, 21.1; Graph's error resource). */
export function printError(error: ODataError, context: ErrorContext): string {
  return JSON.stringify({
    error: {
      code: error.code,
      message: error.message,
      ...(error.target === undefined ? {} : { target: error.target }),
      ...(error.details.length === 0 ? {} : { details: error.details }),
      innerError: { date: context.date, 'request-id': context.requestId, 'client-request-id': context.clientRequestId },
    },
  })
}
