import type { Entity, EntityType } from '../../edm/entity-type.ts'
import { fold } from '../../edm/fold.ts'
import { printChanged, printMembers } from '../../edm/primitives.ts'
import { type Decision, decideWrite, type Standing, type Standings } from '../../plan/decide-write.ts'
import type { WritePlan } from '../../plan/plan.ts'
import type { WrittenRow } from '../../sql/compile-set-write.ts'
import type { Change } from '../../sql/compile-write.ts'
import { type Counted, countedBy } from '../../sql/counts.ts'
import { refusedResult } from '../refused-result.ts'
import type { WriteGroup, WriteResult } from '../store.ts'

/** A row that is written, or goes. */
export type Step = { readonly id: string; readonly row?: WrittenRow }

/** What groups of writes come to. */
export interface Decided {
  readonly results: readonly (readonly WriteResult[])[]
  /** In order; a row that is written twice has two steps. */
  readonly steps: readonly Step[]
  readonly changes: readonly Change[]
  /** The living entities that come and go. */
  readonly counted: readonly Counted[]
  /** One row takes a value of an alternate key that another has just let go, or the key of one that was purged: only one after the other can they be written. */
  readonly crossing: boolean
}

/** Decides groups of writes of one managing tenant one after the other, each seeing what those before it have done, on the rows as they stand. */
export function decideGroups(
  groups: readonly WriteGroup[],
  type: EntityType,
  standing: readonly Standing[],
  firstVersion: number,
): Decided {
  const rows = new StandingRows(type, standing)
  let steps: Step[] = []
  let changes: Change[] = []
  let counted: Counted[] = []
  let version = firstVersion
  const write = (plan: WritePlan): WriteResult => {
    const at = version++
    const effect = effectOf(decideWrite(plan, type, rows), plan, at, type)
    if ('refused' in effect) return effect.refused
    rows.put(effect.step)
    steps.push(effect.step)
    changes.push(effect.change)
    counted.push(...effect.counted)
    return effect.result
  }
  const results = groups.map(({ plans, atomic }) => {
    if (!atomic || plans.length === 1) return plans.map(write)
    const [stepsBefore, changesBefore, countedBefore, mark] = [steps.length, changes.length, counted.length, rows.mark()]
    const done: WriteResult[] = []
    for (const plan of plans) {
      const result = write(plan)
      done.push(result)
      if ('entity' in result || result.outcome === 'purged') continue
      rows.undoTo(mark)
      steps = steps.slice(0, stepsBefore)
      changes = changes.slice(0, changesBefore)
      counted = counted.slice(0, countedBefore)
      return plans.map((_, i): WriteResult => (i === done.length - 1 ? result : { outcome: 'undone' }))
    }
    return done
  })
  return { results, steps, changes, counted, crossing: rows.crossing }
}

type Effect =
  | { readonly refused: WriteResult }
  | { readonly result: WriteResult; readonly step: Step; readonly change: Change; readonly counted: readonly Counted[] }

function effectOf(decision: Decision, { access: { tenantId }, by, kind }: WritePlan, version: number, type: EntityType): Effect {
  const keyOf = (entity: Entity) => String(entity[type.key])
  switch (decision.decision) {
    case 'insert':
    case 'update': {
      const { entity } = decision
      const [id, members] = [keyOf(entity), printMembers(type, entity)]
      const change = decision.decision === 'insert' ? 'created' : decision.change
      const before = decision.decision === 'insert' ? null : printChanged(type, decision.standing.entity, entity)
      const previous = decision.decision === 'insert' ? 0 : decision.standing.version
      const outcome = kind === 'delete' ? 'deleted' : change === 'deleted' ? 'updated' : change
      return {
        result: { outcome, entity: { managingTenantId: tenantId, id, version, members } },
        step: { id, row: { version, members, entity } },
        change: { id, version, previous, kind: change, by, before, after: members },
        counted: countedBy(decision.decision === 'insert' ? undefined : decision.standing.entity, entity, type),
      }
    }
    case 'purge': {
      const { entity, version: previous } = decision.standing
      const id = keyOf(entity)
      return {
        result: { outcome: 'purged' },
        step: { id },
        change: { id, version, previous, kind: 'purged', by, before: printMembers(type, entity), after: null },
        counted: countedBy(entity, undefined, type),
      }
    }
    default:
      return { refused: refusedResult(decision) }
  }
}

/** The rows that stand, as the writes of this transaction change them. */
class StandingRows implements Standings {
  readonly #type: EntityType
  readonly #rows = new Map<string, Standing>()
  /** Keys by alternate key and folded value. */
  readonly #holders = new Map<string, string>()
  readonly #released = new Set<string>()
  readonly #purged = new Set<string>()
  readonly #undo: { readonly id: string; readonly before: Standing | undefined }[] = []
  crossing = false

  constructor(type: EntityType, standing: readonly Standing[]) {
    this.#type = type
    for (const row of standing) this.#set(String(row.entity[type.key]), row)
  }

  byKey(id: string): Standing | undefined {
    return this.#rows.get(id)
  }

  byAlternateKey(property: string, folded: string): Standing | undefined {
    const id = this.#holders.get(`${property} ${folded}`)
    return id === undefined ? undefined : this.#rows.get(id)
  }

  put({ id, row }: Step): void {
    const before = this.#rows.get(id)
    this.#undo.push({ id, before })
    if (!row) this.#purged.add(id)
    else if (this.#purged.has(id)) this.crossing = true
    for (const held of this.#valuesOf(before)) this.#released.add(held)
    this.#set(id, row && { version: row.version, entity: row.entity })
    for (const held of this.#valuesOf(this.#rows.get(id))) {
      if (this.#released.has(held) && !this.#valuesOf(before).includes(held)) this.crossing = true
    }
  }

  mark(): number {
    return this.#undo.length
  }

  undoTo(mark: number): void {
    for (const { id, before } of this.#undo.splice(mark).reverse()) this.#set(id, before)
  }

  #set(id: string, row: Standing | undefined): void {
    for (const held of this.#valuesOf(this.#rows.get(id))) if (this.#holders.get(held) === id) this.#holders.delete(held)
    if (row) this.#rows.set(id, row)
    else this.#rows.delete(id)
    for (const held of this.#valuesOf(row)) this.#holders.set(held, id)
  }

  /** The values of alternate keys that a row holds: a deleted one holds none. */
  #valuesOf(row: Standing | undefined): readonly string[] {
    if (!row || row.entity[this.#type.softDelete.flag] === true) return []
    return this.#type.alternateKeys.map((property) => `${property} ${fold(String(row.entity[property]))}`)
  }
}
