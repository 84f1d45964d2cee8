/** How many living customers have each combination of the values that people group by: counts and groups are told without looking at a customer. */
export const countCustomers: readonly string[] = [
  `create table "customers_counts" (
    "managing_tenant_id" text not null,
    "contract_type" integer not null,
    "country_letter_code" text not null,
    "is_on_boarded_to_mtm" integer not null,
    "onboarding_status" integer not null,
    "delegated_privilege_status" integer not null,
    "country_letter_code_folded" text not null,
    "count" integer not null,
    primary key ("managing_tenant_id", "contract_type", "country_letter_code", "is_on_boarded_to_mtm", "onboarding_status", "delegated_privilege_status", "country_letter_code_folded")
  ) strict, without rowid`,
  `insert into "customers_counts" ("managing_tenant_id", "contract_type", "country_letter_code", "is_on_boarded_to_mtm", "onboarding_status", "delegated_privilege_status", "country_letter_code_folded", "count")
    select "managing_tenant_id", "contract_type", "country_letter_code", "is_on_boarded_to_mtm", "onboarding_status", "delegated_privilege_status", "country_letter_code_folded", count(*) from "customers" where "is_deleted" = 0 group by "managing_tenant_id", "contract_type", "country_letter_code", "is_on_boarded_to_mtm", "onboarding_status", "delegated_privilege_status", "country_letter_code_folded"`,
]
