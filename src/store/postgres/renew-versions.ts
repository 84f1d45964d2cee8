import pg from 'pg'
import { ahead } from '../ahead.ts'
import { storeError } from './errors.ts'

/** Lets every counter go on far ahead of what was ever given out: see `ahead`. All managing tenants at once: it is no request, and nothing runs beside it. */
export async function renewVersions(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'tenantry migrate', connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    await client.query(`update "managing_tenants" set "version" = "version" + ${ahead}`)
  } catch (error) {
    throw storeError(error)
  } finally {
    await client.end()
  }
}
