import type { ServiceClient } from '../service-client.ts'
import type { Candidate } from './candidate.ts'
import { lookUp, nobody } from './existing.ts'
import { bulkSize, type ChangeItem, sendChanges } from './send-changes.ts'
import { decideStep, type Presets, type Step } from './step.ts'

export interface ImportOptions {
  readonly client: ServiceClient
  readonly candidates: AsyncIterable<Candidate>
  readonly presets: Presets
  /** Whether it is a plan: nothing is sent but questions. */
  readonly dryRun: boolean
  /** Whether it goes on after a row that is refused. */
  readonly continues: boolean
  readonly signal: AbortSignal
  /** Told of each row once it is done, in the order of the file. */
  readonly tell: (step: Step) => Promise<void> | void
}

/** Bulks that are under way at once: one is read and compared while another is written. */
const underWay = 2

/** Takes rows in bulks: looks their customers up, decides, sends. Stops at a signal, and at a refused row unless told to go on: what is under way is finished. */
export async function importCandidates(options: ImportOptions): Promise<void> {
  const { client, candidates, dryRun, continues, signal, tell } = options
  const empty = await isEmpty(client, signal)
  const waiting: Promise<readonly Step[]>[] = []
  let stopped = false
  const settle = async () => {
    for (const step of (await waiting.shift()) ?? []) {
      await tell(step)
      if (step.kind === 'refuse' && !continues && !dryRun) stopped = true
    }
  }
  let batch: Candidate[] = []
  /** Whether the rows before were good, as far as that is known before they are sent. */
  let before = Promise.resolve(true)
  const begin = async () => {
    if (batch.length === 0) return
    const decided = decideBatch(batch, options, empty)
    const steps = sendBatch(decided, before, options)
    before = Promise.all([before, decided]).then(([good, these]) => good && (continues || these.at(-1)?.kind !== 'refuse'))
    // They are awaited in their turn; until then a failure is nobody's surprise.
    for (const promise of [before, steps]) promise.catch(() => undefined)
    waiting.push(steps)
    batch = []
    if (waiting.length >= underWay) await settle()
  }
  const take = async () => {
    for await (const candidate of candidates) {
      if (signal.aborted || stopped) return
      batch.push(candidate)
      const last = candidate.faults.length > 0 && !continues && !dryRun
      if (batch.length >= bulkSize || last) await begin()
      if (last) return
    }
    if (!signal.aborted && !stopped) await begin()
  }
  let failure: unknown
  await take().catch((error: unknown) => {
    failure = error
  })
  // What is under way is told of, whatever else went wrong.
  while (waiting.length > 0)
    await settle().catch((error: unknown) => {
      failure ??= error
    })
  if (failure !== undefined && !signal.aborted) throw failure
}

/** Nobody has to be looked up in a service that keeps nobody. */
async function isEmpty(client: ServiceClient, signal: AbortSignal): Promise<boolean> {
  const { body } = await client.send({ target: 'Customers?$top=1&$select=id', signal })
  return (body as { readonly value: readonly unknown[] }).value.length === 0
}

/** The steps of a bulk, up to the first that is refused where that is to end the import. */
async function decideBatch(batch: readonly Candidate[], options: ImportOptions, empty: boolean): Promise<readonly Step[]> {
  const { client, presets, dryRun, continues, signal } = options
  const good = batch.filter(({ faults }) => faults.length === 0)
  const existing = empty ? nobody : await lookUp(client, good, signal).catch(stopped(signal))
  if (existing === undefined) return []
  const steps = batch.map((candidate) => decideStep(candidate, existing, presets))
  const end = continues || dryRun ? -1 : steps.findIndex(({ kind }) => kind === 'refuse')
  return end < 0 ? steps : steps.slice(0, end + 1)
}

/** Does the steps, unless those before them were refused; gives them as the service took them. */
async function sendBatch(decided: Promise<readonly Step[]>, before: Promise<boolean>, options: ImportOptions): Promise<readonly Step[]> {
  const [good, steps] = await Promise.all([before, decided])
  if (options.dryRun) return steps
  if (!good || options.signal.aborted) return []
  const sent = steps.flatMap((step, place) => {
    const item = itemOf(step)
    return item ? [{ item, place }] : []
  })
  const failures = await sendChanges(
    options.client,
    sent.map(({ item }) => item),
  )
  const refused = new Map([...failures].map(([index, { reasons }]) => [sent[index]?.place, reasons] as const))
  return steps.map((step, place) => {
    const reasons = refused.get(place)
    return reasons ? { candidate: step.candidate, kind: 'refuse', reasons } : step
  })
}

/** A question that was given up for a signal is no failure. */
function stopped(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error
    return undefined
  }
}

/** The item of a bulk that does the step. Of a change only what differs is sent: what others change meanwhile stays. */
function itemOf(step: Step): ChangeItem | undefined {
  if (step.kind === 'create') return step.entity
  if (step.kind !== 'change') return undefined
  return { id: step.id, ...Object.fromEntries(step.differences.map(({ property, to }) => [property.name, to])) }
}
