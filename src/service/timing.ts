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
      header += `${header === '' ? '' : ', '}${stage};dur=${printMilliseconds(now - last)}`
      last = now
    },
    header: () => header,
    elapsed: () => performance.now() - start,
  }
}

/** With three digits after the point. `toFixed` says the same, and six of them took half of the time of all that is done here. */
function printMilliseconds(milliseconds: number): string {
  const micros = Math.round(milliseconds * 1000)
  const fraction = micros % 1000
  return `${(micros - fraction) / 1000}.${fraction < 10 ? '00' : fraction < 100 ? '0' : ''}${fraction}`
}
