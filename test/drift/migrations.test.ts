import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { model } from '../../src/model/model.ts'
import { ddl } from '../../src/sql/ddl.ts'
import { postgres } from '../../src/sql/dialects/postgres.ts'
import { sqlite } from '../../src/sql/dialects/sqlite.ts'
import { migrations as postgresMigrations, searchIndex } from '../../src/store/postgres/migrations/migrations.ts'
import { migrations } from '../../src/store/sqlite/migrations/migrations.ts'
import { ask, makeDatabase, postgresMissing } from '../support/databases.ts'

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

test('all migrations on an empty PostgreSQL database come to what the model says', { skip: postgresMissing }, async (t) => {
  const schema = async (statements: readonly string[]) => {
    const { url, drop } = await makeDatabase()
    t.after(drop)
    for (const statement of ['create extension pg_trgm', 'create extension btree_gin', ...statements]) await ask(url, statement)
    const columns = await ask(
      url,
      'select table_name, column_name, ordinal_position, data_type, collation_name, is_nullable, column_default from information_schema.columns where table_schema = current_schema() order by 1, 3',
    )
    const indexes = await ask(url, 'select indexdef from pg_indexes where schemaname = current_schema() order by 1')
    return { columns, indexes }
  }
  const creating = (statement: string) => !statement.startsWith('create extension')
  const migrated = await schema([...postgresMigrations.flat(), ...searchIndex.filter(creating)])
  assert.deepEqual(migrated, await schema(ddl(model, postgres)))
  assert.ok(migrated.columns.length > 35 && migrated.indexes.length > 12)
})
