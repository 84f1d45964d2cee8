import { bindRequest } from '../odata/bind/bind-request.ts'
import type { ODataRequest, ODataResponse } from '../odata/message.ts'
import { parseUri } from '../odata/uri/parse-uri.ts'
import { planRequest } from '../plan/plan-request.ts'
import { addressesAccessKeys, answerAccessKeys } from './access-keys.ts'
import { executeBatch } from './batch.ts'
import { circumstancesOf, isPublic, type RequestIds, type ServiceContext } from './context.ts'
import { execute } from './execute.ts'
import { errorResponse, finish } from './respond.ts'
import { serialize } from './serialize.ts'
import { startTiming } from './timing.ts'

/**
 * The whole path of a request: each line a stage, each stage a value made from the one before. Each may refuse by throwing an ODataError:
 * a malformed URL in parse (400), a caller that nobody vouches for in authenticate (401), or that sends too much (429), a name or value that the model does not have in bind
 * (400, 404, 405, 406, 415), what the caller may not do or asks too much of in plan (403, 400), what stands against it in the store (404, 409, 412, 503).
 */
export async function handle(request: ODataRequest, ids: RequestIds, context: ServiceContext): Promise<ODataResponse> {
  const timing = startTiming()
  try {
    const uri = parseUri(request.target)
    timing.end('parse')
    const principal = isPublic(uri) ? undefined : await context.authenticate(request.headers)
    if (principal) context.admit(principal.tenantId)
    timing.end('authenticate')
    if (principal && addressesAccessKeys(uri)) {
      const { response, head } = await answerAccessKeys(uri, request, principal, context)
      timing.end('accessKeys')
      return finish(response, head, ids, timing)
    }
    const bound = bindRequest(uri, request, context.model, context.limits.query)
    timing.end('bind')
    const plan = planRequest(bound, principal, context.limits, circumstancesOf(context, ids))
    timing.end('plan')
    const within = { origin: request.origin, version: uri.version, ids, context, handle }
    const result = plan.kind === 'batch' ? await executeBatch(plan, within) : await execute(plan, context)
    timing.end('store')
    const response = serialize(result, plan, bound, request.origin, context)
    timing.end('serialize')
    return finish(response, bound.head, ids, timing)
  } catch (error) {
    return errorResponse(error, request, ids, timing, context)
  }
}
