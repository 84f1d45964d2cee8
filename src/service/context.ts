import type { Principal } from '../auth/principal.ts'
import { dateTimeOffsetOf } from '../edm/date-time-offset.ts'
import type { Model, Property } from '../edm/entity-type.ts'
import type { Observer } from '../observe/observation.ts'
import type { ODataRequest } from '../odata/message.ts'
import type { Uri } from '../odata/uri/uri.ts'
import type { Limits } from '../plan/limits.ts'
import type { Circumstances } from '../plan/plan-request.ts'
import type { AccessKey, Store } from '../store/store.ts'

/** What the service is made of: the same for every request. */
export interface ServiceContext {
  readonly model: Model
  readonly store: Store
  readonly limits: Limits
  readonly authenticate: (headers: ODataRequest['headers']) => Principal | Promise<Principal>
  /** Throws 429 when a managing tenant sends too much. */
  readonly admit: (tenantId: string) => void
  readonly accessKeys: AccessKeyring
  readonly observe: Observer
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly newId: () => string
}

/** The access keys of all managing tenants, as far as requests deal with them. */
export interface AccessKeyring {
  /** What is told of a key. */
  readonly properties: readonly Property[]
  /** How long a new one is good at the most (days). */
  readonly maxDays: number
  readonly list: (tenantId: string) => Promise<readonly AccessKey[]>
  /** The text of a new key is here and never again. */
  readonly issue: (
    key: Pick<AccessKey, 'managingTenantId' | 'displayName' | 'createdBy' | 'endDateTime'>,
  ) => Promise<{ readonly key: AccessKey; readonly text: string }>
  readonly revoke: (tenantId: string, id: string) => Promise<boolean>
}

/** What tells one request from another in logs and answers. */
export interface RequestIds {
  readonly requestId: string
  /** The caller's own id, or the same. */
  readonly clientRequestId: string
  /** The `request-id` of the batch that this request is part of. */
  readonly batch?: string
}

/** The caller's own id, when it sent one that can stand in a header. */
export function clientRequestIdOf(sent: unknown): string | undefined {
  return typeof sent === 'string' && /^[\x21-\x7e]{1,128}$/.test(sent) ? sent : undefined
}

/** The moment and the ids that planning may use. */
export function circumstancesOf(context: ServiceContext, { requestId, batch }: RequestIds): Circumstances {
  return { requestId, now: dateTimeOffsetOf(context.now()), newId: context.newId, inBatch: batch !== undefined }
}

/** The service document and `$metadata` are for everyone: generators of clients read them without a token, as they do of Graph. */
export function isPublic(uri: Uri): boolean {
  const [first, ...rest] = uri.path
  return first === undefined || (first.name === '$metadata' && rest.length === 0)
}
