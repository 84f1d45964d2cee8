import { QueryRefused, StoreUnavailable } from '../store.ts'

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that mean «not now», and what to say of them. */
const passing: Readonly<Record<number, string>> = {
  5: 'The database is locked by another process.',
  6: 'The database is locked.',
  8: 'The database is read-only.',
  10: 'The database cannot be read or written.',
  13: 'The disk is full.',
  14: 'The database cannot be opened.',
}

/** What SQLite says of a statement that is too large for it. Our limits come first; these are the last fence. */
const tooComplex =
  /^(?:Expression tree is too large|parser stack overflow|too many (?:SQL variables|terms|columns|levels)|at most \d+ tables|string or blob too big)/

/** A passing failure as {@link StoreUnavailable}, a statement past SQLite's limits as {@link QueryRefused}; anything else as it is. */
export function storeError(error: unknown): unknown {
  if (error instanceof Error && tooComplex.test(error.message)) return new QueryRefused('The query is too complex.', error)
  const text = passing[(errorCodeOf(error) ?? 0) & 0xff]
  return text === undefined ? error : new StoreUnavailable(text, 1, error)
}

function errorCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined
}
