import { ODataError } from '../error.ts'

/** The conditions of a request: entity tags, `*`, or none given. Tags are the text between the quotes. */
export interface Conditions {
  readonly ifMatch?: EntityTags
  readonly ifNoneMatch?: EntityTags
}

export type EntityTags = '*' | readonly string[]

export const noConditions: Conditions = {}

export function parseConditions(ifMatch: string | undefined, ifNoneMatch: string | undefined): Conditions {
  if (ifMatch === undefined && ifNoneMatch === undefined) return noConditions
  return {
    ...(ifMatch === undefined ? {} : { ifMatch: parseEntityTags('If-Match', ifMatch) }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch: parseEntityTags('If-None-Match', ifNoneMatch) }),
  }
}

/** Reads `*` or a list of entity tags (RFC 9110, 8.8.3). Weak and strong ones compare alike (Protocol 4.01, 8.2.4). */
function parseEntityTags(name: string, header: string): EntityTags {
  const text = header.trim()
  if (text === '*') return '*'
  const tags: string[] = []
  const tag = /\s*(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)/gy
  while (tag.lastIndex < text.length) {
    const match = tag.exec(text)
    if (!match) throw new ODataError('Request_BadRequest', `The header ${name} takes entity tags, such as W/"7", or *.`, { target: name })
    tags.push(match[1] ?? '')
  }
  if (tags.length === 0) throw new ODataError('Request_BadRequest', `The header ${name} is empty.`, { target: name })
  return tags
}

/** The entity tag of a version. Weak, as the protocol recommends (Protocol 4.01, 8.3.2). */
export function printETag(version: number): string {
  return `W/"${version}"`
}

/** Whether a read's conditions hold (RFC 9110, 13.1.1 and 13.1.2): `notModified` answers 304, `failed` 412. */
export function evaluateRead(conditions: Conditions, version: number): 'holds' | 'notModified' | 'failed' {
  const names = (tags: EntityTags) => tags === '*' || tags.includes(String(version))
  if (conditions.ifMatch !== undefined && !names(conditions.ifMatch)) return 'failed'
  return conditions.ifNoneMatch !== undefined && names(conditions.ifNoneMatch) ? 'notModified' : 'holds'
}
