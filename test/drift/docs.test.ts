import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { documents } from '../../scripts/documents.ts'

for (const [file, text] of Object.entries(documents())) {
  test(`${file} is what the source says (npm run docs makes it anew)`, () => {
    assert.equal(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), text)
  })
}
