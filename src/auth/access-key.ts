import { hash, randomBytes } from 'node:crypto'

/** A key that was just made. Its text is told once and kept nowhere. */
export interface MadeAccessKey {
  readonly text: string
  readonly hash: string
  /** The last four characters, by which people tell keys from each other. */
  readonly hint: string
}

/** What a key says of itself: whose it would be, and by which hash it is looked for. */
export interface PresentedAccessKey {
  readonly tenantId: string
  readonly hash: string
}

/** The managing tenant stands in the key, so that it is looked for among that tenant's alone; the rest are 256 random bits. */
const form = /^tnk\.([A-Za-z0-9._-]{1,64})\.[A-Za-z0-9_-]{43}$/

export function makeAccessKey(tenantId: string): MadeAccessKey {
  const text = `tnk.${tenantId}.${randomBytes(32).toString('base64url')}`
  return { text, hash: hashOf(text), hint: text.slice(-4) }
}

/** `undefined` when the text is no key of ours. */
export function readAccessKey(text: string): PresentedAccessKey | undefined {
  const tenantId = form.exec(text)?.[1]
  return tenantId === undefined ? undefined : { tenantId, hash: hashOf(text) }
}

/** Random keys of this length need no slow hash: there is nothing to guess. */
function hashOf(text: string): string {
  return hash('sha256', text, 'base64url')
}
