/** Purges are few, and found by their entity: one that is made anew under its key has had changes before. */
export const findPurges: readonly string[] = [
  `create index "changes_purged" on "changes" ("managing_tenant_id", "id", "version") where "kind" = 'purged'`,
]
