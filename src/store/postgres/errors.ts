import { NotInThisDialect } from '../../sql/dialect.ts'
import { QueryRefused, StoreUnavailable } from '../store.ts'

/** Classes and codes of SQLSTATE (PostgreSQL, Appendix A) that mean «not now», the longest prefix first. */
const passing: readonly (readonly [string, string])[] = [
  ['57014', 'The query took too long and was stopped. Ask for less, or by an indexed property.'],
  ['53100', 'The disk of the database is full.'],
  ['53300', 'The database takes no more connections.'],
  ['08', 'The connection to the database failed.'],
  ['25006', 'The database is read-only.'],
  ['40', 'The database asks to try again.'],
  ['53', 'The database is out of resources.'],
  ['55P03', 'The database is locked.'],
  ['57', 'The database is stopping or starting.'],
  ['58', 'The database cannot read or write.'],
]

const refused: Readonly<Record<string, string>> = {
  '22012': 'The query divides by zero.',
  '22003': 'A number of the query is past what can be computed.',
  '2201B': "A pattern of the query is not a regular expression that 'matchespattern' takes.",
  '54001': 'The query is too complex.',
  '54000': 'The query is too complex.',
  '54011': 'The query is too complex.',
}

/** What the driver says in words of its own when a connection is gone, or does not answer in time. */
const broken =
  /ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|Connection terminated|connection error|timeout exceeded when trying to connect|Query read timeout|Client was closed|pool after calling end/

/** A passing failure as {@link StoreUnavailable}, a query that cannot be answered as {@link QueryRefused}; anything else as it is. */
export function storeError(error: unknown): unknown {
  if (error instanceof NotInThisDialect) return new QueryRefused(error.message, error)
  const code = sqlState(error)
  if (code === undefined)
    return isBroken(error) ? new StoreUnavailable('The database cannot be reached, or does not answer.', 1, error) : error
  const refusal = refused[code]
  if (refusal !== undefined) return new QueryRefused(refusal, error)
  const text = passing.find(([prefix]) => code.startsWith(prefix))?.[1]
  return text === undefined ? error : new StoreUnavailable(text, code === '57014' ? 5 : 1, error)
}

/** A transaction that the database gave up for another's sake: the same again may succeed at once. */
export function isRetriable(error: unknown): boolean {
  const code = sqlState(error)
  return code === '40001' || code === '40P01'
}

/** Whether a commit that ended so may have happened all the same. A distributed database says XX000 when a node was lost meanwhile. */
export function isUnknownOutcome(error: unknown): boolean {
  const code = sqlState(error)
  return code === undefined ? isBroken(error) : code === 'XX000' || code.startsWith('08') || code.startsWith('57')
}

function sqlState(error: unknown): string | undefined {
  return error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(error.code) &&
    error.code !== 'EPIPE'
    ? error.code
    : undefined
}

function isBroken(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isBroken)
  return error instanceof Error && broken.test(`${'code' in error ? error.code : ''} ${error.message}`)
}
