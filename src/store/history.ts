import { createHash } from 'node:crypto'
import type { EntityType } from '../edm/entity-type.ts'
import type { BoundExpression } from '../plan/expression.ts'
import type { ChangesPlan, DeltaPosition, HistoryPoint, ReadPagePlan } from '../plan/plan.ts'
import { scanAhead } from '../sql/compile-changes.ts'
import { storedEntityOf } from './rows.ts'
import type { ChangedEntity, ChangesResult } from './store.ts'

const resyncRequired: ChangesResult = { kind: 'resyncRequired' }

type Row = readonly unknown[]

/** The number of a change, with a mark of the request that made it: a database that was emptied or restored has another change there, or none. */
function pointOf(version: unknown, requestId: unknown): HistoryPoint {
  if (version === null || version === undefined) return { version: 0, mark: '' }
  return { version: Number(version), mark: createHash('sha256').update(String(requestId)).digest('base64url').slice(0, 11) }
}

/** Whether all changes after a point are kept, and the point is one of this history. Retention keeps the change that it has trimmed up to. */
function isKept(point: HistoryPoint, trimmed: unknown, requestId: unknown): boolean {
  if (point.version < Number(trimmed ?? 0)) return false
  if (point.version === 0) return true
  return requestId !== null && requestId !== undefined && pointOf(point.version, requestId).mark === point.mark
}

/** The number that a first round asks the history for: that of the point which its link holds. */
export function sinceOf(from: Exclude<DeltaPosition, { kind: 'changes' }>): number {
  return from.kind === 'entities' ? from.since.version : 0
}

/** The point that a first round tells everything up to: the last change, as it was before the first page was read. Undefined: it is not kept any more. */
export function firstRoundPoint(from: Exclude<DeltaPosition, { kind: 'changes' }>, history: Row | undefined): HistoryPoint | undefined {
  const [trimmed, last, lastRequest, sinceRequest] = history ?? []
  if (from.kind !== 'entities') return pointOf(last, lastRequest)
  return isKept(from.since, trimmed, sinceRequest) ? from.since : undefined
}

/** A page of a first round: the living entities by key, so that one which is made anew meanwhile is not told twice. */
export function livingPage(plan: ChangesPlan, type: EntityType): ReadPagePlan {
  const { entitySet, access, select, ids, size, now, from } = plan
  const key: BoundExpression = { kind: 'property', type: 'Edm.String', name: type.key, comparison: 'exact' }
  const items = (ids ?? []).map((value): BoundExpression => ({ kind: 'constant', type: 'Edm.String', value }))
  return {
    kind: 'readPage',
    entitySet,
    access,
    now,
    deleted: false,
    orderby: [{ expression: key, descending: false }],
    size,
    skip: 0,
    last: false,
    next: {},
    count: false,
    ...(select ? { select } : {}),
    ...(ids ? { filter: { kind: 'in', type: 'Edm.Boolean', left: key, items } } : {}),
    ...(from.kind === 'entities' ? { after: [from.after] } : {}),
  }
}

/** What a first round answers. `rows` are those of its page; undefined where it has none. */
export function firstRound(plan: ChangesPlan, since: HistoryPoint | undefined, rows: readonly Row[], type: EntityType): ChangesResult {
  if (!since) return resyncRequired
  const entities = rows.slice(0, plan.size).map((row) => storedEntityOf(row, plan, type))
  const last = entities.at(-1)
  const more = rows.length > plan.size && last !== undefined
  return {
    kind: 'changes',
    changed: entities.map((entity) => ({ entity })),
    next: more ? { kind: 'entities', since, after: last.id } : { kind: 'changes', since },
    more,
  }
}

/** What a later round answers, of the rows that `compileChangedEntities` gives. */
export function laterRound(
  plan: ChangesPlan,
  { since, within }: Extract<DeltaPosition, { kind: 'changes' }>,
  rows: readonly Row[],
  type: EntityType,
): ChangesResult {
  const [trimmed, last, lastRequest, sinceRequest, seen, looked] = rows[0] ?? []
  const upTo = pointOf(last, lastRequest)
  if (!isKept(since, trimmed, sinceRequest)) return resyncRequired
  if (within && (upTo.version !== within.upTo.version || upTo.mark !== within.upTo.mark)) return resyncRequired
  const told = rows.filter((row) => row[6] !== null)
  const page = told.slice(0, plan.size)
  // What was looked at is told, or was told before. Past what was looked at there is more only if the look was cut off.
  const after = told.length > plan.size ? Number(page.at(-1)?.[6]) : Number(looked) > plan.size + scanAhead ? Number(seen) : upTo.version
  const more = after < upTo.version
  return {
    kind: 'changes',
    changed: page.map((row) => changedOf(row, plan, type)),
    next: more ? { kind: 'changes', since, within: { after, upTo } } : { kind: 'changes', since: upTo },
    more,
  }
}

/** The entity that a row of a later round tells. */
function changedOf(row: Row, plan: ChangesPlan, type: EntityType): ChangedEntity {
  const [changed, deleted, ...stored] = row.slice(7)
  if (deleted === null || deleted === undefined) return { id: String(changed), removed: 'deleted' }
  if (deleted === true || deleted === 1) return { id: String(changed), removed: 'changed' }
  return { entity: storedEntityOf(stored, plan, type) }
}

/** What a step of retention comes to, of the rows that `compileOldestChanges` gives: the number to trim up to, and how many changes go. */
export function trimmable(rows: readonly Row[], before: string): { readonly upTo: number; readonly count: number } | undefined {
  // A moment is the request's, so a change may be older than the one before it: trimming ends at the first that is kept.
  const kept = rows.findIndex(([, changedAt]) => String(changedAt) >= before)
  const old = kept < 0 ? rows : rows.slice(0, kept)
  const [last] = old.slice(-1)
  if (!last || Number(last[0]) <= Number(last[2])) return undefined
  return { upTo: Number(last[0]), count: old.length - 1 }
}
