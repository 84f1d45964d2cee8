/**
 * Writes `src/edm/fold-table.ts`: Unicode simple case folding (the C and S rows of CaseFolding.txt), read from the runtime's regular expressions.
 * With the flags `iu`, two code points match each other if and only if they fold alike (ECMA-262, Canonicalize).
 * Run by hand, and only together with a migration that folds stored values anew: what is stored was folded by the committed table.
 */
import { writeFileSync } from 'node:fs'

/** Every code point with any case mapping. A pair that folds alike has at least one member that changes when case-folded. */
const cased = /^[\p{Changes_When_Casefolded}\p{Changes_When_Lowercased}\p{Changes_When_Uppercased}\p{Changes_When_Titlecased}]$/u
const unchangedByFolding = /^\P{Changes_When_Casefolded}$/u
/** Long s with t and s with t: nothing in the runtime tells which of the two CaseFolding.txt maps to. */
const chosen = 'ﬆ'

const candidates: number[] = []
for (let point = 0; point <= 0x10ffff; point++) {
  if ((point < 0xd800 || point > 0xdfff) && cased.test(String.fromCodePoint(point))) candidates.push(point)
}
const everyCandidate = candidates.map((point) => String.fromCodePoint(point)).join('')

const folds: (readonly [from: number, to: number])[] = []
for (const point of candidates) {
  const alike = everyCandidate.match(new RegExp(`\\u{${point.toString(16)}}`, 'giu')) ?? []
  const target = representative(alike)
  if (target !== point) folds.push([point, target])
}

/** The member that CaseFolding.txt maps the others to; among several, not one that is another spelling of a character (U+1FBE of iota). */
function representative(alike: readonly string[]): number {
  if (alike.length === 1) return pointOf(alike[0])
  const stable = alike.filter((text) => unchangedByFolding.test(text))
  const eligible = stable.length > 0 ? stable : alike.filter((text) => text.toLowerCase() === text)
  const composed = eligible.length > 1 ? eligible.filter((text) => text.normalize('NFC') === text) : eligible
  const found = composed.includes(chosen) ? [chosen] : composed
  if (found.length !== 1) throw new Error(`No representative among ${alike.map((text) => pointOf(text).toString(16)).join(' ')}`)
  return pointOf(found[0])
}

function pointOf(text = ''): number {
  return text.codePointAt(0) ?? 0
}

/** Runs of first, last, step, offset: every step-th code point from first to last folds to itself plus offset. */
const runs: [first: number, last: number, step: number, offset: number][] = []
for (const [from, to] of folds) {
  const run = runs.at(-1)
  const gap = run ? from - run[1] : 0
  if (run && run[3] === to - from && (run[0] === run[1] ? gap <= 2 : gap === run[2])) {
    run[1] = from
    run[2] = gap
  } else runs.push([from, from, 1, to - from])
}

const lines: string[] = []
for (let at = 0; at < runs.length; at += 6)
  lines.push(
    `  ${runs
      .slice(at, at + 6)
      .map((run) => run.join(', '))
      .join(', ')},`,
  )
writeFileSync(
  new URL('../src/edm/fold-table.ts', import.meta.url),
  `/**
 * Unicode ${process.versions.unicode} simple case folding, made by \`scripts/make-fold-table.ts\`: ${folds.length} code points in runs of four numbers: first, last, step, offset.
 * Never changed without folding stored values anew, whatever the runtime's own Unicode version becomes.
 */
export const foldRuns: readonly number[] = [
${lines.join('\n')}
]
`,
)
process.stdout.write(`${folds.length} code points, ${runs.length} runs\n`)
