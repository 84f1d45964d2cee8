// Runs in a process of its own, for NODE_EXTRA_CA_CERTS is read only when a process starts. Argument: the https origin and the client secret, as JSON.
import assert from 'node:assert/strict'
import { ClientSecretCredential } from '@azure/identity'
import { DefaultApiError, HttpMethod, type Parsable, type ParseNode, RequestInformation } from '@microsoft/kiota-abstractions'
import { AzureIdentityAuthenticationProvider } from '@microsoft/kiota-authentication-azure'
import { FetchRequestAdapter } from '@microsoft/kiota-http-fetchlibrary'
import { BaseGraphRequestAdapter, GraphAzureIdentityAuthenticationProvider, PageIterator } from '@microsoft/msgraph-sdk-core'
import { customerBody } from '../support/customer.ts'

const { origin, secret } = JSON.parse(process.argv[2] ?? '{}') as { origin: string; secret: string }
const { hostname } = new URL(origin)
const credential = new ClientSecretCredential('contoso-partners', 'a-client', secret, {
  authorityHost: origin,
  disableInstanceDiscovery: true,
})
const scopes = [`${origin}/.default`]

// The fetch adapter by itself, with a request that nobody generated. Without the allowed host it would send no token.
const adapter = new FetchRequestAdapter(new AzureIdentityAuthenticationProvider(credential, scopes, undefined, new Set([hostname])))
adapter.baseUrl = `${origin}/beta`
const requestOf = (method: HttpMethod, template: string, parameters: Readonly<Record<string, unknown>> = {}, body?: object) => {
  const request = new RequestInformation(method, `{+baseurl}${template}`, { baseurl: adapter.baseUrl, ...parameters })
  request.headers.add('Accept', 'application/json')
  if (body) request.setStreamContent(new TextEncoder().encode(JSON.stringify(body)).buffer as ArrayBuffer, 'application/json')
  return request
}
const errors = { XXX: () => () => ({}) } as const
const send = async (request: RequestInformation) => {
  const bytes = await adapter.sendPrimitive(request, 'ArrayBuffer', undefined)
  return JSON.parse(new TextDecoder().decode(bytes as ArrayBuffer))
}
for (let i = 0; i < 25; i++)
  await send(requestOf(HttpMethod.POST, '/Customers', {}, customerBody({ id: `k${String(i).padStart(2, '0')}` })))
const one = await send(requestOf(HttpMethod.GET, '/Customers/{id}{?%24select}', { id: 'k07', '%24select': ['id', 'displayName'] }))
assert.equal(one.id, 'k07')
const renamed = requestOf(HttpMethod.PATCH, '/Customers/{id}', { id: 'k07' }, { displayName: 'By Kiota' })
renamed.headers.add('If-Match', one['@odata.etag'])
assert.equal((await send(renamed)).displayName, 'By Kiota')
const filtered = await send(
  requestOf(HttpMethod.GET, '/Customers{?%24filter,%24count}', { '%24filter': "displayName eq 'By Kiota'", '%24count': true }),
)
assert.deepEqual([filtered['@odata.count'], filtered.value[0].id], [1, 'k07'])
await assert.rejects(
  send(requestOf(HttpMethod.GET, '/Customers/{id}', { id: 'nobody' })),
  (error: unknown) => error instanceof DefaultApiError && error.responseStatusCode === 404,
)

// Pages, by the core of the Graph SDK: the types that a generator would write, by hand.
interface Customer extends Parsable {
  id?: string | undefined
}
interface Page extends Parsable {
  value: Customer[]
  odataNextLink?: string
}
const customerOf =
  () =>
  (customer: Partial<Customer> = {}) => ({
    id: (node: ParseNode) => {
      customer.id = node.getStringValue()
    },
  })
const pageOf =
  () =>
  (page: Partial<Page> = {}) => ({
    '@odata.nextLink': (node: ParseNode) => {
      const link = node.getStringValue()
      if (link !== undefined) page.odataNextLink = link
    },
    value: (node: ParseNode) => {
      page.value = node.getCollectionOfObjectValues<Customer>(customerOf) ?? []
    },
  })
const graph = new BaseGraphRequestAdapter(
  'beta',
  '1.0.0',
  new GraphAzureIdentityAuthenticationProvider(credential, scopes, undefined, new Set([hostname])),
)
graph.baseUrl = `${origin}/beta`
const first = requestOf(HttpMethod.GET, '/Customers{?%24orderby}', { '%24orderby': 'id desc' })
first.headers.add('Prefer', 'odata.maxpagesize=10')
const page = await graph.send<Page>(first, pageOf as never, errors as never)
const seen: string[] = []
const iterator = new PageIterator<Customer>(
  graph,
  page as Page,
  (customer) => {
    seen.push(customer.id ?? '')
    return true
  },
  pageOf as never,
  errors as never,
)
await iterator.iterate()
assert.deepEqual(
  seen,
  Array.from({ length: 25 }, (_, i) => `k${String(24 - i).padStart(2, '0')}`),
)
console.log('all well')
