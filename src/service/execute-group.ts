import type { IndividualRequest } from '../odata/batch/batch.ts'
import type { Referent, Referents } from '../odata/batch/references.ts'
import { ODataError } from '../odata/error.ts'
import { printKey } from '../odata/uri/key-predicate.ts'
import type { WritePlan } from '../plan/plan.ts'
import { AtomicityGroup } from './atomicity-group.ts'
import { type BatchContext, type Entered, enterRequest } from './enter-request.ts'
import { groupFailed } from './execute.ts'
import { errorResponse } from './respond.ts'

/**
 * Carries out an atomicity group. Each member goes as far as its plan, then all plans are written as one. The key of an entity to be created
 * stands in its plan, so later members can refer to it by `$<id>` before it exists.
 */
export async function executeGroup(
  members: readonly IndividualRequest[],
  referents: Referents,
  batch: BatchContext,
): Promise<readonly Entered[]> {
  const group = new AtomicityGroup(batch.context.store)
  const known = new Map(referents)
  const writing = new Set<string>()
  const entering: Promise<Entered>[] = []
  let failed = false
  for (const member of members) {
    const { store, arrived } = group.join()
    const reads = member.method === 'GET'
    const entered = enterRequest(reads ? withoutWrites(member, writing) : member, reads ? referents : known, {
      ...batch,
      context: { ...batch.context, store },
    })
    entering.push(entered)
    const plans = await Promise.race([arrived, entered.then(() => undefined)])
    if (!plans) failed ||= (await entered).response.status >= 400
    if (member.id === undefined) continue
    if (plans) writing.add(member.id)
    known.set(member.id, plans ? plannedReferent(plans, batch) : (await entered).referent)
  }
  if (failed) group.abandon()
  else group.commit()
  return withFailure(await Promise.all(entering), members, batch)
}

/** A read in a group sees what stood before the group: there is nothing to read yet of what its other members write. */
function withoutWrites(member: IndividualRequest, writing: ReadonlySet<string>): IndividualRequest {
  if (!member.dependsOn.some((id) => writing.has(id))) return member
  const fault = new ODataError(
    'Request_BadRequest',
    'A read cannot depend on a write of its own atomicity group: put it after the group and let it depend on that.',
    { target: 'dependsOn' },
  )
  return { ...member, fault }
}

/** Where the entity of a write will be. */
function plannedReferent(plans: readonly WritePlan[], { version, context }: BatchContext): Referent {
  const [plan] = plans
  if (!plan) return { path: '' }
  const type = context.model.entitySets.find(({ name }) => name === plan.entitySet)?.type
  const at = (key: string) => ({ path: `/${version}/${plan.entitySet}(${key})` })
  switch (plan.kind) {
    case 'create':
      return at(printKey(String(plan.entity[type?.key ?? 'id'])))
    case 'update':
    case 'delete':
      return at(plan.address.kind === 'key' ? printKey(plan.address.id) : `${plan.address.property}=${printKey(plan.address.value)}`)
    case 'restore':
    case 'purge':
      return at(printKey(plan.id))
  }
}

/** Of a group that failed no member has succeeded, whatever it would have answered alone (OData JSON 4.01, 19.5). */
function withFailure(entered: readonly Entered[], members: readonly IndividualRequest[], { context }: BatchContext): readonly Entered[] {
  if (entered.every(({ response }) => response.status < 400)) return entered
  return entered.map((one, i) => {
    const { status, headers } = one.response
    if (status >= 400) return one
    const ids = { requestId: headers['request-id'] ?? '', clientRequestId: headers['client-request-id'] ?? '' }
    return { referent: 'failed', response: errorResponse(groupFailed(), members[i] ?? { headers: {} }, ids, undefined, context) }
  })
}
