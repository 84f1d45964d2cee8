import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { explain } from '../../src/cli/explain.ts'
import { readConfig } from '../../src/config.ts'
import { model } from '../../src/model/model.ts'
import { explainRead } from '../../src/store/sqlite/explain.ts'
import { runCommand } from '../support/process.ts'
import { own } from './plans.ts'

const config = readConfig({}, {})
const queryPlan = (query: string, of = '/beta/Customers') =>
  explain(`GET ${of}${query}`, config)
    .statements.flatMap(({ steps }) => steps)
    .join('\n')

describe('what people ask for is found by an index, and never by looking at every row', () => {
  for (const query of [
    '',
    '?$top=50',
    "('x')",
    "(azureTenantId='x')",
    '?$count=true',
    '/$count',
    "?$filter=displayName eq 'x'",
    "?$filter=domain in ('a','b')",
    "?$filter=startswith(displayName,'Con')",
    "?$filter=countryLetterCode eq 'DE'",
    '?$filter=onboardingStatus eq 2',
    '?$filter=delegatedPrivilegeStatus ge 3',
    '?$filter=lastDAPRefreshDateTimeUtc lt 2026-01-01',
    '?$filter=cosmosCreatedDateTimeUTC ge 2026-01-01T00:00:00Z and cosmosCreatedDateTimeUTC lt 2026-02-01T00:00:00Z',
    '?$filter=cosmosLastModifiedDateTimeUTC gt 2026-01-01',
    "?$filter=azureTenantId eq 'x'",
    "?$filter=startswith(domain,'a') and contractType eq 1",
    "?$filter=id eq 'x'",
    "?$filter=id in ('x','y')",
  ]) {
    test(query || '(all)', () => {
      const steps = queryPlan(query)
      assert.match(steps, /SEARCH customers(?:_counts)? USING (?:(?:COVERING )?INDEX \S+|PRIMARY KEY) \(managing_tenant_id=\?/)
      assert.doesNotMatch(steps, /SCAN/)
    })
  }
})

describe('what is counted is told without looking at a customer', () => {
  for (const query of [
    '/$count',
    '/$count?$filter=onboardingStatus eq 2 and not isOnBoardedToMTM',
    "/$count?$filter=countryLetterCode in ('DE','SE') or contractType gt 3",
    '?$apply=aggregate($count as n)',
    '?$apply=groupby((onboardingStatus,countryLetterCode),aggregate($count as n))/filter(n gt 3)/orderby(n desc)',
    '?$apply=filter(contractType eq 1)/groupby((isOnBoardedToMTM))',
  ]) {
    test(query, () => {
      assert.match(queryPlan(query), /SEARCH customers_counts USING PRIMARY KEY \(managing_tenant_id=\?/)
      assert.doesNotMatch(queryPlan(query), /customers USING/)
    })
  }
  for (const query of [
    "/$count?$filter=startswith(displayName,'a')",
    '/$count?$filter=isDeleted eq true',
    '/$count?$filter=isDeleted eq false',
    '?$apply=groupby((displayName),aggregate($count as n))',
    '?$apply=groupby((onboardingStatus),aggregate(contractType with sum as n))',
    '?$apply=filter(onboardingStatus eq $these/aggregate(onboardingStatus with max))/aggregate($count as n)',
    '?$apply=compute(length(displayName) as n)/aggregate($count as m)',
    '?$apply=concat(aggregate($count as n),groupby((domain)))',
  ]) {
    test(`${query} is not counted`, () => assert.doesNotMatch(queryPlan(query), /customers_counts/))
  }
})

describe('changes are found by their numbers', () => {
  for (const from of [{ kind: 'start' }, { kind: 'changes', since: { version: 7, mark: '' } }] as const) {
    test(from.kind, () => {
      const plan = { kind: 'changes', entitySet: 'Customers', access: own, from, size: 100, now: '' } as const
      const steps = explainRead(plan, model).flatMap((statement) => statement.steps)
      assert.ok(steps.some((step) => /SEARCH customers USING INDEX \S+ \(managing_tenant_id=\?/.test(step)))
      assert.deepEqual(
        steps.filter((step) => /SCAN (?!CONSTANT|scanned|told|history)/.test(step)),
        [],
      )
    })
  }
})

describe('deleted items are found by an index of their own', () => {
  for (const query of ['', '?$count=true', '/$count', '/x', "?$filter=displayName eq 'x'"]) {
    test(query || '(all)', () => {
      const steps = queryPlan(query, '/beta/directory/deletedItems/microsoft.graph.Customer')
      assert.match(
        steps,
        query === '/x' ? /USING INDEX/ : /SEARCH customers USING (?:COVERING )?INDEX customers_deleted \(managing_tenant_id=\?/,
      )
      assert.doesNotMatch(steps, /SCAN/)
    })
  }
})

describe('parts of words are found by the search index', () => {
  for (const query of [
    "?$filter=contains(displayName,'ont')",
    "?$filter=contains(displayName,'ont') and contractType eq 1 and not contains(domain,'x')",
    "?$filter=contains(domain,'ont') or contains(displayName,'Ünï')",
    '?$search=contoso',
    '?$search="north wind" AND NOT paper',
    '?$search=contoso&$count=true',
    '/$count?$search=contoso',
    '?$apply=search(contoso)/groupby((countryLetterCode),aggregate($count as n))',
  ]) {
    test(query, () => {
      const steps = queryPlan(query)
      assert.match(steps, /SCAN customers_search VIRTUAL TABLE INDEX/)
      assert.match(steps, /SEARCH customers USING INTEGER PRIMARY KEY/)
    })
  }
  for (const query of [
    "?$filter=contains(displayName,'on')",
    "?$filter=not contains(displayName,'ont')",
    '?$search=contoso OR ab',
    "?$filter=contains(id,'ont')",
  ]) {
    test(`${query} is not for it`, () => assert.doesNotMatch(queryPlan(query), /customers_search/))
  }
})

describe('a page in the order of an index is read as it stands, without sorting', () => {
  for (const query of [
    '?$orderby=displayName',
    '?$filter=isDeleted eq false',
    '?$orderby=cosmosCreatedDateTimeUTC',
    "?$filter=startswith(displayName,'Con') and contractType eq 3&$orderby=displayName&$top=50",
    '?$orderby=onboardingStatus',
    '?$filter=onboardingStatus eq 2',
    '?$filter=isDeleted eq true or onboardingStatus eq 1',
  ]) {
    test(query, () => assert.doesNotMatch(queryPlan(query), /TEMP B-TREE|SCAN/))
  }
})

describe('tenantry explain', () => {
  test('prints tree, plan, SQL and query plan, needing no server', async () => {
    const { code, stdout } = await runCommand(['explain', "GET /beta/Customers?$filter=contains(displayName,'ü')"])
    assert.equal(code, 0)
    for (const part of ['Syntax tree of $filter', 'Plan', 'SQL', 'Query plan', 'instr(']) assert.ok(stdout.includes(part), part)
  })
  test('prints the trees of the other options, too, and explains nothing but reads', async () => {
    const { code, stdout } = await runCommand(['explain', '/beta/Customers?$search=blue green&$orderby=domain desc'])
    assert.equal(code, 0)
    for (const title of ['Syntax tree of $search', 'Syntax tree of $orderby', 'Plan', 'SQL', 'Query plan'])
      assert.ok(stdout.includes(title))
    const write = await runCommand(['explain', 'POST /beta/Customers'])
    assert.equal(write.code, 1)
    assert.match(write.stderr, /A read can be explained/)
  })
  test('tells what is wrong with a query in one line', async () => {
    const { code, stderr } = await runCommand(['explain', 'GET /beta/Customers?$filter=displyName eq 1'])
    assert.equal(code, 1)
    assert.match(stderr, /^tenantry: .*did you mean 'displayName'\?\.\n$/)
  })
})
