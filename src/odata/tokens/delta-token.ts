import { ODataError } from '../error.ts'
import { checksum, seal, unseal } from './seal.ts'

/** A point in the history of a managing tenant: the number of a change, and a mark by which the database knows that change again. */
export interface HistoryPoint {
  /** 0: before the first change. */
  readonly version: number
  /** Empty before the first change. */
  readonly mark: string
}

/** Where a delta query goes on from. `since` is the point that the client has seen everything up to. */
export type DeltaPosition =
  /** The first request: all living entities, page by page. */
  | { readonly kind: 'start' }
  /** The client wants to hear of later changes only. */
  | { readonly kind: 'latest' }
  /** The next page of the first round, after a key. */
  | { readonly kind: 'entities'; readonly since: HistoryPoint; readonly after: string }
  /** What has changed since. `within`: a later page of a round that ends at `upTo`. */
  | {
      readonly kind: 'changes'
      readonly since: HistoryPoint
      readonly within?: { readonly after: number; readonly upTo: HistoryPoint }
    }

/** A position that a link can hold. */
export type LinkedPosition = Exclude<DeltaPosition, { kind: 'start' | 'latest' }>

/** All that a delta query is: what its links hold, so that the client need not repeat it. */
export interface DeltaToken {
  /** Whose it is: {@link holderOf} the managing tenant. */
  readonly holder: string
  readonly position: LinkedPosition
  /** Names of the selected properties. */
  readonly select?: readonly string[]
  /** The keys that are followed. */
  readonly ids?: readonly string[]
  /** The page size that the round's first request asked for. */
  readonly size?: number
}

/** `$skiptoken` leads to the next page of a round, `$deltatoken` to the next round. */
export type DeltaTokenName = 'skiptoken' | 'deltatoken'

/** A managing tenant in a token. */
export function holderOf(tenantId: string): string {
  return checksum(tenantId, 'holder')
}

export function printDeltaToken(token: DeltaToken, name: DeltaTokenName, entitySet: string): string {
  const { holder, position, select, ids, size } = token
  const place =
    position.kind === 'entities'
      ? [pointText(position.since), position.after]
      : [pointText(position.since), ...(position.within ? [position.within.after, pointText(position.within.upTo)] : [])]
  return seal([holder, position.kind, place, select ?? null, ids ?? null, size ?? null], `${entitySet} ${name}`)
}

/** Throws 400 for a token that is malformed, of the other kind, or of another entity set. */
export function parseDeltaToken(text: string, name: DeltaTokenName, entitySet: string): DeltaToken {
  const value = unseal(text, `${entitySet} ${name}`)
  if (!Array.isArray(value) || value.length !== 6) throw malformed(name)
  const [holder, kind, place, select, ids, size] = value
  const position = positionOf(kind, place)
  if (typeof holder !== 'string' || !position) throw malformed(name)
  return {
    holder,
    position,
    ...(isTexts(select) ? { select } : {}),
    ...(isTexts(ids) ? { ids } : {}),
    ...(typeof size === 'number' ? { size } : {}),
  }
}

type Place = readonly [version: number, mark: string]

const pointText = ({ version, mark }: HistoryPoint): Place => [version, mark]

function positionOf(kind: unknown, place: unknown): LinkedPosition | undefined {
  if (!Array.isArray(place)) return undefined
  const [first, after, last] = place
  const [since, upTo] = [pointOf(first), pointOf(last)]
  if (!since) return undefined
  if (kind === 'entities') return typeof after === 'string' ? { kind, since, after } : undefined
  if (kind !== 'changes') return undefined
  if (after === undefined) return { kind, since }
  return typeof after === 'number' && upTo ? { kind, since, within: { after, upTo } } : undefined
}

function pointOf(value: unknown): HistoryPoint | undefined {
  if (!Array.isArray(value)) return undefined
  const [version, mark] = value
  return typeof version === 'number' && typeof mark === 'string' ? { version, mark } : undefined
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function malformed(name: DeltaTokenName): ODataError {
  return new ODataError(
    'Request_BadRequest',
    `The $${name} is malformed, or belongs to another query. Follow @odata.nextLink and @odata.deltaLink as they were given.`,
    { target: `$${name}` },
  )
}
