import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { model } from '../../src/model/model.ts'
import { ddl } from '../../src/sql/ddl.ts'
import { sqlite } from '../../src/sql/dialects/sqlite.ts'
import { migrations } from '../../src/store/sqlite/migrations/migrations.ts'

/** The schema that statements make, in the database's own words, white space folded. */
function schemaOf(statements: readonly string[]): readonly string[] {
  const database = new DatabaseSync(':memory:')
  for (const statement of statements) database.exec(statement)
  const rows = database.prepare('select sql from sqlite_schema where sql is not null order by type, name').all()
  database.close()
  return rows.map(({ sql }) => String(sql).replace(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')'))
}

test('all migrations on an empty SQLite database come to what the model says', () => {
  assert.deepEqual(schemaOf(migrations.flat()), schemaOf(ddl(model, sqlite)))
})

test('every key and unique index begins with managing_tenant_id', () => {
  const keys = ddl(model, sqlite).flatMap((statement) =>
    [...statement.matchAll(/(?:primary key|unique|create unique index .* on "\w+") \(([^)]*)\)/g)].map((match) => match[1] ?? ''),
  )
  assert.ok(keys.length >= 4)
  for (const key of keys) assert.match(key, /^"managing_tenant_id"/)
})
