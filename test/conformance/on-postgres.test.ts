import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { postgresMissing } from '../support/databases.ts'
import { confinement, tapStatements } from '../support/wiretap.ts'

// The conformance tables once more, on PostgreSQL: the same files, with the same expectations.

const folder = fileURLToPath(new URL('.', import.meta.url))

if (postgresMissing === undefined) {
  process.env.TENANTRY_TEST_STORE = 'postgres'
  const statements = tapStatements()
  for (const file of globSync('*/*.test.ts', { cwd: folder }).sort()) describe(file, () => import(`./${file}`))
  test('every statement that was sent names the managing tenant: it runs where a distributed database keeps that tenant', () => {
    const stray = [...statements].filter((text) => confinement(text) === 'stray')
    assert.deepEqual(stray, [])
    const confined = [...statements].filter((text) => confinement(text) === 'confined')
    assert.ok(confined.length > 200, `${confined.length} statements of ${statements.size} were looked at`)
    assert.equal(confinement('select "id" from "customers" where "id" = $1::text'), 'stray')
    assert.equal(confinement('select 1 from "changes", (select * from "customers" where "managing_tenant_id" = $1::text)'), 'stray')
  })
} else test('the conformance tables on PostgreSQL', { skip: postgresMissing })
