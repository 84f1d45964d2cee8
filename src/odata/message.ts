/** A request as the protocol sees it: no socket, no framework. */
export interface ODataRequest {
  readonly method: string
  /** As sent: raw path and query, not decoded. */
  readonly target: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body?: Uint8Array
  /** Scheme and authority that the caller used, without a trailing slash: links start with it. */
  readonly origin: string
}

/** An answer, ready to be written. */
export interface ODataResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text, or its bytes in UTF-8. */
  readonly body?: string | Uint8Array
}

const decoder = new TextDecoder()

/** The body of an answer as text. */
export function bodyText({ body }: Pick<ODataResponse, 'body'>): string | undefined {
  return body instanceof Uint8Array ? decoder.decode(body) : body
}
