import { once } from 'node:events'
import { interruptedCode, listenForInterruption } from '../interruption.ts'
import { createProgress, type Progress } from '../progress.ts'
import type { ServiceClient } from '../service-client.ts'
import type { Candidate } from './candidate.ts'
import type { Rejects } from './rejects.ts'
import { type Counts, countStep, noCounts, printStep, stepAsJson, summarize } from './report.ts'
import { importCandidates } from './run.ts'
import type { Presets, Step } from './step.ts'

/** How a command opens its service: it tells of waits between tries. */
export type OpenClient = (waiting: (reason: string, seconds: number) => void) => Promise<ServiceClient>

/** Rows to import, and what is known of them. */
export interface Rows {
  readonly candidates: AsyncIterable<Candidate>
  /** How much of them is read, 0 to 1. */
  readonly part: () => number | undefined
}

/** What goes on around rows that are imported. */
export interface Surroundings {
  readonly client: ServiceClient
  readonly progress: Progress
  readonly counts: Counts
  readonly signal: AbortSignal
}

export interface Work {
  /** What the bar is called. */
  readonly title: string
  readonly open: OpenClient
  readonly rows: (surroundings: Pick<Surroundings, 'progress' | 'signal'>) => Promise<Rows>
  readonly rejects: Rejects | undefined
  readonly presets: Presets
  readonly dryRun: boolean
  /** Whether it goes on after a row that is refused. */
  readonly continues: boolean
  readonly quiet: boolean
  /** Whether standard output is for programs. */
  readonly json: boolean
  readonly print: (line: string) => void
  /** What is done once all rows are, none of them was refused and nobody asked to stop. */
  readonly afterwards: ((surroundings: Surroundings) => Promise<void>) | undefined
}

/** Refused rows that are told one by one, where no plan tells them all. */
const mostTold = 20

/** Imports rows with all that a person wants to see of it, and gives the exit code. What was done is told also when something breaks. */
export async function carryOut(work: Work): Promise<number> {
  const { dryRun, json, print } = work
  const progress = createProgress(work.title, process.stderr, { quiet: work.quiet })
  const interruption = listenForInterruption(() => progress.say('Stopping once what is under way is done; Ctrl+C again stops at once.'))
  const { signal } = interruption
  const counts = noCounts()
  const summary = () => {
    progress.end()
    if (json) print(JSON.stringify({ ...counts, dryRun, stopped: signal.aborted }))
    else print(summarize(counts, dryRun, work.afterwards !== undefined))
  }
  try {
    const rows = await work.rows({ progress, signal })
    const client = await work.open((reason, seconds) => progress.say(`${reason} Trying again in ${Math.ceil(seconds)} s.`))
    const tell = teller(work, rows, progress, counts)
    try {
      await importCandidates({ ...work, client, candidates: rows.candidates, signal, tell })
    } finally {
      await work.rejects?.close()
    }
    if (counts.refused > 0 && !work.continues && !dryRun)
      progress.say('Stopped there: --continue-on-error goes on without rows that are refused, --rejects FILE keeps them.')
    if (work.afterwards && !signal.aborted) {
      if (counts.refused === 0) await work.afterwards({ client, progress, counts, signal })
      else progress.say(`Nothing is deleted, for ${counts.refused} rows were refused.`)
    }
  } catch (error) {
    if (!signal.aborted) {
      if (counts.created + counts.changed > 0) summary()
      throw error
    }
  } finally {
    progress.end()
    interruption.forget()
  }
  summary()
  if (signal.aborted) return interruptedCode
  return counts.refused === 0 ? 0 : 1
}

/** Tells of rows as they are done: a plan tells every step, an import what was refused. */
function teller(work: Work, rows: Rows, progress: Progress, counts: Counts): (step: Step) => Promise<void> {
  const { dryRun, json, print } = work
  let done = 0
  return async (step) => {
    countStep(counts, step)
    progress.advance(++done, rows.part())
    if (dryRun && step.kind !== 'leave') {
      progress.aside(() => print(json ? stepAsJson(step) : printStep(step).join('\n')))
      // Whoever reads the plan may be slower than we are.
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
    }
    if (step.kind !== 'refuse') return
    await work.rejects?.add(step.candidate.row, step.reasons.join(' '))
    if (dryRun || counts.refused > mostTold) return
    for (const line of printStep(step)) progress.say(line)
    if (counts.refused === mostTold) progress.say('More rows that are refused are counted, and not told.')
  }
}
