import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEntityId } from '../../src/new-id.ts'

test('a new id is a UUID of version 7 (RFC 9562, 5.7) that begins with the time', () => {
  const before = Date.now()
  const ids = Array.from({ length: 1_000 }, newEntityId)
  const after = Date.now()
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const time = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    assert.ok(time >= before && time <= after, id)
  }
  assert.equal(new Set(ids).size, ids.length)
})
