import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService({}, async ({ create, send }) => {
  await create({
    id: 'a',
    displayName: 'Alpha',
    domain: 'ALPHA.example',
    contractType: 4,
    cosmosCreatedDateTimeUTC: '2026-01-02T03:04:05.678901Z',
    lastDAPRefreshDateTimeUtc: '2026-01-03T03:04:05.678901Z',
  })
  await create({
    id: 'b',
    displayName: 'Béta 100%',
    domain: 'beta_x.example',
    contractType: 0,
    cosmosCreatedDateTimeUTC: '1969-12-31T23:59:59Z',
  })
  await create({
    id: 'c',
    displayName: "O'Gamma & Söhne",
    domain: 'gamma.example',
    contractType: -7,
    cosmosCreatedDateTimeUTC: '2999-06-15T12:00:00Z',
    isOnBoardedToMTM: false,
  })
  await create({ id: 'd', displayName: 'Deleted', contractType: 4 })
  await send('DELETE', "/beta/Customers('d')")
})

/** The ids that a filter leaves, joined. */
async function ids(filter: string, more = ''): Promise<string> {
  const answer = await service.send('GET', `/beta/Customers?$filter=${encodeURIComponent(filter)}${more}`)
  assert.equal(answer.status, 200, `${filter}: ${answer.text}`)
  return answer.json.value.map(({ id }: { id: string }) => id).join('')
}

