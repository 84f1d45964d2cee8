import pg from 'pg'

/** Begins to note the texts of all statements that the PostgreSQL store of this process sends. */
export function tapStatements(): ReadonlySet<string> {
  const texts = new Set<string>()
  const send = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [config] = args
    const named = this as unknown as { readonly connectionParameters: { readonly application_name?: string } }
    if (named.connectionParameters.application_name === 'tenantry') {
      if (typeof config === 'string') texts.add(config)
      else if (typeof config === 'object' && config && 'text' in config) texts.add(String(config.text))
    }
    return send.apply(this, args)
  } as typeof pg.Client.prototype.query
  return texts
}

const reference = /\b(?:from|join|update)\s+"(?:managing_tenants|customers|customers_counts|changes|access_keys)"/g
const equality = /"managing_tenant_id" = \$\d+::text/g
const operators = '"managing_tenant_id" in (select "managing_tenant_id" from "managing_tenants")'

/**
 * Whether a statement names the managing tenant for every table that it reads or writes, as a database needs that is distributed by it.
 * `operator`: it goes through all managing tenants, which is the one exception.
 */
export function confinement(text: string): 'confined' | 'operator' | 'no table' | 'stray' {
  const inserted = [
    ...text.matchAll(/insert into "\w+" \("managing_tenant_id", .*?\) (values \(\$1::text|select "t"\."managing_tenant_id")?/g),
  ]
  if (inserted.some(([, tenant]) => tenant === undefined)) return 'stray'
  const rest = text.replaceAll(operators, '<operator>')
  const tables = [...rest.matchAll(reference)].length
  if (tables === 0 && inserted.length === 0)
    return /"(?:managing_tenants|customers|customers_counts|changes|access_keys)"/.test(rest) ? 'stray' : 'no table'
  const named = [...rest.matchAll(equality)].length
  if (rest.includes('<operator>')) return 'operator'
  return named >= tables ? 'confined' : 'stray'
}
