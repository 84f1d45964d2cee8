/** A row as it stands in a file, before anyone asks what it means. */
export interface SourceRow {
  /** Where it begins: the line of a text file, the row of a sheet. From 1. */
  readonly line: number
  /** The same array for all rows of a file with a head. */
  readonly names: readonly string[]
  /** Texts in CSV; also numbers, booleans, dates and null elsewhere. As many as there are names, unless there is a fault. */
  readonly values: readonly unknown[]
  /** Why it cannot be understood as a row. */
  readonly fault?: string
}

/** A file that cannot be read to its end: what is wrong, and where. */
export class SourceError extends Error {}
