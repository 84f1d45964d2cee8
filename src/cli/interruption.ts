/** Ctrl+C while rows are on their way: the first time asks to stop at a good place, the second time ends the process at once. */
export interface Interruption {
  readonly signal: AbortSignal
  readonly forget: () => void
}

/** What the shell says of a program that SIGINT ended. */
export const interruptedCode = 130

export function listenForInterruption(tell: () => void): Interruption {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(interruptedCode)
    controller.abort()
    tell()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    signal: controller.signal,
    forget() {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}
