import type { ManagingTenant } from '../plan/access.ts'
import { confined } from './confine.ts'
import { column, identifier, type SqlStatement, sql } from './fragment.ts'
import { ownColumns } from './table.ts'

const managingTenant = column(ownColumns.managingTenant)
const version = column(ownColumns.version)
const trimmedVersion = column('trimmed_version')

/** Managing tenants in order, after one of them. */
export function compileManagingTenants(after: string, size: number): SqlStatement {
  return sql`select ${managingTenant} from ${identifier('managing_tenants')} where ${confined({ kind: 'allPartners' })} and ${managingTenant} > ${after} order by ${managingTenant} limit ${size}`
}

/** The oldest changes that are kept: number, time, and the number up to which the history is trimmed. */
export function compileOldestChanges(access: ManagingTenant, size: number): SqlStatement {
  const trimmed = sql`(select ${trimmedVersion} from ${identifier('managing_tenants')} where ${confined(access)})`
  return sql`select ${version}, ${column('changed_at')}, ${trimmed} from ${identifier('changes')} where ${confined(access)} and ${version} >= ${trimmed} order by ${version} limit ${size}`
}

/**
 * Forgets the changes before a number. The change of that number stays as the mark of what is trimmed, without what it did.
 * The counter's row comes last, for writers wait for it.
 */
export function compileTrim(access: ManagingTenant, upTo: number): readonly SqlStatement[] {
  const changes = identifier('changes')
  return [
    sql`delete from ${changes} where ${confined(access)} and ${version} < ${upTo}`,
    sql`update ${changes} set ${column('before')} = null, ${column('after')} = null where ${confined(access)} and ${version} = ${upTo}`,
    sql`update ${identifier('managing_tenants')} set ${trimmedVersion} = ${upTo} where ${confined(access)} and ${trimmedVersion} < ${upTo}`,
  ]
}