describe('$filter (URL Conventions 4.01, 5.1.2)', () => {
  for (const [filter, expected] of [
    // text compares without regard to case; keys exactly
    ["displayName eq 'ALPHA'", 'a'],
    ["domain eq 'alpha.EXAMPLE'", 'a'],
    ["id eq 'A'", ''],
    ["id in ('a','B')", 'a'],
    ["displayName in ('alpha','BÉTA 100%')", 'ab'],
    ["contains(displayName,'ö')", 'c'],
    ["contains(displayName,'%')", 'b'],
    ["contains(domain,'_')", 'b'],
    ["startswith(displayName,'bé')", 'b'],
    ["endswith(domain,'.EXAMPLE')", 'abc'],
    ["indexof(displayName,'É') eq 1", 'b'],
    ["displayName lt 'b'", 'a'],
    ["displayName eq 'O''Gamma & Söhne'", 'c'],
    ["tolower(displayName) eq 'alpha'", 'a'],
    ["toupper(displayName) eq 'Alpha'", 'a'],
    ["matchesPattern(displayName,'^A')", 'a'],
    ["matchesPattern(displayName,'^a')", ''],
    ["matchesPattern(displayName,'^a','i')", 'a'],
    ["matchesPattern(displayName,'(a+)+$')", 'a'],
    // numbers
    ['contractType eq 4.0', 'a'],
    ['contractType div 2 eq 2', 'a'],
    ['contractType div 2 eq -3', 'c'],
    ['contractType divby 2 eq -3.5', 'c'],
    ['contractType mod 4 eq -3', 'c'],
    ['-contractType eq 7', 'c'],
    ['contractType lt INF', 'abc'],
    ['contractType gt NaN', ''],
    ['contractType ne NaN', 'abc'],
    ['contractType divby 0 eq INF', 'a'],
    ['contractType divby 0 eq -INF', 'c'],
    ['round(contractType divby 2) eq -4', 'c'],
    ['contractType add 1e0 eq 5', 'a'],
    ['contractType mul 2147483647 eq 8589934588', 'a'],
    // dates
    ['year(cosmosCreatedDateTimeUTC) eq 2026', 'a'],
    ['fractionalseconds(cosmosCreatedDateTimeUTC) eq 0.678901', 'a'],
    ['date(cosmosCreatedDateTimeUTC) eq 1969-12-31', 'b'],
    ['time(cosmosCreatedDateTimeUTC) eq 12:00', 'c'],
    ['cosmosCreatedDateTimeUTC lt 1970-01-01', 'b'],
    ['cosmosCreatedDateTimeUTC eq 2026-01-02T04:04:05.678901+01:00', 'a'],
    ['cosmosCreatedDateTimeUTC lt now()', 'ab'],
    ['cosmosCreatedDateTimeUTC lt maxdatetime() and cosmosCreatedDateTimeUTC gt mindatetime()', 'abc'],
    ['totaloffsetminutes(cosmosCreatedDateTimeUTC) eq 0', 'abc'],
    ["lastDAPRefreshDateTimeUtc sub cosmosCreatedDateTimeUTC eq duration'P1D'", 'a'],
    ["cosmosCreatedDateTimeUTC add duration'PT1S' eq 1970-01-01T00:00:00Z", 'b'],
    ['totalseconds(lastDAPRefreshDateTimeUtc sub cosmosCreatedDateTimeUTC) eq 86400', 'a'],
    ["date(cosmosCreatedDateTimeUTC) sub 2026-01-01 eq duration'P1D'", 'a'],
    ["date(cosmosCreatedDateTimeUTC) add duration'P1D' eq 1970-01-01", 'b'],
    // 4.01 lets a duration go without its prefix where one is meant
    ["cosmosCreatedDateTimeUTC add 'PT1S' eq 1970-01-01T00:00:00Z", 'b'],
    ["lastDAPRefreshDateTimeUtc sub cosmosCreatedDateTimeUTC eq 'P1D'", 'a'],
    ["(lastDAPRefreshDateTimeUtc sub cosmosCreatedDateTimeUTC) in ('PT1S','P1D')", 'a'],
    ["totalseconds('PT1M') mul 2 eq 120", 'abc'],
    ["-('PT1M' mul 2) lt 'PT0S'", 'abc'],
    ["displayName lt 'P1D'", 'abc'],
    // null: equal to itself only; less than nothing
    ['lastDAPRefreshDateTimeUtc eq null', 'bc'],
    ['lastDAPRefreshDateTimeUtc ne null', 'a'],
    ['lastDAPRefreshDateTimeUtc gt 2000-01-01', 'a'],
    ['not (lastDAPRefreshDateTimeUtc gt 2000-01-01)', 'bc'],
    ['null eq null', 'abc'],
    ['year(lastDAPRefreshDateTimeUtc) eq null', 'bc'],
    ['lastDAPRefreshDateTimeUtc in (null)', 'bc'],
    // the rest
    ['isOnBoardedToMTM', 'ab'],
    ['not isOnBoardedToMTM', 'c'],
    ["case(contractType gt 0:'p',contractType lt 0:'n',true:'z') eq 'z'", 'b'],
    ["cast(contractType,Edm.String) eq '-7'", 'c'],
    ["cast('4',Edm.Int32) eq contractType", 'a'],
    ['cast(displayName,Edm.Int32) eq null', 'abc'],
    ["cast(displayName,Edm.String) eq 'ALPHA'", 'a'],
    ["cast(cosmosCreatedDateTimeUTC,Edm.String) eq '2026-01-02T03:04:05.678901Z'", 'a'],
    ["cast('P1D',Edm.Duration) eq duration'PT24H'", 'abc'],
    ["cast('6F1DD6B7-4a53-4a4e-9d5e-0c2f6e0a1b3c',Guid) eq 6f1dd6b7-4a53-4a4e-9d5e-0c2f6e0a1b3c", 'abc'],
    ["cast('Zg',Edm.Binary) eq binary'Zg=='", 'abc'],
    ["cast('no day',Edm.Duration) eq null", 'abc'],
    ["cast('6f1dd6b7',Edm.Guid) eq null", 'abc'],
    ["concat(id,'x') eq 'ax'", 'a'],
    ["concat(id,'x') eq 'AX'", ''],
    ['round(contractType) div 2 eq -3.5', 'c'],
    ['isof(contractType,Edm.Int32)', 'abc'],
    ['isof(microsoft.graph.Customer)', 'abc'],
    ['isof($it,microsoft.graph.Customer)', 'abc'],
    ['isof(contractType,Edm.Int16) or isof(domain,Edm.GeographyPoint)', ''],
    ["$it/displayName eq 'Alpha'", 'a'],
    ['displayName in ()', ''],
    ["trim(' x ') eq 'x'", 'abc'],
  ] as const) {
    test(`${filter} → ${expected || 'none'}`, async () => assert.equal(await ids(filter), expected))
  }

  test('parameter aliases (URL Conventions 4.01, 5.1.1.13)', async () => {
    assert.equal(await ids('displayName eq @name', "&@name='alpha'"), 'a')
    assert.equal(await ids('@condition', '&@condition=contractType%20lt%20@n&@n=0'), 'c')
    assert.equal(await ids('contractType in @list', '&@list=[4,0]'), 'ab')
    assert.equal(await ids('lastDAPRefreshDateTimeUtc eq @absent'), 'bc')
  })

  test('deleted rows are hidden, unless the filter names what tells them (W3)', async () => {
    assert.equal(await ids('contractType eq 4'), 'a')
    assert.equal(await ids('contractType eq 4 and isDeleted'), 'd')
    assert.equal(await ids('isDeleted eq true or isDeleted eq false'), 'abcd')
    assert.equal(await ids('deletedDateTime ne null'), 'd')
  })

  test('with $count, as an option and as a segment', async () => {
    assert.equal((await service.send('GET', '/beta/Customers?$filter=contractType%20lt%201&$count=true&$top=1')).json['@odata.count'], 2)
    assert.equal((await service.send('GET', '/beta/Customers/$count?$filter=isDeleted')).text, '1')
  })

  test('division of integers by zero fails the request, a bad pattern too', async () => {
    for (const filter of [
      '1 div contractType eq 1',
      '1 mod contractType eq 1',
      "matchesPattern(displayName,'(')",
      "matchesPattern(displayName,'(?=x)')",
      "matchesPattern(displayName,'x','z')",
    ]) {
      const answer = await service.send('GET', `/beta/Customers?$filter=${encodeURIComponent(filter)}`)
      assert.equal(answer.status, 400, answer.text)
      assert.equal(answer.json.error.code, 'Request_BadRequest')
    }
  })

  for (const [filter, message] of [
    ["now() add duration'+P1D' gt now()", /not a valid duration/],
    ["contractType add 'one' eq 1", /'add' does not take Edm.Int32 and Edm.String/],
    ["cast('x',Edm.Nothing) eq null", /not a primitive type/],
    ['isof($it,Edm.String)', /not a type/],
    ["endswith($it,'x')", /write a property/],
    ["X'ff' eq null", /found/],
    ['time(cosmosCreatedDateTimeUTC) eq 23:59:60', /not a valid time of day/],
  ] as const) {
    test(`${filter} is 400`, async () => {
      const { status, json } = await service.send('GET', `/beta/Customers?$filter=${encodeURIComponent(filter)}`)
      assert.equal(status, 400, JSON.stringify(json))
      assert.match(json.error.message, message)
      assert.equal(json.error.target, '$filter')
    })
  }

  test('a value that an HTTP library encoded as a form is understood', async () => {
    const query = new URLSearchParams({ $filter: "displayName eq 'béta 100%' and contractType ge 0", $orderby: 'displayName desc' })
    assert.equal((await service.send('GET', `/beta/Customers?${query}`)).json.value[0].id, 'b')
  })

  test('an ampersand may stand in a string as it is', async () => {
    assert.equal((await service.send('GET', "/beta/Customers?$filter=contains(displayName,'a%20&%20s')&$top=5")).json.value[0].id, 'c')
  })
})

