/** Indexes for what people filter and order by. Each ends with the key, so that a page in its order is read as it stands. */
export const indexCustomers: readonly string[] = [
  `create index "customers_display_name" on "customers" ("managing_tenant_id", "display_name_folded", "id") where "is_deleted" = 0`,
  `create index "customers_domain" on "customers" ("managing_tenant_id", "domain_folded", "id") where "is_deleted" = 0`,
  `create index "customers_country_letter_code" on "customers" ("managing_tenant_id", "country_letter_code_folded", "id") where "is_deleted" = 0`,
  `create index "customers_onboarding_status" on "customers" ("managing_tenant_id", "onboarding_status", "id") where "is_deleted" = 0`,
  `create index "customers_delegated_privilege_status" on "customers" ("managing_tenant_id", "delegated_privilege_status", "id") where "is_deleted" = 0`,
  `create index "customers_last_dap_refresh_date_time_utc" on "customers" ("managing_tenant_id", "last_dap_refresh_date_time_utc", "id") where "is_deleted" = 0`,
  `create index "customers_cosmos_created_date_time_utc" on "customers" ("managing_tenant_id", "cosmos_created_date_time_utc", "id") where "is_deleted" = 0`,
  `create index "customers_cosmos_last_modified_date_time_utc" on "customers" ("managing_tenant_id", "cosmos_last_modified_date_time_utc", "id") where "is_deleted" = 0`,
]
