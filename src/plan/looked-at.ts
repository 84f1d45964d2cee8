import type { EntityType } from '../edm/entity-type.ts'
import { type BoundExpression, mentions } from './expression.ts'
import type { Selection } from './plan.ts'

/** Whether a filter looks at deleted rows: one that asks for one kind by its flag looks at no others, and so finds them by an index. */
export function lookedAt(filter: BoundExpression | undefined, { softDelete }: EntityType): Selection['deleted'] {
  if (!filter || !mentions(filter, [softDelete.flag, softDelete.at])) return false
  const asked = askedOf(filter, softDelete.flag)
  return asked === undefined ? true : asked && 'only'
}

/** What a condition asks a flag to be, whatever else it asks. */
function askedOf(condition: BoundExpression, flag: string): boolean | undefined {
  if (condition.kind !== 'operation') return undefined
  const { operator, left, right } = condition
  if (operator === 'and') return askedOf(left, flag) ?? askedOf(right, flag)
  const named = left.kind === 'property' && left.name === flag
  return operator === 'eq' && named && right.kind === 'constant' && typeof right.value === 'boolean' ? right.value : undefined
}
