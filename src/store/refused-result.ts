import type { Refusal } from '../plan/decide-write.ts'
import type { WriteResult } from './store.ts'

/** What a refused write answers: the same words, under another name. */
export function refusedResult(refusal: Refusal): WriteResult {
  switch (refusal.decision) {
    case 'refused':
      return { outcome: 'refused', property: refusal.property, message: refusal.message }
    case 'taken':
      return { outcome: 'taken', property: refusal.property, holder: refusal.holder }
    default:
      return { outcome: refusal.decision }
  }
}
