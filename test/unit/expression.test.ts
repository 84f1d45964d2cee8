import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { model } from '../../src/model/model.ts'
import { bindFilter, queryScope } from '../../src/odata/bind/expression/bind-query.ts'
import { ODataError } from '../../src/odata/error.ts'
import { parseUri } from '../../src/odata/uri/parse-uri.ts'

const [customers] = model.entitySets
const bind = (filter: string, aliases = '') =>
  customers ? bindFilter(filter, queryScope(customers, parseUri(`/Customers?${aliases}`).options)) : assert.fail()

describe('a filter that is right', () => {
  for (const filter of [
    'true',
    'isDeleted',
    'not isDeleted',
    'not(isDeleted)',
    "displayName eq 'Milk'",
    "displayName EQ 'O''Neil' AND contractType LT 2.55",
    'contractType add 5 mul 2 eq 7',
    '-contractType lt -1',
    'contractType eq null',
    'contractType divby 2 eq 0.5',
    "displayName in ('a','b')",
    'displayName in ()',
    'displayName in ["a",\'b\']',
    "contains(tolower(displayName),'x')",
    'length(domain) ge 3',
    "substring(displayName,1,2) eq 'x'",
    'year(cosmosCreatedDateTimeUTC) eq 2026',
    'cosmosCreatedDateTimeUTC ge 2026-01-01',
    "cosmosCreatedDateTimeUTC lt now() sub duration'P30D'",
    "matchesPattern(displayName,'^a')",
    "case(contractType gt 1:'x',true:'y') eq 'x'",
    "cast(contractType,Edm.String) eq '1'",
    'isof(microsoft.graph.Customer)',
    "$it/displayName eq 'x'",
    "microsoft.graph.Customer/displayName eq 'x'",
    '(4 add 5) mod (4 sub 1) eq 0',
    'contractType lt INF',
    'time(cosmosCreatedDateTimeUTC) ne 11:22',
    "totalseconds(duration'PT1.5S') gt 1",
    "DisplayName eq 'x'",
  ]) {
    test(filter, () => assert.equal(bind(filter).type, 'Edm.Boolean'))
  }
  test('with parameter aliases', () => assert.equal(bind('displayName eq @p and @q', "@p='x'&@q=contractType gt 3").kind, 'operation'))
})

describe('a filter that is wrong is 400, and says where', () => {
  for (const [filter, message] of [
    ['', /position 0/],
    ['displayName eq', /position 14/],
    ["displayName eq 'x", /closing quote/],
    ["displayName eq 'O'Neil'", /the end of the expression/],
    ['displayName = 1', /an operator or the end of the expression/],
    ['displayName eq "x"', /a string in single quotes/],
    ['(true', /'\)' was expected/],
    ['displyName eq null', /did you mean 'displayName'/],
    ['displayName eq 1', /like with like/],
    ['onboardingStatus eq true', /like with like/],
    ['contractType', /is a Boolean/],
    ['not contractType eq 1', /write not/],
    ['contractType lt 42.', /position/],
    ['contractType lt .1', /position/],
    ["contans(displayName,'x')", /did you mean 'contains'/],
    ['contains(displayName)', /takes/],
    ['cosmosCreatedDateTimeUTC ne 2011-12-31T24:00Z', /not a valid date/],
    ['day(2026-01-01T00:00:00+01:00) eq 1', /in UTC/],
    ["displayName eq ('a','b')", /,|\)/],
    ['displayName has 1', /enumeration/],
    ['__proto__ eq 1', /not a property/],
    ["constructor'x' eq 1", /./],
    ['toString(1) eq 1', /not a function/],
    ['all(x:true)', /./],
    ["substring(displayName,0,-1) eq ''", /negative/],
  ] as const) {
    test(filter === '' ? '(nothing)' : filter, () =>
      assert.throws(
        () => bind(filter),
        (error: unknown) => error instanceof ODataError && error.status === 400 && message.test(error.message),
      ),
    )
  }
  test('nesting and size have limits, not a stack', () => {
    for (const filter of [
      '('.repeat(100_000),
      'not '.repeat(50_000),
      '-'.repeat(50_000),
      `${'true or '.repeat(5_000)}true`,
      `displayName in (${"'x',".repeat(1_000)}'x')`,
    ]) {
      assert.throws(() => bind(filter), { name: 'ODataError' })
    }
  })
  test('an alias that leads back to itself', () => assert.throws(() => bind('@a', '@a=@b&@b=@a'), /back to itself/))
})
