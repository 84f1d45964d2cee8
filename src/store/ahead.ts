/**
 * How far the counters of a database jump after it was restored from a backup. Versions that were given out after the backup, and lost with the
 * database, are not given out again: an ETag from then matches nothing, and a delta link from then is known as one of another history.
 */
export const ahead = 1_000_000_000
