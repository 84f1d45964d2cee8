import { readFileSync } from 'node:fs'

/** The process and its children, as the kernel knows them. */
function processTree(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(processTree)]
}

/** CPU time of a process tree so far, all its threads, in milliseconds. The kernel counts in hundredths of a second. */
export function cpuMilliseconds(pid: number): number {
  return processTree(pid).reduce((sum, process) => {
    const fields = readFileSync(`/proc/${process}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return sum + (Number(fields[11]) + Number(fields[12])) * 10
  }, 0)
}

/** Resident memory of a process tree in megabytes. */
export function residentMegabytes(pid: number): number {
  return processTree(pid).reduce(
    (sum, process) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${process}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    0,
  )
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
