import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ODataError } from '../../src/odata/error.ts'
import { parseKeyPredicate } from '../../src/odata/uri/key-predicate.ts'
import { parseUri } from '../../src/odata/uri/parse-uri.ts'
import { decodePercent } from '../../src/odata/uri/percent.ts'
import { parseQueryOptions } from '../../src/odata/uri/query-options.ts'
import { fc } from '../support/property.ts'

const refuses = (work: () => unknown, status = 400) =>
  assert.throws(work, (error: unknown) => error instanceof ODataError && error.status === status)

describe('percent-encoding (RFC 3986, 2.1)', () => {
  test('of any text is undone', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(decodePercent(encodeURIComponent(text)), text)))
  })
  test('of every character, also of those that need none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
        assert.equal(decodePercent(encoded), text)
      }),
    )
  })
  for (const text of ['%', '%4', '%zz', '%-1', 'a%', '%%', '%ff', '%c0%af', '%ed%a0%80', '%f4%90%80%80', '%e2%82', '%u0041'])
    test(`${text} is refused`, () => refuses(() => decodePercent(text)))
  test('a plus is a plus', () => assert.equal(decodePercent('a+b'), 'a+b'))
})

describe('query options (URL Conventions 4.01, 5)', () => {
  for (const [raw, options] of [
    ['', {}],
    ['&&', {}],
    ['$top=1', { top: '1' }],
    ['TOP=1', { top: '1' }],
    ['%24Top=1', { top: '1' }],
    ['$select=a=b', { select: 'a=b' }],
    ['$select=a%26b%3Dc', { select: 'a&b=c' }],
    ['custom=1&custom=2&flag', {}],
    ["@p='x'&@q=1", { '@p': "'x'", '@q': '1' }],
    ["%40p='x'", { '@p': "'x'" }],
    ["$filter=a eq 'x&y'&$top=1", { filter: "a eq 'x&y'", top: '1' }],
    ["$filter=a eq 'x&$top=1&y'&$skip=2", { filter: "a eq 'x&$top=1&y'", skip: '2' }],
    ["@p='a&b'&$top=1", { '@p': "'a&b'", top: '1' }],
    ['%40p=%27a&b%27&$top=1', { '@p': "'a&b'", top: '1' }],
    ["$filter=a eq 'O''Neil'&$top=1", { filter: "a eq 'O''Neil'", top: '1' }],
    ["$filter=a eq 'x&$top=1", { filter: "a eq 'x", top: '1' }],
    ["custom='&$top=1", { top: '1' }],
    ['$filter=a+eq+%27b+c%2Bd%27', { filter: "a eq 'b c+d'" }],
    ["$filter=a+in+('x'',+y')&@p=+1", { filter: "a in ('x'', y')", '@p': '+1' }],
    ["$filter=a eq 'b+c'", { filter: "a eq 'b+c'" }],
    ["$filter=a eq 'b+c", { filter: "a eq 'b+c" }],
    ['$filter=a lt +1 or a lt +INF', { filter: 'a lt +1 or a lt +INF' }],
    ['$filter=a gt 2012-09-03T14:53+02:00', { filter: 'a gt 2012-09-03T14:53+02:00' }],
    ['$orderby=a+desc', { orderby: 'a desc' }],
    ['$search=a+b', { search: 'a+b' }],
    ['$search=a%3Bb', { search: 'a;b' }],
    ['$search=x "a;b"', { search: 'x "a;b"' }],
    ['$search=%22a;%5C%22b;%22', { search: '"a;\\"b;"' }],
  ] as const) {
    test(raw === '' ? '(nothing)' : raw, () => assert.deepEqual(Object.fromEntries(parseQueryOptions(raw)), options))
  }
  for (const raw of [
    '$top',
    'top',
    '$top=1&$top=1',
    '$top=1&TOP=2',
    '@a=1&@a=2',
    '$=1',
    '$unknown=1',
    '$top=%',
    '%zz=1',
    '$Filter=a&filter=b',
    '$search=a;b',
    '$search="a";b',
  ])
    test(`${raw} is refused`, () => refuses(() => parseQueryOptions(raw)))
  test('an unknown one that is nearly a known one names it', () =>
    assert.throws(() => parseQueryOptions('$filtre=true'), /'\$filtre' is not known: did you mean '\$filter'/))
})

describe('a key predicate that is malformed', () => {
  for (const text of ["'", "'a", "'a'b", "'a'x'b'", "'a',", ",'a'", "a='x'y='z'", 'a=', '=', "a=='x'", '(1)', "'a''"])
    test(text, () => refuses(() => parseKeyPredicate(text)))
})

describe('a request target', () => {
  for (const [target, version, path] of [
    ['/', 'beta', []],
    ['/beta', 'beta', []],
    ['/beta/', 'beta', []],
    ['/V1.0/x', 'v1.0', ['x']],
    ['/x/', 'beta', ['x']],
    ['/beta/a%2Fb', 'beta', ['a/b']],
    ['/beta//x', 'beta', ['', 'x']],
    ['/%62eta/x', 'beta', ['beta', 'x']],
    ['/v2.0/x', 'beta', ['v2.0', 'x']],
    ['/beta/f()', 'beta', ['f()']],
    ["/$filter(contains(x,'y'))", 'beta', ["$filter(contains(x,'y'))"]],
  ] as const) {
    test(target, () => {
      const uri = parseUri(target)
      assert.equal(uri.version, version)
      assert.deepEqual(
        uri.path.map(({ text }) => text),
        path,
      )
      assert.ok(uri.path.every(({ keyPredicate }) => keyPredicate === undefined))
    })
  }
  test('that is no path is refused', () => {
    for (const target of ['', '*', 'beta', '?x=1', '/x#y', '/x?$search=#1']) refuses(() => parseUri(target))
  })
  test('of any characters is read or refused, and nothing else is thrown', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\/[()'=,@$%&?/a0 ]{0,40}$/), (target) => {
        try {
          parseUri(target)
        } catch (error) {
          assert.ok(error instanceof ODataError && error.status === 400)
        }
      }),
      { numRuns: 5_000 },
    )
  })
})
