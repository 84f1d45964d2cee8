import { once } from 'node:events'
import { basename } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { ConfigError } from '../config.ts'
import { type Candidate, readCandidate } from './import/candidate.ts'
import { carryOut, type OpenClient, type Surroundings } from './import/carry-out.ts'
import { type ColumnRule, type Mapping, mapColumns, readPreset, readRule } from './import/mapping.ts'
import { deleteMissing, findMissing, type Missing } from './import/missing.ts'
import { openRejects } from './import/rejects.ts'
import { createSeenKeys, type SeenKeys } from './import/seen-keys.ts'
import { countOf } from './progress.ts'
import { openSource, type Source } from './rows/open-source.ts'
import { formatOfName, readDelimiter, readFormat } from './rows/row-format.ts'

export interface ImportFlags {
  readonly format?: string
  readonly encoding?: string
  readonly delimiter?: string
  readonly map?: readonly string[]
  readonly set?: readonly string[]
  readonly dryRun?: boolean
  readonly deleteMissing?: boolean
  readonly yes?: boolean
  readonly rejects?: string
  readonly continueOnError?: boolean
  readonly quiet?: boolean
  readonly json?: boolean
}

/** Makes the customers of a running service what the rows of a file say. Gives the exit code. */
export async function importFile(path: string, open: OpenClient, flags: ImportFlags, print: (line: string) => void): Promise<number> {
  const { dryRun = false, json = false, quiet = false } = flags
  const rules = (flags.map ?? []).map(readRule)
  const presets = Object.fromEntries((flags.set ?? []).map(readPreset).map(([{ name }, value]) => [name, value]))
  const format = flags.format === undefined ? undefined : readFormat(flags.format)
  const delimiter = flags.delimiter === undefined ? undefined : readDelimiter(flags.delimiter)
  if (flags.deleteMissing && !dryRun && !flags.yes && !canAsk(path))
    throw new ConfigError('--delete-missing deletes customers, and there is nobody to ask here: --yes says that it may.')
  const seen = createSeenKeys()
  return carryOut({
    title: `${dryRun ? 'Comparing' : 'Importing'} ${path === '-' ? 'rows' : basename(path)}`,
    open,
    rows: async ({ progress, signal }) => {
      const source = await openSource(path, { format, encoding: flags.encoding, delimiter, signal })
      const note = quiet ? () => undefined : progress.say
      return { candidates: candidatesOf(source, rules, seen, note), part: source.part }
    },
    rejects: flags.rejects === undefined ? undefined : openRejects(flags.rejects, path, format ?? formatOfName(path)),
    presets,
    dryRun,
    continues: flags.continueOnError === true || flags.rejects !== undefined,
    quiet,
    json,
    print,
    afterwards: flags.deleteMissing ? (surroundings) => deleteOthers(seen, flags, surroundings, print) : undefined,
  })
}

/** Whether somebody sits there who is not the file. */
function canAsk(path: string): boolean {
  return path !== '-' && process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** The rows as far as they are understood. What the head of the file makes of them is told once. */
async function* candidatesOf(
  { format, rows }: Source,
  rules: readonly ColumnRule[],
  seen: SeenKeys,
  note: (line: string) => void,
): AsyncGenerator<Candidate> {
  const hasHead = format === 'csv' || format === 'xlsx'
  const mappings = new Map<string, Mapping>()
  let last: { readonly names: readonly string[]; readonly mapping: Mapping } | undefined
  for await (const row of rows) {
    if (row.fault !== undefined) {
      yield { row, values: {}, faults: [row.fault] }
      continue
    }
    if (last?.names !== row.names) {
      const text = row.names.join('\n')
      const mapping = mappings.get(text) ?? mapColumns(row.names, rules, hasHead)
      if (mappings.size === 0 && mapping.ignored.length > 0) note(`Columns that are ignored: ${mapping.ignored.join(', ')}.`)
      // Rows of JSON may differ in their members, though hardly in a thousand ways.
      if (mappings.size < 1_000) mappings.set(text, mapping)
      last = { names: row.names, mapping }
    }
    yield readCandidate(row, last.mapping, seen)
  }
}

/** Makes the file the truth: customers of whom no row speaks are deleted, softly, when somebody says yes to it. */
async function deleteOthers(seen: SeenKeys, flags: ImportFlags, surroundings: Surroundings, print: (line: string) => void): Promise<void> {
  const { client, progress, counts, signal } = surroundings
  if (seen.count() === 0) throw new ConfigError('The file names no customer: --delete-missing would delete all of them, and does not.')
  const missing = await findMissing(client, seen, signal)
  if (flags.dryRun) {
    counts.deleted = missing.length
    const show = ({ id, name }: Missing) =>
      flags.json ? JSON.stringify({ action: 'delete', id, displayName: name }) : `- ${name}  (${id})`
    progress.aside(() => {
      for (const customer of missing) print(show(customer))
    })
    return
  }
  if (missing.length === 0) return
  progress.end()
  if (!flags.yes && !(await isConfirmed(missing, signal))) return progress.say('Nothing is deleted.')
  const { deleted, failures } = await deleteMissing(client, missing, signal, (done) => progress.advance(done, done / missing.length))
  counts.deleted = deleted
  counts.refused += failures.length
  for (const failure of failures) progress.say(`! ${failure}`)
}

/** Asks on the terminal. An end of the input is no. */
async function isConfirmed(missing: readonly Missing[], signal: AbortSignal): Promise<boolean> {
  const some = missing.slice(0, 3).map(({ name }) => name)
  const names = [...some, ...(missing.length > some.length ? ['…'] : [])].join(', ')
  const question = `Delete ${countOf(missing.length)} customers of whom the file does not speak (${names})? [y/N] `
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // While it asks, the keys are the terminal's own: Ctrl+C has to be handed on.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    const answer = await Promise.race([terminal.question(question, { signal }), once(terminal, 'close').then(() => '')]).catch((error) => {
      // Newer runtimes say Ctrl+D by an error.
      if (signal.aborted) throw error
      return ''
    })
    return /^y(?:es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}
