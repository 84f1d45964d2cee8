/** Deaths that follow each other within this time are counted together (milliseconds). */
const window = 60_000

/** So many of them, and starting another would not help. */
const limit = 10

/** How long to wait before a process takes the place of one that died: not at all at first, longer and longer when they die again and again. */
export class Restarts {
  #deaths: number[] = []

  /** Milliseconds; undefined when there were too many of late. `now` is of a clock that only goes forward. */
  pauseAfter(now: number): number | undefined {
    this.#deaths = [...this.#deaths.filter((death) => now - death < window), now]
    if (this.#deaths.length > limit) return undefined
    return this.#deaths.length === 1 ? 0 : Math.min(100 * 2 ** (this.#deaths.length - 2), 2_000)
  }
}
