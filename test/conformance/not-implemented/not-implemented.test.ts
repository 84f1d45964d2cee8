import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService()

describe('what OData or Graph has and the service has not yet is 501, never ignored', () => {
  for (const [method, target] of [
    ['GET', '/beta/Customers?$apply=join(x as y)'],
    ['GET', '/beta/Customers?$apply=nest(identity as x)'],
    ['GET', '/beta/Customers?$apply=traverse($root/x,y,z,preorder)'],
    ['GET', '/beta/Customers?$apply=groupby((rollup(x)))'],
    ['GET', '/beta/Customers?$apply=groupby((domain),filter($these/$count gt 1))'],
    ['GET', '/beta/Customers?$apply=aggregate(contractType with sum from domain with average as x)'],
    ['GET', '/beta/Customers?$apply=aggregate(contractType with sum from domain,id with max from domain with average as x)'],
    ['GET', '/beta/Customers?$apply=compute($these/aggregate($count from domain with max) as x)'],
    ['GET', "/beta/Customers?$filter=displayName eq $root/Customers('a')/displayName"],
    ['GET', '/beta/Customers?$filter=domain/@Core.Description eq null'],
    ['GET', '/beta/Customers?$filter=@Core.Description eq null'],
    ['GET', '/beta/Customers?$filter=domain eq {"name":"x"}'],
    ['GET', "/beta/Customers?$filter=geo.length(geography'SRID=0;LineString(1 1,2 2)') gt 1"],
    ['GET', '/beta/Customers?$filter=cast(azureTenantId,Edm.Guid) eq null'],
    ['GET', '/beta/Customers?$filter=cast($it,microsoft.graph.Customer) eq null'],
    ['GET', "/beta/Customers/$filter(contains(domain,'x'))"],
    ['GET', "/beta/Customers/$filter(contractType gt 3)('x')"],
    ['GET', '/beta/Customers?$index=-1'],
    ['GET', '/beta/Customers/microsoft.graph.Customer'],
    ['GET', '/beta/Customers/$ref'],
    ['GET', '/beta/$entity'],
    ['GET', '/beta/$all'],
  ] as const) {
    test(`${method} ${target}`, async () => {
      const answer = await service.send(method, target)
      assert.equal(answer.status, 501, answer.text)
      assert.equal(answer.json.error.code, 'NotImplemented')
    })
  }
})
