/** How long one turn of the event loop may be taken up (milliseconds) before others get theirs. */
const slice = 5

/** Lets so many run at a time, and others of the process in between: what answers at once would otherwise never let go of the event loop. */
export function openTurnstile(places: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = places
  let sliceEnds = performance.now() + slice
  return async (run) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      if (performance.now() > sliceEnds) {
        await new Promise(setImmediate)
        sliceEnds = performance.now() + slice
      }
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
