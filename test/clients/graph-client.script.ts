// Runs in a process of its own, for NODE_EXTRA_CA_CERTS is read only when a process starts. Argument: the https origin and the client secret, as JSON.
import assert from 'node:assert/strict'
import { ClientSecretCredential } from '@azure/identity'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { Client, GraphError, PageIterator, ResponseType } from '@microsoft/microsoft-graph-client'
import { customerBody } from '../support/customer.ts'

const { origin, secret } = JSON.parse(process.argv[2] ?? '{}') as { origin: string; secret: string }
const tenant = 'contoso-partners'
const authority = new URL(origin)

const msal = new ConfidentialClientApplication({
  auth: { clientId: 'a-client', clientSecret: secret, authority: `${origin}/${tenant}`, knownAuthorities: [authority.host] },
})
const viaMsal = await msal.acquireTokenByClientCredential({ scopes: ['api://tenantry/.default'] })
assert.ok(viaMsal?.accessToken, 'msal-node got a token')

const credential = new ClientSecretCredential(tenant, 'b-client', secret, { authorityHost: origin, disableInstanceDiscovery: true })
const viaIdentity = await credential.getToken(`${origin}/.default`)
assert.ok(viaIdentity.token, 'azure-identity got a token')

const client = Client.initWithMiddleware({
  authProvider: { getAccessToken: async () => viaIdentity.token },
  baseUrl: `${origin}/`,
  defaultVersion: 'beta',
  customHosts: new Set([authority.hostname]),
})

for (const token of [viaMsal.accessToken, viaIdentity.token]) {
  const answer = await fetch(`${origin}/v1.0/Customers`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(answer.status, 200)
}

const created = await client.api('/Customers').post(customerBody({ displayName: 'By the SDK' }))
assert.equal(created.displayName, 'By the SDK')
assert.equal(created['@odata.type'], '#microsoft.management.services.api.Customer')

const read = await client.api(`/Customers/${created.id}`).get()
assert.equal(read['@odata.etag'], created['@odata.etag'])

await client.api(`/Customers/${created.id}`).header('If-Match', read['@odata.etag']).update({ displayName: 'Renamed' })
const renamed = await client.api(`/Customers/${created.id}`).select(['id', 'displayName']).get()
assert.equal(renamed.displayName, 'Renamed')
await assert.rejects(
  client.api(`/Customers/${created.id}`).header('If-Match', read['@odata.etag']).update({ displayName: 'Too late' }),
  (error: GraphError) => error.statusCode === 412,
)

await client.api(`/Customers/${created.id}`).delete()
await assert.rejects(client.api(`/Customers/${created.id}`).get(), (error: unknown) => {
  assert.ok(error instanceof GraphError)
  assert.equal(error.statusCode, 404)
  assert.equal(error.code, 'Request_ResourceNotFound')
  assert.match(error.message, /does not exist/)
  assert.ok(error.requestId, 'the request-id is read from innerError')
  assert.ok(error.date instanceof Date && !Number.isNaN(error.date.getTime()))
  return true
})

for (let i = 0; i < 250; i++) await client.api('/Customers').post(customerBody({ id: `n${String(i).padStart(3, '0')}` }))
const seen: string[] = []
const first = await client.api('/Customers').count(true).get()
assert.equal(first['@odata.count'], 250)
const iterator = new PageIterator(client, first, (customer: { id: string }) => {
  seen.push(customer.id)
  return true
})
await iterator.iterate()
assert.deepEqual(
  seen,
  Array.from({ length: 250 }, (_, i) => `n${String(i).padStart(3, '0')}`),
)

const some = await client
  .api('/Customers')
  .filter("displayName eq 'Searched for' or id in ('n001','n002')")
  .select('id')
  .orderby('id desc')
  .top(2)
  .get()
assert.deepEqual(
  some.value.map(({ id }: { id: string }) => id),
  ['n002', 'n001'],
)
assert.deepEqual(
  Object.keys(some.value[0]).filter((name) => !name.startsWith('@')),
  ['id'],
)
await client.api('/Customers/n003').update({ displayName: 'Searched for' })
const found = await client.api('/Customers').search('"searched for"').header('ConsistencyLevel', 'eventual').count(true).get()
assert.deepEqual([found['@odata.count'], found.value[0].id], [1, 'n003'])
assert.equal(Number(await client.api('/Customers/$count').responseType(ResponseType.TEXT).get()), 250)
const { customer } = await client
  .api('/Customers/n003')
  .query({ $select: 'id' })
  .get()
  .then((customer) => ({ customer }))
assert.equal(customer.id, 'n003')

const followed: string[] = []
const told = (customer: { id: string; '@removed'?: { reason: string } }) => {
  followed.push(customer['@removed'] ? `${customer.id} ${customer['@removed'].reason}` : customer.id)
  return true
}
const round = new PageIterator(client, await client.api('/Customers/delta').get(), told)
await round.iterate()
assert.deepEqual(followed.splice(0), seen)
await client.api('/Customers/n007').update({ displayName: 'Changed' })
await client.api('/Customers/n008').delete()
const next = new PageIterator(client, await client.api(round.getDeltaLink() ?? '').get(), told)
await next.iterate()
assert.deepEqual(followed, ['n007', 'n008 changed'])
assert.ok(next.getDeltaLink()?.startsWith(origin))

await assert.rejects(
  client.api('/Customers').post({ displayName: '' }),
  (error: GraphError) => error.statusCode === 400 && error.code === 'Request_BadRequest',
)
console.log('all well')
