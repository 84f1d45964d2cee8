import type { ManagingTenant } from '../plan/access.ts'
import { confined } from './confine.ts'
import { column, identifier, join, type SqlStatement, sql } from './fragment.ts'
import { ownColumns } from './table.ts'

const table = identifier('access_keys')
const managingTenant = column(ownColumns.managingTenant)
const id = column('id')
const hash = column('hash')
const lastUsed = column('last_used_date_time')

/** What is told of a key, in the order in which statements give it and take it. */
const told = ['id', 'display_name', 'hint', 'created_date_time', 'created_by', 'end_date_time', 'last_used_date_time'] as const

/** A key as a row of those columns. */
export type AccessKeyRow = Readonly<Record<(typeof told)[number], string | null>>

export function accessKeyRowOf(values: readonly unknown[]): AccessKeyRow {
  return Object.fromEntries(told.map((name, i) => [name, values[i] ?? null])) as AccessKeyRow
}

const columns = join(told.map(column), ', ')

export function compileFindAccessKey(access: ManagingTenant, wanted: string): SqlStatement {
  return sql`select ${columns} from ${table} where ${confined(access)} and ${hash} = ${wanted}`
}

/** The oldest first. */
export function compileListAccessKeys(access: ManagingTenant): SqlStatement {
  return sql`select ${columns} from ${table} where ${confined(access)} order by ${column('created_date_time')}, ${id}`
}

export function compileAddAccessKey(access: ManagingTenant, row: AccessKeyRow, itsHash: string): SqlStatement {
  const values = join(
    told.map((name) => sql`${row[name]}`),
    ', ',
  )
  return sql`insert into ${table} (${managingTenant}, ${hash}, ${columns}) values (${access.tenantId}, ${itsHash}, ${values})`
}

/** Gives the id back where there was such a key. */
export function compileRemoveAccessKey(access: ManagingTenant, itsId: string): SqlStatement {
  return sql`delete from ${table} where ${confined(access)} and ${id} = ${itsId} returning ${id}`
}

/** The time never goes back, whichever server is late. */
export function compileNoteUse(access: ManagingTenant, itsId: string, at: string): SqlStatement {
  return sql`update ${table} set ${lastUsed} = ${at} where ${confined(access)} and ${id} = ${itsId} and (${lastUsed} is null or ${lastUsed} < ${at})`
}
