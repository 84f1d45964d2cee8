import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseConditions, printETag } from '../../src/odata/headers/etag.ts'
import { parsePrefer } from '../../src/odata/headers/prefer.ts'
import { bindingOf, parseSkipToken, printSkipToken, type SkipToken } from '../../src/odata/tokens/skip-token.ts'
import { parseKeyPredicate, printKey } from '../../src/odata/uri/key-predicate.ts'
import { parseUri } from '../../src/odata/uri/parse-uri.ts'
import { identifier, sql } from '../../src/sql/fragment.ts'
import { fc } from '../support/property.ts'

describe('Prefer (RFC 7240, 2)', () => {
  for (const [header, expected] of [
    ['return=minimal', { return: 'minimal' }],
    ['return="minimal"', { return: 'minimal' }],
    ['RETURN=Minimal', { return: 'minimal' }],
    ['return=minimal, return=representation', { return: 'minimal' }],
    ['return=some', {}],
    ['odata.maxpagesize=5', { maxPageSize: 5 }],
    ['maxpagesize = 5', { maxPageSize: 5 }],
    ['maxpagesize=1e3', {}],
    ['create-if-missing; return=representation', { createIfMissing: true, return: 'representation' }],
    ['continue-on-error=false', { continueOnError: false }],
    ['continue-on-error=perhaps', {}],
    ['continue-on-error, continue-on-error=false', { continueOnError: true }],
    ['odata.continue-on-error', { continueOnError: true }],
    ['odata.include-annotations="-*,a.b"', {}],
    [',;,= ;', {}],
    ['wait=0', {}],
  ] as const) {
    test(header, () => assert.deepEqual(parsePrefer(header), { createIfMissing: false, ...expected }))
  }
})

test('what printETag writes, parseConditions reads', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (versions) => {
      assert.deepEqual(parseConditions(versions.map(printETag).join(', '), undefined), { ifMatch: versions.map(String) })
    }),
  )
})

describe('keys', () => {
  test('what printKey writes into a URL, the parser reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        const { path } = parseUri(`/beta/Customers(${printKey(id)})`)
        assert.deepEqual(path[0]?.keyPredicate?.parts, [{ value: { kind: 'string', value: id } }])
      }),
      { numRuns: 1_000 },
    )
  })
  test('with names and aliases', () => {
    assert.deepEqual(parseKeyPredicate("a='x''y',b=@p,c=7").parts, [
      { name: 'a', value: { kind: 'string', value: "x'y" } },
      { name: 'b', value: { kind: 'alias', name: '@p' } },
      { name: 'c', value: { kind: 'other', text: '7' } },
    ])
  })
})

describe('a skip token', () => {
  const token = fc.record(
    {
      after: fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null)), { maxLength: 4 }),
      remaining: fc.nat(),
      size: fc.nat(),
    },
    { requiredKeys: ['after'], noNullPrototype: true },
  ) as fc.Arbitrary<SkipToken>

  test('comes back as it was, for its own query only', () => {
    fc.assert(
      fc.property(token, fc.string(), fc.string(), (value, query, another) => {
        const text = printSkipToken(value, query)
        assert.match(text, /^[A-Za-z0-9_-]+\.[0-9a-f]{16}$/)
        assert.deepEqual(parseSkipToken(text, query), value)
        if (another !== query) assert.throws(() => parseSkipToken(text, another), { name: 'ODataError' })
      }),
    )
  })
  test('is bound to every option but its own, in whatever order and spelling', () => {
    const binding = (target: string) => bindingOf('Customers', parseUri(target).options)
    assert.equal(binding('/Customers?$top=1&$select=id&$skip=2'), binding('/Customers?SELECT=id&top=1&$skiptoken=x'))
    assert.notEqual(binding('/Customers?$top=1'), binding('/Customers?$top=2'))
    assert.notEqual(binding("/Customers?$select=@a&@a='x'"), binding("/Customers?$select=@a&@a='y'"))
  })
})

describe('SQL', () => {
  test('takes identifiers from the model only, and values as parameters only', () => {
    for (const name of ['a"b', 'a b', 'A', '1a', '', 'a;b']) assert.throws(() => identifier(name))
    const evil = "x'; drop table customers; --"
    assert.deepEqual(sql`select ${identifier('a')} where ${sql`b = ${evil}`} and c = ${null}`, {
      text: 'select "a" where b = ? and c = ?',
      parameters: [evil, null],
    })
  })
})
