/** Read-only keys that stand in for a token: a hash of each, looked for within its managing tenant. */
export const createAccessKeys: readonly string[] = [
  `create table "access_keys" (
    "managing_tenant_id" text collate "C" not null,
    "id" text collate "C" not null,
    "hash" text collate "C" not null,
    "display_name" text collate "C" not null,
    "hint" text collate "C" not null,
    "created_date_time" text collate "C" not null,
    "created_by" text collate "C" not null,
    "end_date_time" text collate "C" not null,
    "last_used_date_time" text collate "C",
    primary key ("managing_tenant_id", "id")
  )`,
  `create unique index "access_keys_hash" on "access_keys" ("managing_tenant_id", "hash")`,
]
