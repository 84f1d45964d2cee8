import type { IndividualRequest } from '../odata/batch/batch.ts'
import type { Referents } from '../odata/batch/references.ts'
import { ODataError } from '../odata/error.ts'
import type { BatchPlan, BatchStep } from '../plan/plan.ts'
import { type BatchContext, type Entered, enterRequest } from './enter-request.ts'
import type { Result } from './execute.ts'
import { executeGroup } from './execute-group.ts'
import { openTurnstile } from './turnstile.ts'

/** Requests of one batch that run at a time. */
const concurrency = 32

/** Carries out a batch: its steps one after the other, or as soon as those before them allow. Each request goes the whole path of a single one. */
export async function executeBatch(plan: BatchPlan, batch: BatchContext): Promise<Extract<Result, { kind: 'responses' }>> {
  const run = openTurnstile(plan.ordered ? 1 : concurrency)
  let failed = false
  const steps: Promise<readonly Entered[] | undefined>[] = []
  for (const step of plan.steps) {
    const done = (async () => {
      const before = await Promise.all(step.after.map((i) => steps[i]))
      return run(async () => {
        if (failed && !plan.continueOnError) return undefined
        const entered = await executeStep(step, before.every(succeeded), await referentsOf(step, plan, steps), batch)
        failed ||= entered.some(({ response }) => response.status >= 400)
        return entered
      }, step.requests.some(isRead))
    })()
    steps.push(done)
    if (plan.ordered) await done
  }
  const answers = await Promise.all(steps)
  const responses = plan.steps.flatMap(({ requests }, s) =>
    requests.flatMap((request, i) => {
      const response = answers[s]?.[i]?.response
      return response ? [{ request, response }] : []
    }),
  )
  return { kind: 'responses', responses }
}

/** A read can be long and hold the event loop; writes that begin in one turn of it are committed together. */
function isRead({ method }: IndividualRequest): boolean {
  return method === 'GET'
}

function executeStep(step: BatchStep, allowed: boolean, referents: Referents, batch: BatchContext): Promise<readonly Entered[]> {
  const requests = allowed ? step.requests : step.requests.map(withFailedDependency)
  const [first, ...others] = requests
  if (first && first.group === undefined && others.length === 0) return enterRequest(first, referents, batch).then((entered) => [entered])
  return executeGroup(requests, referents, batch)
}

/** A request whose dependency did not answer with 2xx does not happen (OData JSON 4.01, 19.1). */
function withFailedDependency(request: IndividualRequest): IndividualRequest {
  return { ...request, fault: new ODataError('FailedDependency', 'A request that this one depends on failed, so this one did not happen.') }
}

function succeeded(entered: readonly Entered[] | undefined): boolean {
  return entered?.every(({ response: { status } }) => status >= 200 && status < 300) ?? false
}

/** What the earlier requests that are over by now came to, by their ids. */
async function referentsOf(
  { visible }: BatchStep,
  plan: BatchPlan,
  steps: readonly Promise<readonly Entered[] | undefined>[],
): Promise<Referents> {
  const referents = new Map<string, Entered['referent']>()
  for (const s of visible) {
    const entered = await steps[s]
    plan.steps[s]?.requests.forEach(({ id }, i) => {
      const referent = entered?.[i]?.referent
      if (id !== undefined && referent) referents.set(id, referent)
    })
  }
  return referents
}
