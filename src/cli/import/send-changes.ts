import { type ServiceClient, ServiceError } from '../service-client.ts'

/** An item of a delta payload (Protocol 4.01, 11.4.12): a customer that is to be as it says, or is to go. */
export type ChangeItem = Readonly<Record<string, unknown>>

/** Items of one bulk: the most that a service takes unless it is configured otherwise. */
export const bulkSize = 1_000

/** A failure as the answer tells it (Core.DataModificationException). */
interface FailedItem {
  readonly '@Core.ContentID': string
  readonly '@Core.DataModificationException': {
    readonly responseCode: number
    readonly info: { readonly message: string; readonly details?: readonly { readonly message: string }[] }
  }
}

/** What became of an item: nothing bad, or why it was refused. */
export interface Failure {
  readonly status: number
  readonly reasons: readonly string[]
}

/** Sends items as one bulk, of which each succeeds or fails for itself; gives the failures by the place of the item. Doing it twice is doing it once. */
export async function sendChanges(client: ServiceClient, items: readonly ChangeItem[]): Promise<ReadonlyMap<number, Failure>> {
  if (items.length === 0) return new Map()
  try {
    const { body } = await client.send({
      method: 'PATCH',
      target: 'Customers',
      headers: { prefer: 'continue-on-error, return=minimal' },
      body: { '@odata.context': '#$delta', value: items.map((item, place) => ({ '@Core.ContentID': String(place), ...item })) },
    })
    const failed = (body as { readonly value: readonly FailedItem[] } | undefined)?.value ?? []
    return new Map(failed.map((item) => [Number(item['@Core.ContentID']), failureOf(item)]))
  } catch (error) {
    if (!(error instanceof ServiceError) || !isTooMuch(error) || items.length === 1) throw error
    const half = items.length >> 1
    const [first, second] = [await sendChanges(client, items.slice(0, half)), await sendChanges(client, items.slice(half))]
    return new Map([...first, ...[...second].map(([place, failure]) => [place + half, failure] as const)])
  }
}

/** The service takes fewer items, or bytes, of one bulk than we sent. */
function isTooMuch({ status, target }: ServiceError): boolean {
  return status === 413 || (status === 400 && target === 'value')
}

function failureOf({ '@Core.DataModificationException': { responseCode, info } }: FailedItem): Failure {
  const details = info.details?.map(({ message }) => message) ?? []
  return { status: responseCode, reasons: details.length > 0 ? details : [info.message] }
}
