/**
 * Lets so many run at a time. Who asks for it begins in a turn of the event loop of its own: what is answered without waiting for anything would
 * otherwise follow each other and let nobody else of the process in.
 */
export function openTurnstile(places: number): <T>(run: () => Promise<T>, ownTurn: boolean) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = places
  let turn: Promise<unknown> = Promise.resolve()
  return async (run, ownTurn) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      if (ownTurn) {
        turn = turn.then(() => new Promise(setImmediate))
        await turn
      }
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
