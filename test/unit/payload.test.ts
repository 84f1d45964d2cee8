import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ODataError } from '../../src/odata/error.ts'
import { readJson } from '../../src/odata/payload/read-json.ts'
import { fc } from '../support/property.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const refuses = (text: string, pattern: RegExp) =>
  assert.throws(
    () => readJson(bytes(text)),
    (error: unknown) => error instanceof ODataError && error.status === 400 && pattern.test(error.message),
  )

describe('a JSON body', () => {
  test('that JSON.stringify writes is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        assert.deepEqual(readJson(bytes(text)), JSON.parse(text))
      }),
      { numRuns: 2_000 },
    )
  })

  test('that JSON.parse refuses is refused, and nothing else is thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[[\]{}",:\\ a1-]{0,30}$/)), (text) => {
        let valid = true
        try {
          JSON.parse(text)
        } catch {
          valid = false
        }
        if (!valid) refuses(text, /./)
      }),
      { numRuns: 5_000 },
    )
  })

  test('with a name twice in one object is refused, however it is spelt and wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 8 }), fc.boolean(), fc.jsonValue({ maxDepth: 2 }), (name, escaped, value) => {
        const spelt = escaped
          ? `"${[...Array(name.length).keys()].map((i) => `\\u${name.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`
          : JSON.stringify(name)
        refuses(
          `[{"other":{${JSON.stringify(name)}: ${JSON.stringify(value)},\n "between":1, ${spelt} :2}}]`.replace(
            '"between":1,',
            name === 'between' ? '' : '"between":1,',
          ),
          /more than once/,
        )
      }),
    )
  })

  test('with the same name in two objects, or as a value, is taken', () => {
    for (const text of ['[{"a":1},{"a":1}]', '{"a":{"a":"a"}}', '{"a":"\\"b\\":","b":1}', '{"a":["b","b"],"b":1}'])
      assert.deepEqual(readJson(bytes(text)), JSON.parse(text))
  })
})
