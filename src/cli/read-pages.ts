import type { WrittenEntity } from './rows/column.ts'
import type { ServiceClient } from './service-client.ts'

/** Which customers, as OData says it, and what of them. */
export interface Query {
  readonly filter?: string | undefined
  readonly orderby?: string | undefined
  readonly search?: string | undefined
  readonly select?: readonly string[] | undefined
}

/** A page of the answer. */
interface Page {
  readonly value: readonly WrittenEntity[]
  readonly '@odata.count'?: number
  readonly '@odata.nextLink'?: string
}

/** Rows of a page: the most that a service gives unless it is configured otherwise. */
const pageSize = 999

/** All customers that match, page by page, however many they are. The next page is on its way while one is used. `total` is told with the first. */
export async function* readPages(
  client: ServiceClient,
  query: Query,
  { signal, total = () => undefined }: { readonly signal?: AbortSignal; readonly total?: (count: number) => void } = {},
): AsyncGenerator<readonly WrittenEntity[]> {
  const read = async (target: string): Promise<Page> => {
    const answer = await client.send({ target, headers: { prefer: `odata.maxpagesize=${pageSize}` }, ...(signal ? { signal } : {}) })
    return answer.body as Page
  }
  const options = new Map([
    ['$filter', query.filter],
    ['$search', query.search],
    ['$orderby', query.orderby],
    ['$select', query.select?.join(',')],
    ['$count', 'true'],
  ])
  const text = [...options].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`])).join('&')
  let page = await read(`Customers?${text}`)
  total(page['@odata.count'] ?? 0)
  for (;;) {
    const link = page['@odata.nextLink']
    const next = link === undefined ? undefined : read(link)
    // Nobody waits for it when the reader leaves.
    next?.catch(() => undefined)
    yield page.value
    if (next === undefined) return
    page = await next
  }
}
