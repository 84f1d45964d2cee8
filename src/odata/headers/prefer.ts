/** Preferences that the service honours (Protocol 4.01, 8.2.8). All others, and malformed ones, are ignored as RFC 7240 asks. */
export interface Preferences {
  readonly return?: 'minimal' | 'representation'
  readonly maxPageSize?: number
  readonly createIfMissing: boolean
  /** Absent: the caller did not say. */
  readonly continueOnError?: boolean
}

export const noPreferences: Preferences = { createIfMissing: false }

/** Reads a `Prefer` header. Graph's documents separate by `;` where RFC 7240 has a comma: both are taken. */
export function parsePrefer(header: string | undefined): Preferences {
  if (header === undefined || header === '') return noPreferences
  const preferences: { -readonly [K in keyof Preferences]: Preferences[K] } = { ...noPreferences }
  for (const item of header.split(/[,;]/)) {
    const match = /^\s*(?:odata\.)?([a-z-]+)\s*(?:=\s*"?([^"\s]*)"?\s*)?$/i.exec(item)
    if (!match) continue
    const value = match[2]?.toLowerCase()
    switch (match[1]?.toLowerCase()) {
      case 'return':
        // The first of two contradicting preferences counts (RFC 7240, 2).
        if (preferences.return === undefined && (value === 'minimal' || value === 'representation')) preferences.return = value
        break
      case 'maxpagesize':
        if (value !== undefined && /^[1-9]\d{0,8}$/.test(value)) preferences.maxPageSize = Number(value)
        break
      case 'create-if-missing':
        preferences.createIfMissing = value === undefined || value === 'true'
        break
      case 'continue-on-error':
        if (value === undefined || value === 'true' || value === 'false') preferences.continueOnError ??= value !== 'false'
        break
    }
  }
  return preferences
}
