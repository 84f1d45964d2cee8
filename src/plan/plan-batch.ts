import type { Batch, IndividualRequest } from '../odata/batch/batch.ts'
import { ODataError } from '../odata/error.ts'
import type { BatchPlan, BatchStep } from './plan.ts'

/** Turns a batch into steps: what happens together, and what waits for what. Throws 400 when it asks too much. */
export function planBatch({ format, requests, continueOnError }: Batch, limit: number): BatchPlan {
  if (requests.length > limit)
    throw new ODataError('Request_BadRequest', `A batch has ${limit} requests at the most; this one has ${requests.length}.`)
  const steps: BatchStep[] = []
  const stepOf = new Map<string, number>()
  for (const together of atomicityGroups(requests)) {
    const own = steps.length
    const after = new Set<number>()
    for (const { id, group, dependsOn } of together) {
      for (const name of dependsOn) {
        const step = stepOf.get(name)
        if (step !== undefined && step !== own) after.add(step)
      }
      if (id !== undefined) stepOf.set(id, own)
      if (group !== undefined) stepOf.set(group, own)
    }
    // In a multipart batch all that stands before is over (Protocol 4.01, 11.7.7.4).
    const visible = format === 'multipart' ? steps.map((_, i) => i) : [...after]
    steps.push({
      requests: together,
      after: [...after],
      visible: [...new Set(visible.flatMap((i) => [i, ...(steps[i]?.visible ?? [])]))],
    })
  }
  return { kind: 'batch', steps, ordered: format === 'multipart' || !continueOnError, continueOnError }
}

/** The members of a group stand side by side. */
function atomicityGroups(requests: readonly IndividualRequest[]): readonly (readonly IndividualRequest[])[] {
  const steps: IndividualRequest[][] = []
  for (const request of requests) {
    const last = steps.at(-1)
    if (request.group !== undefined && last?.[0]?.group === request.group) last.push(request)
    else steps.push([request])
  }
  return steps
}
