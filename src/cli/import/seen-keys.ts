import { hash } from 'node:crypto'

/** Texts that were seen, and where. Of each no more than twelve bytes are held, so that a million of them are no burden. */
export interface SeenKeys {
  /** Notes a text; gives the line on which it stood before, if it did. */
  readonly note: (text: string, line: number) => number | undefined
  readonly has: (text: string) => boolean
  readonly count: () => number
}

/**
 * An open table of the first 64 bits of each text's hash. Two different texts of a million agree in them once in some forty million files;
 * then a row too many is refused, or a customer that is missing is kept: nothing is lost.
 */
export function createSeenKeys(): SeenKeys {
  let slots = 1 << 12
  let high = new Uint32Array(slots)
  let low = new Uint32Array(slots)
  /** 0: the slot is free. */
  let lines = new Uint32Array(slots)
  let count = 0

  /** The slot of a hash, or the free one where it belongs. */
  const slotOf = (top: number, bottom: number): number => {
    let slot = bottom & (slots - 1)
    while (lines[slot] !== 0 && (high[slot] !== top || low[slot] !== bottom)) slot = (slot + 1) & (slots - 1)
    return slot
  }
  const grow = () => {
    const [oldHigh, oldLow, oldLines] = [high, low, lines]
    slots *= 2
    high = new Uint32Array(slots)
    low = new Uint32Array(slots)
    lines = new Uint32Array(slots)
    for (let at = 0; at < oldLines.length; at++) {
      if (!oldLines[at]) continue
      const slot = slotOf(oldHigh[at] ?? 0, oldLow[at] ?? 0)
      high[slot] = oldHigh[at] ?? 0
      low[slot] = oldLow[at] ?? 0
      lines[slot] = oldLines[at] ?? 0
    }
  }
  const hashOf = (text: string) => {
    const bytes = hash('sha1', text, 'buffer')
    return [bytes.readUInt32LE(0), bytes.readUInt32LE(4)] as const
  }
  return {
    note(text, line) {
      const [top, bottom] = hashOf(text)
      const slot = slotOf(top, bottom)
      if (lines[slot] !== 0) return lines[slot]
      high[slot] = top
      low[slot] = bottom
      lines[slot] = line
      if (++count > slots / 2) grow()
      return undefined
    },
    has(text) {
      return lines[slotOf(...hashOf(text))] !== 0
    },
    count: () => count,
  }
}
