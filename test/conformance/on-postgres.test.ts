import { globSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { postgresMissing } from '../support/databases.ts'

// The conformance tables once more, on PostgreSQL: the same files, with the same expectations.

const folder = fileURLToPath(new URL('.', import.meta.url))

if (postgresMissing === undefined) {
  process.env.TENANTRY_TEST_STORE = 'postgres'
  for (const file of globSync('*/*.test.ts', { cwd: folder }).sort()) describe(file, () => import(`./${file}`))
} else test('the conformance tables on PostgreSQL', { skip: postgresMissing })