describe('$orderby (URL Conventions 4.01, 5.1.5)', () => {
  const ordered = async (orderby: string) => {
    const answer = await service.send('GET', `/beta/Customers?$select=id&$orderby=${encodeURIComponent(orderby)}`)
    assert.equal(answer.status, 200, answer.text)
    return answer.json.value.map(({ id }: { id: string }) => id).join('')
  }
  for (const [orderby, expected] of [
    ['displayName', 'abc'],
    ['displayName desc', 'cba'],
    ['lastDAPRefreshDateTimeUtc', 'bca'],
    ['lastDAPRefreshDateTimeUtc desc', 'abc'],
    ['isOnBoardedToMTM,contractType desc', 'cab'],
    ['length(displayName) desc,id', 'cba'],
    ['contractType mul -1 ASC', 'abc'],
    ['contractType ge 0 asc,id desc', 'cba'],
    ['true', 'abc'],
  ] as const) {
    test(`${orderby} → ${expected}`, async () => assert.equal(await ordered(orderby), expected))
  }
  for (const orderby of [
    '',
    'colour',
    'displayName down',
    'displayName,',
    'displayName desc asc',
    Array.from({ length: 11 }, () => 'id').join(','),
  ]) {
    test(`'${orderby.slice(0, 30)}' is 400`, async () =>
      assert.equal((await service.send('GET', `/beta/Customers?$orderby=${encodeURIComponent(orderby)}`)).status, 400))
  }
})
