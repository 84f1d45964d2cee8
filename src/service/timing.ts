/** How long each stage of a request took: the architecture, visible in `Server-Timing` (W3C Server Timing). */
export interface Timing {
  /** Ends the stage that runs and gives it its name. */
  readonly end: (stage: string) => void
  readonly header: () => string
  /** Milliseconds since the request began. */
  readonly elapsed: () => number
}

export function startTiming(): Timing {
  const start = performance.now()
  let last = start
  let header = ''
  return {
    end(stage) {
      const now = performance.now()
      header += `${header === '' ? '' : ', '}${stage};dur=${(now - last).toFixed(3)}`
      last = now
    },
    header: () => header,
    elapsed: () => performance.now() - start,
  }
}
