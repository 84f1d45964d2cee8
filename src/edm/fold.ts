import { foldRuns } from './fold-table.ts'

/** Fold of each UTF-16 code unit below the surrogates' planes, 0 where it folds to itself; and of the code points beyond them. */
const unitFolds = new Uint16Array(0x10000)
const pointFolds = new Map<number, number>()
for (let at = 0; at + 3 < foldRuns.length; at += 4) {
  const [first = 0, last = 0, step = 1, offset = 0] = foldRuns.slice(at, at + 4)
  for (let point = first; point <= last; point += step) {
    if (point < 0x10000) unitFolds[point] = point + offset
    else pointFolds.set(point, point + offset)
  }
}

/**
 * Unicode simple case folding (CaseFolding.txt, C and S), code point by code point: the length never changes.
 * The table is part of the program, so the same text folds alike on every runtime and store; what is stored folded stays findable.
 * Half of a surrogate pair stays as it is.
 */
export function fold(text: string): string {
  let folded = ''
  let kept = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0xd800 || unit > 0xdbff) {
      const to = unitFolds[unit]
      if (!to) continue
      folded += text.slice(kept, at) + String.fromCharCode(to)
      kept = at + 1
    } else {
      const point = text.codePointAt(at) ?? unit
      if (point < 0x10000) continue
      const to = pointFolds.get(point)
      if (to !== undefined) {
        folded += text.slice(kept, at) + String.fromCodePoint(to)
        kept = at + 2
      }
      at++
    }
  }
  return kept === 0 ? text : folded + text.slice(kept)
}

/**
 * Orders texts by code point, as a comparison of their UTF-8 bytes does: negative, zero or positive.
 * `<` orders by UTF-16 code unit, which puts the code points beyond U+FFFF below U+E000 to U+FFFF.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left !== right) return left < 0xd800 || right < 0xd800 ? left - right : aboveSurrogates(left) - aboveSurrogates(right)
  }
  return a.length - b.length
}

/** Moves surrogates above U+E000 to U+FFFF and leaves the order of each group as it is. */
function aboveSurrogates(unit: number): number {
  return unit < 0xe000 ? unit + 0x2800 : unit
}
