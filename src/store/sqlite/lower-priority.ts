import { getPriority, setPriority } from 'node:os'

/** How many steps of `nice` a query stands behind answers. */
const steps = 5

/** The highest number that `nice` has, which is the lowest priority. */
const lowest = 19

/**
 * Where cores are few, whoever asks for one row is served before those who ask for all. On Linux a priority is a thread's own; elsewhere it would be the
 * whole process's, and stays as it is. It only ever sinks, from wherever the service was started: to raise one takes a privilege.
 */
export function lowerPriority(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(Math.min(lowest, getPriority() + steps))
  } catch {
    // Who may not do that (a filter of system calls) answers queries none the less.
  }
}
