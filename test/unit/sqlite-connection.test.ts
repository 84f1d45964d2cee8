import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Connection } from '../../src/store/sqlite/connection.ts'

test('a connection that writes waits for the disk at every commit: WAL, synchronous=FULL', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-connection-'))
  const connection = new Connection(join(folder, 'test.db'), { readOnly: false })
  t.after(() => {
    connection.close()
    rmSync(folder, { recursive: true })
  })
  const pragma = (name: string) => connection.get({ text: `pragma ${name}`, parameters: [] })?.[0]
  assert.equal(pragma('journal_mode'), 'wal')
  // 2 is FULL (https://www.sqlite.org/pragma.html#pragma_synchronous): a process that dies cannot show the difference, a machine that does can.
  assert.equal(pragma('synchronous'), 2)
})

test('what is thrown in a transaction undoes it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-connection-'))
  const connection = new Connection(join(folder, 'test.db'), { readOnly: false })
  t.after(() => {
    connection.close()
    rmSync(folder, { recursive: true })
  })
  connection.database.exec('create table t (a)')
  assert.throws(() =>
    connection.transaction('immediate', () => {
      connection.run({ text: 'insert into t values (?)', parameters: [1] })
      throw new Error('no')
    }),
  )
  assert.deepEqual(connection.all({ text: 'select * from t', parameters: [] }), [])
  connection.transaction('immediate', () => connection.run({ text: 'insert into t values (?)', parameters: [2] }))
  assert.deepEqual(connection.all({ text: 'select * from t', parameters: [] }), [[2]])
})
