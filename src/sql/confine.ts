import type { Access } from '../plan/access.ts'
import { column, identifier, type SqlFragment, sql } from './fragment.ts'
import { columnName, ownColumns, type Table } from './table.ts'

const managingTenant = column(ownColumns.managingTenant)

/**
 * Partner isolation: every statement on rows goes through here.
 * The one exception, an operator's read, still names the managing tenants, so that it stays on the index that begins with them.
 */
export function confined(access: Access): SqlFragment {
  if (access.kind === 'managingTenant') return sql`${managingTenant} = ${access.tenantId}`
  return sql`${managingTenant} in (select ${managingTenant} from ${identifier('managing_tenants')})`
}

/** Rows that are not deleted, in the very words of the partial indexes. */
export function live(table: Table): SqlFragment {
  return table.dialect.isDeleted(column(columnName(table.type.softDelete.flag)), false)
}

export function dead(table: Table): SqlFragment {
  return table.dialect.isDeleted(column(columnName(table.type.softDelete.flag)), true)
}
