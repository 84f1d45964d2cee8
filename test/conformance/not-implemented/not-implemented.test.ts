import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

const service = useService()

describe('what OData or Graph has and the service has not yet is 501, never ignored', () => {
  for (const [method, target] of [
    ['GET', '/beta/Customers?$compute=1 as x'],
    ['GET', '/beta/Customers?$apply=aggregate($count as n)'],
    ['GET', '/beta/Customers/delta'],
    ['GET', '/beta/Customers/microsoft.graph.delta()'],
    ['GET', '/beta/Customers/microsoft.graph.Customer'],
    ['GET', '/beta/Customers/$ref'],
    ['GET', "/beta/Customers(azureTenantId='x')"],
    ['PUT', "/beta/Customers('x')"],
    ['POST', '/beta/$batch'],
    ['GET', '/beta/$entity'],
    ['GET', '/beta/$all'],
    ['GET', '/beta/directory/deletedItems/microsoft.graph.Customer'],
  ] as const) {
    test(`${method} ${target}`, async () => {
      const answer = await service.send(method, target, method === 'PUT' || method === 'POST' ? { body: {} } : {})
      assert.equal(answer.status, 501, answer.text)
      assert.equal(answer.json.error.code, 'NotImplemented')
    })
  }
})
