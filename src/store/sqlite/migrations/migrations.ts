import { createCustomers } from './0001-customers.ts'
import { indexCustomers } from './0002-indexes.ts'
import { followChanges } from './0003-changes.ts'
import { createAccessKeys } from './0004-access-keys.ts'
import { findPurges } from './0005-purges.ts'
import { orderByCreation } from './0006-creation-order.ts'
import { countCustomers } from './0007-counts.ts'

/** In order, each once and for ever: the schema version of a file is how many of them it has seen. Never change one that was released; add one. */
export const migrations: readonly (readonly string[])[] = [
  createCustomers,
  indexCustomers,
  followChanges,
  createAccessKeys,
  findPurges,
  orderByCreation,
  countCustomers,
]
