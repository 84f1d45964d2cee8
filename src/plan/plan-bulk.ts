import type { EntitySet } from '../edm/entity-type.ts'
import type { Change, UpdateCollection } from '../odata/bind/bound-request.ts'
import { ODataError } from '../odata/error.ts'
import { invalidEntity } from '../odata/payload/read-entity.ts'
import type { GroupPlan, WritePlan } from './plan.ts'
import type { Circumstances } from './plan-request.ts'
import { planUpdate } from './plan-update.ts'

type Writing = Pick<WritePlan, 'access' | 'by' | 'entitySet'>

/** A bulk as one group of writes, one for each item that is well-formed. Without `continue-on-error` an item that is not undoes all (Protocol 4.01, 11.4.12.1). */
export function planBulk(
  { entitySet, changes, continues }: UpdateCollection,
  writing: Writing,
  most: number,
  circumstances: Circumstances,
): GroupPlan {
  if (changes.length > most)
    throw new ODataError('Request_BadRequest', `A bulk takes ${most} changes at the most, not ${changes.length}: send it in parts.`, {
      target: 'value',
    })
  if (!continues) {
    const faults = changes.flatMap((change, i) =>
      change.kind === 'malformed' ? change.faults.map((each) => ({ ...each, target: targetIn(i, each.target) })) : [],
    )
    if (faults.length > 0) throw invalidEntity(faults)
  }
  const plans = changes.flatMap((change) => (change.kind === 'malformed' ? [] : [planChange(change, entitySet, writing, circumstances)]))
  return { kind: 'group', entitySet: entitySet.name, access: writing.access, plans, atomic: !continues }
}

function planChange(
  change: Exclude<Change, { kind: 'malformed' }>,
  entitySet: EntitySet,
  writing: Writing,
  circumstances: Circumstances,
): WritePlan {
  const { address, conditions } = change
  if (change.kind === 'delete') return { kind: 'delete', ...writing, address, ...conditions }
  const { body } = change
  const update = planUpdate({ entitySet, address, body, replaces: false, upserts: true }, circumstances)
  return { kind: 'update', ...writing, ...update, ...conditions }
}

/** Where in a bulk something is: the place of the item, counted from 0, and what of it. */
export function targetIn(index: number, target: string | undefined): string {
  return `value/${index}${target === undefined ? '' : `/${target}`}`
}
