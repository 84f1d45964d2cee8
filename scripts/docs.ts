// Writes the documents that are made from tables in the source. `npm run docs`; a drift test compares them with what is committed.
import { writeFileSync } from 'node:fs'
import { documents } from './documents.ts'

for (const [file, text] of Object.entries(documents())) writeFileSync(new URL(`../${file}`, import.meta.url), text)
