import type { Refusal } from '../plan/decide-write.ts'
import type { RefusedResult } from './store.ts'

/** What a refused write answers: the same words, under another name. */
export function refusedResult(refusal: Refusal): RefusedResult {
  const existing = refusal.existing ? { existing: true as const } : {}
  switch (refusal.decision) {
    case 'refused':
      return { outcome: 'refused', faults: refusal.faults, ...existing }
    case 'taken': {
      const { decision: outcome, ...taken } = refusal
      return { outcome, ...taken }
    }
    default:
      return { outcome: refusal.decision, ...existing }
  }
}
