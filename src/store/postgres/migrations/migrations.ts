import { createCustomers } from './0001-customers.ts'
import { followChanges } from './0002-changes.ts'
import { createAccessKeys } from './0003-access-keys.ts'
import { findPurges } from './0004-purges.ts'
import { orderByCreation } from './0005-creation-order.ts'
import { countCustomers } from './0006-counts.ts'

/** In order, each once and for ever: the schema version of a database is how many of them it has seen. Never change one that was released; add one. */
export const migrations: readonly (readonly string[])[] = [
  createCustomers,
  followChanges,
  createAccessKeys,
  findPurges,
  orderByCreation,
  countCustomers,
]

/** The index of parts of words, made when its extensions can be had. Without it `contains` and `$search` read all rows of the managing tenant. */
export const searchIndex: readonly string[] = [
  'create extension if not exists pg_trgm',
  'create extension if not exists btree_gin',
  `create index "customers_search" on "customers" using gin ("managing_tenant_id", "azure_tenant_id_folded" gin_trgm_ops, "contract_id_folded" gin_trgm_ops, "display_name_folded" gin_trgm_ops, "domain_folded" gin_trgm_ops) where not "is_deleted"`,
]

/** Every table, the one that the others are placed beside first. */
export const tables: readonly string[] = ['managing_tenants', 'customers', 'customers_counts', 'changes', 'access_keys']
