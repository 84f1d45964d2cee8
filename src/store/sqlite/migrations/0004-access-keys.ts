/** Read-only keys that stand in for a token: a hash of each, looked for within its managing tenant. */
export const createAccessKeys: readonly string[] = [
  `create table "access_keys" (
    "managing_tenant_id" text not null,
    "id" text not null,
    "hash" text not null,
    "display_name" text not null,
    "hint" text not null,
    "created_date_time" text not null,
    "created_by" text not null,
    "end_date_time" text not null,
    "last_used_date_time" text,
    primary key ("managing_tenant_id", "id")
  ) strict, without rowid`,
  `create unique index "access_keys_hash" on "access_keys" ("managing_tenant_id", "hash")`,
]
