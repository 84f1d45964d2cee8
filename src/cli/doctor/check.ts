export type Outcome = 'ok' | 'warning' | 'problem'

/** What one look at something came to. */
export interface Check {
  readonly name: string
  readonly outcome: Outcome
  readonly message: string
  /** What to do about it; there for warnings and problems. */
  readonly advice?: string
}

export function ok(name: string, message: string): Check {
  return { name, outcome: 'ok', message }
}

export function warning(name: string, message: string, advice: string): Check {
  return { name, outcome: 'warning', message, advice }
}

export function problem(name: string, message: string, advice: string): Check {
  return { name, outcome: 'problem', message, advice }
}

/** What an error says, in one line; of one that wraps another, what the other says too. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? ` (${reasonOf(error.cause)})` : ''
  return `${error.message}${cause}`.replace(/\s+/g, ' ')
}
