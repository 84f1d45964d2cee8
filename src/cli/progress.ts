/** How a long command tells how far it is. */
export interface Progress {
  /** Rows that are done, and the part of the whole that they are, where it is known (0 to 1). */
  readonly advance: (rows: number, part?: number) => void
  /** A line that stays. */
  readonly say: (line: string) => void
  /** Lets something else write to the terminal, and puts the bar back below it. */
  readonly aside: (write: () => void) => void
  /** Takes the bar away. */
  readonly end: () => void
}

/** Where progress is told: a terminal, or a pipe. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly write: (text: string) => unknown
}

/** Milliseconds between two pictures of a bar, between two lines in a pipe, and over which the rate is measured. */
const times = { picture: 100, line: 10_000, rate: 10_000 }

/** A bar on a terminal, a line every ten seconds in a pipe, nothing when `quiet`. */
export function createProgress(
  title: string,
  stream: ProgressStream,
  { quiet = false, now = () => performance.now() }: { readonly quiet?: boolean; readonly now?: () => number } = {},
): Progress {
  const live = stream.isTTY === true && !quiet
  const started = now()
  let told = started
  let shown = ''
  /** When how many rows were done, oldest first. */
  const marks: { readonly at: number; readonly rows: number }[] = [{ at: started, rows: 0 }]

  const clear = () => {
    if (shown !== '') stream.write('\r\x1b[2K')
  }
  const advance = (rows: number, part?: number) => {
    const at = now()
    if (at - (marks.at(-1)?.at ?? 0) >= times.picture) marks.push({ at, rows })
    while ((marks[1]?.at ?? at) < at - times.rate) marks.shift()
    if (quiet || at - told < (live ? times.picture : times.line)) return
    told = at
    const state = describe(rows, part, at - started, marks[0] ?? { at: started, rows: 0 }, at)
    if (live) {
      const text = picture(title, part, state, stream.columns || 80)
      stream.write(`\r${text}\x1b[K`)
      shown = text
    } else stream.write(`${title}: ${state.join(', ')}\n`)
  }
  const aside = (write: () => void) => {
    clear()
    write()
    if (shown !== '') stream.write(shown)
  }
  return {
    advance,
    aside,
    say: (line) => aside(() => stream.write(`${line}\n`)),
    end() {
      clear()
      shown = ''
    },
  }
}

/** Part, rows, rate and time left, as far as they are known. */
function describe(
  rows: number,
  part: number | undefined,
  elapsed: number,
  since: { readonly at: number; readonly rows: number },
  at: number,
): string[] {
  const rate = at > since.at ? ((rows - since.rows) / (at - since.at)) * 1000 : 0
  const left = part !== undefined && part > 0 ? (elapsed * (1 - part)) / part : undefined
  return [
    ...(part === undefined ? [] : [`${Math.floor(part * 100)} %`]),
    `${countOf(rows)} rows`,
    `${countOf(Math.round(rate))}/s`,
    ...(left === undefined ? [] : [`${clockOf(left)} left`]),
  ]
}

function picture(title: string, part: number | undefined, state: readonly string[], columns: number): string {
  const text = state.join('  ')
  const room = Math.min(30, columns - title.length - text.length - 7)
  const bar =
    part === undefined || room < 5 ? '' : `[${'='.repeat(Math.floor(room * part))}${' '.repeat(room - Math.floor(room * part))}]  `
  return `${title}  ${bar}${text}`.slice(0, columns - 1)
}

/** `1234567` as people read it: `1,234,567`. */
export function countOf(number: number): string {
  return number.toLocaleString('en-US')
}

/** Milliseconds as `0:07`, `12:34` or `1:02:03`. */
function clockOf(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, String(seconds % 60).padStart(2, '0')]
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}
