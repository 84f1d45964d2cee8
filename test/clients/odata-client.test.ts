import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runScript, serveOverHttps } from '../support/client-script.ts'

test('@odata/client creates, reads, queries, counts, changes and deletes, unmodified', { timeout: 120_000 }, async (t) =>
  assert.equal(await runScript(new URL('./odata-client.script.ts', import.meta.url), await serveOverHttps(t)), 'all well'),
)
