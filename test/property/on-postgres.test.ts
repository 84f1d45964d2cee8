import { describe, test } from 'node:test'
import { postgresMissing } from '../support/databases.ts'

// The properties of stores once more, on PostgreSQL, held against the same reference.

const files = ['query', 'apply', 'isolation', 'delta']

if (postgresMissing === undefined) {
  process.env.TENANTRY_TEST_STORE = 'postgres'
  for (const file of files) describe(file, () => import(`./${file}.test.ts`))
} else test('the properties on PostgreSQL', { skip: postgresMissing })
