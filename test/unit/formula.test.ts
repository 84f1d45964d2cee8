import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { defuseText, restoreText } from '../../src/cli/rows/formula.ts'

describe('formulas in texts', () => {
  for (const [text, written] of [
    ['=1+1', "'=1+1"],
    ['+49 30 1234', "'+49 30 1234"],
    ['-Contoso', "'-Contoso"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['＝1', "'＝1"],
    ["'=1", "''=1"],
    ["''=1", "'''=1"],
    ["'tHooft", "'tHooft"],
    ["'", "'"],
    ['Contoso = Adatum', 'Contoso = Adatum'],
    ['', ''],
  ] as const) {
    test(`${JSON.stringify(text)} is written as ${JSON.stringify(written)}, and read back`, () => {
      assert.equal(defuseText(text), written)
      assert.equal(restoreText(written), text)
    })
  }

  test('what is written is never a formula, and whatever it was comes back', () => {
    const texts = fc.array(fc.constantFrom("'", '=', '+', '-', '@', 'a', ' ', '\t', '＝')).map((chars) => chars.join(''))
    fc.assert(
      fc.property(fc.oneof(texts, fc.string()), (text) => {
        assert.equal(restoreText(defuseText(text)), text)
        assert.doesNotMatch(defuseText(text), /^[=+\-@\t\r＝]/)
      }),
    )
  })
})
