import { fold } from '../../edm/fold.ts'
import type { WrittenEntity } from '../rows/column.ts'
import type { ServiceClient } from '../service-client.ts'
import type { Candidate } from './candidate.ts'

/** The customers that rows speak of, as they stand in the service. */
export interface Existing {
  /** Deleted ones too: they keep their ids. */
  readonly byId: ReadonlyMap<string, WrittenEntity>
  /** By the folded azureTenantId. */
  readonly byTenant: ReadonlyMap<string, WrittenEntity>
}

export const nobody: Existing = { byId: new Map(), byTenant: new Map() }

/** Values of one `in`, and characters of them in a URL: below what a service takes unless it is configured for less. */
const most = { values: 250, characters: 10_000 }

/** Looks up the customers of some rows: by id, and by azureTenantId those that have no id or whose id nobody has. */
export async function lookUp(client: ServiceClient, candidates: readonly Candidate[], signal: AbortSignal): Promise<Existing> {
  const read = async (property: string, values: readonly string[], rest = ''): Promise<WrittenEntity[]> => {
    const parts = await Promise.all(
      listsOf(values).map(async (list) => {
        const found: WrittenEntity[] = []
        let target: string | undefined = `Customers?$filter=${encodeURIComponent(`${property} in (${list})${rest}`)}`
        while (target !== undefined) {
          const { body } = await client.send({ target, headers: { prefer: `odata.maxpagesize=${most.values}` }, signal })
          const page = body as { readonly value: readonly WrittenEntity[]; readonly '@odata.nextLink'?: string }
          found.push(...page.value)
          target = page['@odata.nextLink']
        }
        return found
      }),
    )
    return parts.flat()
  }
  const told = (name: string, from: readonly Candidate[]) =>
    from.flatMap(({ values }) => (typeof values[name] === 'string' ? [values[name]] : []))
  // A filter that names isDeleted finds the deleted ones as well.
  const byId = new Map(
    (await read('id', told('id', candidates), ' and (isDeleted eq true or isDeleted eq false)')).map((entity) => [
      String(entity.id),
      entity,
    ]),
  )
  const others = candidates.filter(({ values }) => {
    const standing = typeof values.id === 'string' ? byId.get(values.id) : undefined
    return standing === undefined || fold(String(standing.azureTenantId)) !== fold(String(values.azureTenantId ?? standing.azureTenantId))
  })
  const byTenant = (await read('azureTenantId', told('azureTenantId', others))).map(
    (entity) => [fold(String(entity.azureTenantId)), entity] as const,
  )
  return { byId, byTenant: new Map(byTenant) }
}

/** The values as lists of literals, each short enough for one request. */
function listsOf(values: readonly string[]): string[] {
  const lists: string[][] = []
  let characters = Number.POSITIVE_INFINITY
  for (const value of values) {
    const literal = `'${value.replaceAll("'", "''")}'`
    const length = encodeURIComponent(literal).length + 3
    if (characters + length > most.characters || (lists.at(-1)?.length ?? 0) >= most.values) {
      lists.push([])
      characters = 0
    }
    lists.at(-1)?.push(literal)
    characters += length
  }
  return lists.map((list) => list.join(','))
}
