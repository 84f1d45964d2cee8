import type { PrimitiveValue } from '../edm/entity-type.ts'
import type { ValueType } from '../plan/expression.ts'
import type { DdlDialect } from './ddl.ts'
import type { SqlFragment } from './fragment.ts'

/** What the text of a statement is in one database and not in another. All else is said once, in the words that both understand. */
export interface Dialect {
  readonly ddl: DdlDialect
  /** Asked of every row of a read that can be long, where the database cannot stop a statement by itself. */
  readonly tick: SqlFragment
  /** The same, of the rows of a table. */
  readonly rowTick: SqlFragment
  /** The number of a row in the order in which rows are made. */
  readonly creation: SqlFragment
  /** Whether the flag of soft deletion is set, in the very words of the partial indexes. */
  readonly isDeleted: (flag: SqlFragment, deleted: boolean) => SqlFragment
  /** A null that a database with strict types takes for one of this type. */
  readonly nullOf: (type: ValueType) => SqlFragment
  /** An operand of arithmetic: a whole number that cannot overflow, or one that may be a fraction. */
  readonly whole: (value: SqlFragment) => SqlFragment
  readonly fraction: (value: SqlFragment) => SqlFragment
  /** Division of whole numbers without its rest. The divisor of this and of `mod` fails the statement when it is zero. */
  readonly div: (a: SqlFragment, b: SqlFragment) => SqlFragment
  readonly mod: (a: SqlFragment, b: SqlFragment, whole: boolean) => SqlFragment
  readonly infinity: SqlFragment
  /** Microseconds since 1970 of a canonical DateTimeOffset, exact. */
  readonly microsOf: (instant: SqlFragment) => SqlFragment
  /** The canonical DateTimeOffset of microseconds since 1970. */
  readonly instantOf: (micros: SqlFragment) => SqlFragment
  /** `cast`: null where the value has no counterpart (URL Conventions 4.01, 5.1.1.10.1). */
  readonly cast: (value: SqlFragment, from: ValueType, to: ValueType) => SqlFragment
  /** Whether a text holds a constant part, where an index of parts serves for it. */
  readonly holdsPart?: (text: SqlFragment, part: string) => SqlFragment
  /** The place of a part in a text, from 1; 0 where it is not. */
  readonly position: (text: SqlFragment, part: SqlFragment) => SqlFragment
  /** A character that no text holds. */
  readonly separator: SqlFragment
  /** Whether null comes first only where it is said. */
  readonly nullsAreHighest: boolean
  /** Canonical functions that have other words here than in `functions.ts`. */
  readonly functions: Readonly<Record<string, (...values: readonly SqlFragment[]) => SqlFragment>>
  /** A value as a column keeps it. */
  readonly stored: (value: PrimitiveValue) => string | number | boolean | null
}

/** A part of a query that one database can answer and this one cannot: the client gets 400 with these words. */
export class NotInThisDialect extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NotInThisDialect'
  }
}
