import type { ManagingTenant } from '../plan/access.ts'
import {
  type AccessKeyRow,
  accessKeyRowOf,
  compileAddAccessKey,
  compileFindAccessKey,
  compileListAccessKeys,
  compileNoteUse,
  compileRemoveAccessKey,
} from '../sql/access-keys.ts'
import type { SqlStatement } from '../sql/fragment.ts'
import type { AccessKey, AccessKeyStore } from './store.ts'

/** Runs a statement by itself, and gives its rows in the order of its columns. */
type Run = (statement: SqlStatement) => Promise<readonly (readonly unknown[])[]>

/** Access keys, in any database that reads and writes statements. */
export function keepAccessKeys({ read, write }: { readonly read: Run; readonly write: Run }): AccessKeyStore {
  return {
    async find(tenantId, hash) {
      const [row] = await read(compileFindAccessKey(accessTo(tenantId), hash))
      return row && keyOf(tenantId, accessKeyRowOf(row))
    },
    async list(tenantId) {
      return (await read(compileListAccessKeys(accessTo(tenantId)))).map((row) => keyOf(tenantId, accessKeyRowOf(row)))
    },
    async add(key, hash) {
      await write(compileAddAccessKey(accessTo(key.managingTenantId), rowOf(key), hash))
    },
    async remove(tenantId, id) {
      return (await write(compileRemoveAccessKey(accessTo(tenantId), id))).length > 0
    },
    async noteUse(tenantId, id, at) {
      await write(compileNoteUse(accessTo(tenantId), id, at))
    },
  }
}

function accessTo(tenantId: string): ManagingTenant {
  return { kind: 'managingTenant', tenantId }
}

function keyOf(managingTenantId: string, row: AccessKeyRow): AccessKey {
  return {
    managingTenantId,
    id: String(row.id),
    displayName: String(row.display_name),
    hint: String(row.hint),
    createdDateTime: String(row.created_date_time),
    createdBy: String(row.created_by),
    endDateTime: String(row.end_date_time),
    lastUsedDateTime: row.last_used_date_time,
  }
}

function rowOf(key: AccessKey): AccessKeyRow {
  return {
    id: key.id,
    display_name: key.displayName,
    hint: key.hint,
    created_date_time: key.createdDateTime,
    created_by: key.createdBy,
    end_date_time: key.endDateTime,
    last_used_date_time: key.lastUsedDateTime,
  }
}
