// Runs in a process of its own, for NODE_EXTRA_CA_CERTS is read only when a process starts. Argument: the https origin and the client secret, as JSON.
import assert from 'node:assert/strict'
import { ClientSecretCredential } from '@azure/identity'
import { HttpMethod, RequestInformation } from '@microsoft/kiota-abstractions'
import { Client, BatchRequestContent as GraphBatch, BatchResponseContent as GraphResponses } from '@microsoft/microsoft-graph-client'
import { BaseGraphRequestAdapter, BatchRequestContent, GraphAzureIdentityAuthenticationProvider } from '@microsoft/msgraph-sdk-core'
import { customerBody } from '../support/customer.ts'

const { origin, secret } = JSON.parse(process.argv[2] ?? '{}') as { origin: string; secret: string }
const { hostname } = new URL(origin)
const credential = new ClientSecretCredential('contoso-partners', 'a-client', secret, {
  authorityHost: origin,
  disableInstanceDiscovery: true,
})
const scope = `${origin}/.default`
const client = Client.initWithMiddleware({
  authProvider: { getAccessToken: async () => (await credential.getToken(scope)).token },
  baseUrl: `${origin}/`,
  defaultVersion: 'beta',
  customHosts: new Set([hostname]),
})

// @microsoft/msgraph-sdk-core: ten creates, each read and renamed by a request that depends on it, in batches of twenty.
const adapter = new BaseGraphRequestAdapter(
  'beta',
  '1.0.0',
  new GraphAzureIdentityAuthenticationProvider(credential, [scope], undefined, new Set([hostname])),
)
adapter.baseUrl = `${origin}/beta`
const requestOf = (method: HttpMethod, path: string, body?: object) => {
  const request = new RequestInformation(method, `{+baseurl}${path}`, { baseurl: adapter.baseUrl })
  if (body) request.setStreamContent(new TextEncoder().encode(JSON.stringify(body)).buffer, 'application/json')
  return request
}
const content = new BatchRequestContent(adapter, {})
let before: string | undefined
const add = (id: string, request: RequestInformation) => {
  const step = content.addBatchRequest(request, id)
  if (before !== undefined) step.dependsOn = [before]
  before = id
}
for (let i = 0; i < 10; i++) {
  add(`create-${i}`, requestOf(HttpMethod.POST, '/Customers', customerBody({ id: `s${i}`, displayName: 'Made' })))
  add(
    `then-${i}`,
    i % 2 === 0
      ? requestOf(HttpMethod.GET, `/Customers/s${i}?$select=displayName`)
      : requestOf(HttpMethod.PATCH, `/Customers/s${i}`, { displayName: 'Renamed' }),
  )
}
const responses = await content.postAsync()
assert.ok(responses)
assert.deepEqual(
  [...(await responses.getResponsesStatusCodes())],
  Array.from({ length: 10 }, (_, i) => [
    [`create-${i}`, 201],
    [`then-${i}`, 200],
  ]).flat(),
)
assert.equal((await client.api('/Customers/s9').get()).displayName, 'Renamed')
const failing = new BatchRequestContent(adapter, {})
failing.addBatchRequest(requestOf(HttpMethod.GET, '/Customers/nobody'), '1')
failing.addBatchRequest(requestOf(HttpMethod.DELETE, '/Customers/s0'), '2').dependsOn = ['1']
assert.deepEqual(
  [...((await (await failing.postAsync())?.getResponsesStatusCodes()) ?? [])],
  [
    ['1', 404],
    ['2', 424],
  ],
)

// @microsoft/microsoft-graph-client: twenty in a row, their answers read as it reads them.
const headers = { 'Content-Type': 'application/json' }
const steps = Array.from({ length: 20 }, (_, i) => ({
  id: String(i + 1),
  request:
    i % 2 === 0
      ? new Request(`${origin}/beta/Customers`, { method: 'POST', headers, body: JSON.stringify(customerBody({ id: `g${i}` })) })
      : new Request(`${origin}/beta/Customers/g${i - 1}`, { method: 'GET' }),
  ...(i > 0 ? { dependsOn: [String(i)] } : {}),
}))
const answered = new GraphResponses(await client.api('/$batch').post(await new GraphBatch(steps).getContent()))
for (let i = 0; i < 20; i++) {
  const response = answered.getResponseById(String(i + 1))
  assert.equal(response.status, i % 2 === 0 ? 201 : 200)
  const customer = (await response.json()) as { id: string }
  assert.equal(customer.id, `g${i - (i % 2)}`)
}
const refused = new GraphResponses(
  await client.api('/$batch').post({
    requests: [{ id: '1', method: 'POST', url: '/Customers', headers, body: { displayName: '' } }],
  }),
)
const error = (await refused.getResponseById('1').json()) as { error: { code: string; innerError: Readonly<Record<string, string>> } }
assert.equal(error.error.code, 'Request_BadRequest')
assert.ok(error.error.innerError['request-id'])
console.log('all well')
