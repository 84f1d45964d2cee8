import type { IndividualResponse } from './batch.ts'
import { printJsonBody } from './json-body.ts'

/** The answer to a batch as JSON (OData JSON 4.01, 19.5). */
export function printJsonBatch(responses: readonly IndividualResponse[]): string {
  return `{"responses":[${responses.map(printResponse).join(',')}]}`
}

function printResponse({ request: { id, group }, response }: IndividualResponse): string {
  const { 'content-type': type, ...others } = response.headers
  // Names are in lower case but for this one, which Microsoft's client reads in no other spelling.
  const headers = JSON.stringify({ ...(type === undefined ? {} : { 'Content-Type': type }), ...others })
  const body = printJsonBody(response)
  const told = [
    ...(id === undefined ? [] : [`"id":${JSON.stringify(id)}`]),
    ...(group === undefined ? [] : [`"atomicityGroup":${JSON.stringify(group)}`]),
    `"status":${response.status}`,
    `"headers":${headers}`,
    ...(body === undefined ? [] : [`"body":${body}`]),
  ]
  return `{${told.join(',')}}`
}
