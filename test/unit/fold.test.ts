import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { compareCodePoints, fold } from '../../src/edm/fold.ts'
import { foldRuns } from '../../src/edm/fold-table.ts'
import { fc } from '../support/property.ts'

const isSurrogate = (point: number) => point >= 0xd800 && point <= 0xdfff
const otherUnicode = process.versions.unicode === '17.0' ? false : `the runtime has Unicode ${process.versions.unicode}, the table 17.0`

function* everyCodePoint(): Generator<string> {
  for (let point = 0; point <= 0x10ffff; point++) if (!isSurrogate(point)) yield String.fromCodePoint(point)
}

test('each code point folds to one that the regular expressions of the runtime hold for its equal', { skip: otherUnicode }, () => {
  const twiceTheSame = /^(.)\1$/isu
  for (const text of everyCodePoint()) {
    const folded = fold(text)
    if (!twiceTheSame.test(text + folded)) assert.fail(`U+${text.codePointAt(0)?.toString(16)} folds to '${folded}'`)
  }
})

test('code points that fold differently are different for the regular expressions too', { skip: otherUnicode }, () => {
  // Of two code points that are equal without regard to case, at least one changes when it is case-folded. So all that must be compared are those
  // that have a case mapping, with each other and with all the rest.
  const cased =
    /[\p{Changes_When_Casefolded}\p{Changes_When_Lowercased}\p{Changes_When_Uppercased}\p{Changes_When_Titlecased}\p{Lowercase}\p{Uppercase}]/u
  const targets = new Set<string>()
  let rest = ''
  let from: number | undefined
  for (let point = 0; point <= 0x110000; point++) {
    const text = point < 0x110000 && !isSurrogate(point) ? String.fromCodePoint(point) : undefined
    if (text !== undefined && cased.test(text)) targets.add(fold(text))
    const plain = text !== undefined && !cased.test(text)
    if (plain && from === undefined) from = point
    if (!plain && from !== undefined) {
      rest += `\\u{${from.toString(16)}}-\\u{${(point - 1).toString(16)}}`
      from = undefined
    }
  }
  assert.ok(targets.size > 1400)
  assert.equal([...targets].join('').match(new RegExp(`[${rest}]`, 'giu')), null)
  const everyTarget = [...targets].join('')
  for (const target of targets) {
    assert.deepEqual(everyTarget.match(new RegExp(`\\u{${target.codePointAt(0)?.toString(16)}}`, 'giu')), [target])
  }
})

test('folding twice is folding once', () => {
  for (const text of everyCodePoint()) if (fold(fold(text)) !== fold(text)) assert.fail(`U+${text.codePointAt(0)?.toString(16)}`)
})

test('the table is the one that stored values were folded with', () => {
  // To change it is to migrate every folded column.
  assert.equal(
    createHash('sha256').update(foldRuns.join()).digest('hex'),
    'e7a37e103b25e0f3709fc209abbce7716a39ba72410e61dee0039ff3834a759b',
  )
})

const examples: readonly (readonly [text: string, folded: string])[] = [
  ['', ''],
  ['contoso ltd. 24/7', 'contoso ltd. 24/7'],
  ['Contoso LTD', 'contoso ltd'],
  ['STRAẞE Straße', 'straße straße'],
  ['İstanbul', 'İstanbul'],
  ['ıI', 'ıi'],
  ['ΟΔΟΣ οδος οδοσ', 'οδοσ οδοσ οδοσ'],
  ['\u212a\u212b', 'kå'],
  ['ſ', 's'],
  ['µ', 'μ'],
  ['ꭰᎠᏰᏸ', 'ᎠᎠᏰᏰ'],
  ['𐐀𐐨', '𐐨𐐨'],
  ['a𐐀Z𐐀b', 'a𐐨z𐐨b'],
  ['ﬅﬆ', 'ﬆﬆ'],
  ['\u1fd3\u1fe3', '\u0390\u03b0'],
  ['ᾼ', 'ᾳ'],
  ['日本語 😀', '日本語 😀'],
  ['A\ud801', 'a\ud801'],
  ['\udc00\ud801A', '\udc00\ud801a'],
  ['\ud801\ud801\udc00', '\ud801\ud801\udc28'],
]
for (const [text, folded] of examples) {
  test(`'${text}' folds to '${folded}'`, () => assert.equal(fold(text), folded))
}

test('the fold of a text is the folds of its code points', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(fold(text), [...text].map(fold).join(''))
    }),
  )
})

const hardText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', '\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 4,
})

test('code points order as the bytes of UTF-8 do', () => {
  fc.assert(
    fc.property(hardText, hardText, hardText, (shared, a, b) => {
      const [left, right] = [shared + a, shared + b]
      assert.equal(Math.sign(compareCodePoints(left, right)), Buffer.compare(Buffer.from(left), Buffer.from(right)))
    }),
    { numRuns: 5000 },
  )
})

test('the order is total for halves of surrogate pairs too', () => {
  const unit = fc.constantFrom('\ud800', '\udc00', '\udfff', 'a', '\uffff')
  const text = fc.string({ unit, maxLength: 3 })
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      assert.equal(compareCodePoints(a, b) === 0, a === b)
      assert.equal(Math.sign(compareCodePoints(a, b)), -Math.sign(compareCodePoints(b, a)) + 0)
      if (compareCodePoints(a, b) <= 0 && compareCodePoints(b, c) <= 0) assert.ok(compareCodePoints(a, c) <= 0)
    }),
    { numRuns: 2000 },
  )
})
