import { existsSync, readFileSync } from 'node:fs'

/** Cases of the OASIS test suite, renamed to our model. They stand beside the project, not in it. */
export interface UrlCase {
  readonly from: string
  readonly rule: string
  readonly method: string
  readonly url: string
  readonly http: readonly number[]
  readonly rows?: 'all' | 'none'
  readonly tier: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const file = new URL('../../../shared/conformance/odata-url-cases.json', import.meta.url)

/** The cases; undefined where the file is not on this machine. */
export function readUrlCases(): readonly UrlCase[] | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly UrlCase[] }).cases : undefined
}

/** Percent-encodes only what a URL cannot hold; what is encoded already, and what an URL may hold, stays. */
export function encodeUrl(url: string): string {
  return url.replace(/[ \t"[\]{}\\^|<>]|[^\x20-\x7e]/gu, (char) => encodeURIComponent(char))
}
