/** What delta and retention go by: an entity's version before each change, and the deleted customers by the time of it. */
export const followChanges: readonly string[] = [
  `alter table "changes" add column "previous_version" integer not null default 0`,
  `create index "customers_deleted" on "customers" ("managing_tenant_id", "deleted_date_time", "id") where "is_deleted" = 1`,
]
