import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AccessKeys } from '../../src/auth/access-keys.ts'
import { model } from '../../src/model/model.ts'
import { ODataError } from '../../src/odata/error.ts'
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { AccessKeyStore } from '../../src/store/store.ts'

const start = Date.parse('2026-01-01T00:00:00Z')

/** Two servers on one database, with one clock, and the number of looks into it. */
function twoServers(after: (clean: () => Promise<void>) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-keys-'))
  const store = new SqliteStore(join(folder, 'test.db'), model, () => undefined)
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const clock = { now: start }
  const counts = { looks: 0, notes: 0 }
  const counted: AccessKeyStore = {
    ...store.accessKeys,
    find(...args) {
      counts.looks++
      return store.accessKeys.find(...args)
    },
    noteUse(...args) {
      counts.notes++
      return store.accessKeys.noteUse(...args)
    },
  }
  let ids = 0
  const options = { store: counted, permissions: new Set(['Customer.Read.All']), now: () => clock.now, newId: () => `key-${++ids}` }
  return { store, clock, counts, one: new AccessKeys(options), other: new AccessKeys({ ...options, rememberedKeys: 3 }) }
}

const wanted = (changes: object = {}) => ({
  managingTenantId: 'p',
  displayName: 'x',
  createdBy: 'me',
  endDateTime: '2026-02-01T00:00:00.000000Z',
  ...changes,
})

const refuses = async (work: () => unknown, message: RegExp) =>
  assert.rejects(
    async () => work(),
    (error: unknown) => error instanceof ODataError && error.status === 401 && message.test(error.message),
  )

test('a key that was revoked elsewhere is good for five seconds at the most', async (t) => {
  const { one, other, clock } = twoServers((clean) => t.after(clean))
  const { key, text } = await one.issue(wanted())
  assert.equal((await other.authenticate(text)).tenantId, 'p')
  await one.revoke('p', key.id)
  await refuses(() => one.authenticate(text), /not known/)
  assert.equal((await other.authenticate(text)).tenantId, 'p')
  clock.now += 5_001
  await refuses(() => other.authenticate(text), /not known/)
})

test('a key expires to the moment, remembered or not', async (t) => {
  const { one, clock } = twoServers((clean) => t.after(clean))
  const { text } = await one.issue(wanted({ endDateTime: '2026-01-01T00:00:02.000000Z' }))
  const principal = await one.authenticate(text)
  assert.deepEqual([principal.kind, principal.operator, [...principal.permissions]], ['accessKey', false, ['Customer.Read.All']])
  clock.now += 1_999
  await one.authenticate(text)
  clock.now += 1
  await refuses(() => one.authenticate(text), /expired/)
})

test('the store is asked once in five seconds, of a wrong key, too; those who come together ask together', async (t) => {
  const { one, clock, counts } = twoServers((clean) => t.after(clean))
  const { text } = await one.issue(wanted())
  await Promise.all(Array.from({ length: 50 }, () => one.authenticate(text)))
  for (let i = 0; i < 50; i++) await one.authenticate(text)
  assert.equal(counts.looks, 1)
  const wrong = `tnk.p.${'x'.repeat(43)}`
  for (let i = 0; i < 50; i++) await refuses(() => one.authenticate(wrong), /not known/)
  assert.equal(counts.looks, 2)
  clock.now += 5_001
  await one.authenticate(text)
  assert.equal(counts.looks, 3)
  await refuses(() => one.authenticate('tnk.p.short'), /malformed/)
  assert.equal(counts.looks, 3)
})

test('use is noted once in five minutes', async (t) => {
  const { one, store, clock, counts } = twoServers((clean) => t.after(clean))
  const { text, key } = await one.issue(wanted())
  for (let i = 0; i < 20; i++) await one.authenticate(text)
  assert.equal(counts.notes, 1)
  clock.now += 300_000
  await one.authenticate(text)
  assert.equal(counts.notes, 2)
  // The thread that writes answers in order: this comes after the note.
  await store.accessKeys.noteUse('p', 'nobody', '2026-01-01T00:00:00.000000Z')
  assert.equal((await store.accessKeys.list('p')).find(({ id }) => id === key.id)?.lastUsedDateTime, '2026-01-01T00:05:00.000000Z')
})

test('what is remembered is bounded', async (t) => {
  const { other, counts } = twoServers((clean) => t.after(clean))
  const { text } = await other.issue(wanted())
  await other.authenticate(text)
  for (let i = 0; i < 10; i++) await refuses(() => other.authenticate(`tnk.p.${String(i).repeat(43)}`), /not known/)
  const before = counts.looks
  await other.authenticate(text)
  assert.equal(counts.looks, before + 1)
})

test('the database holds no key', async (t) => {
  const { one, store } = twoServers((clean) => t.after(clean))
  const { text } = await one.issue(wanted())
  const kept = JSON.stringify(await store.accessKeys.list('p'))
  assert.ok(!kept.includes(text) && !kept.includes(text.split('.').at(-1) ?? ''))
})
