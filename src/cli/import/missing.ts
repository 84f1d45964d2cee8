import { readPages } from '../read-pages.ts'
import type { ServiceClient } from '../service-client.ts'
import { idKey, tenantKey } from './candidate.ts'
import type { SeenKeys } from './seen-keys.ts'
import { bulkSize, sendChanges } from './send-changes.ts'
import { nameOf } from './step.ts'

/** A customer that the service keeps and no row names. */
export interface Missing {
  readonly id: string
  readonly name: string
}

/** The customers of whom no row spoke. */
export async function findMissing(client: ServiceClient, seen: SeenKeys, signal: AbortSignal): Promise<readonly Missing[]> {
  const missing: Missing[] = []
  for await (const page of readPages(client, { select: ['id', 'azureTenantId', 'displayName'] }, { signal })) {
    for (const entity of page) {
      const { id, azureTenantId } = entity
      if (!seen.has(idKey(String(id))) && !seen.has(tenantKey(String(azureTenantId))))
        missing.push({ id: String(id), name: nameOf(entity) })
    }
  }
  return missing
}

/** Deletes them softly. Gives how many are gone by it, and why others are not. */
export async function deleteMissing(
  client: ServiceClient,
  missing: readonly Missing[],
  signal: AbortSignal,
  advance: (deleted: number) => void,
): Promise<{ readonly deleted: number; readonly failures: readonly string[] }> {
  let deleted = 0
  const failures: string[] = []
  for (let at = 0; at < missing.length && !signal.aborted; at += bulkSize) {
    const part = missing.slice(at, at + bulkSize)
    const failed = await sendChanges(
      client,
      part.map(({ id }) => ({ '@removed': { reason: 'changed' }, id })),
    )
    // Somebody else deleted it meanwhile: that is what was wanted.
    const real = [...failed].filter(([, { status }]) => status !== 404)
    for (const [place, { reasons }] of real) failures.push(`${part[place]?.name}: ${reasons.join(' ')}`)
    deleted += part.length - real.length
    advance(deleted)
  }
  return { deleted, failures }
}
