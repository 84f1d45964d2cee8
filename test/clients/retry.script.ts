// Runs in a process of its own. Some of its requests are refused on the way: the client's own retry handler sees to it.
import assert from 'node:assert/strict'
import { ClientSecretCredential } from '@azure/identity'
import { Client } from '@microsoft/microsoft-graph-client'
import { customerBody } from '../support/customer.ts'

const { origin, secret, tokensFrom } = JSON.parse(process.argv[2] ?? '{}') as { origin: string; secret: string; tokensFrom: string }
const credential = new ClientSecretCredential('contoso-partners', 'a-client', secret, {
  authorityHost: tokensFrom,
  disableInstanceDiscovery: true,
})
const client = Client.initWithMiddleware({
  authProvider: { getAccessToken: async () => (await credential.getToken('api://tenantry/.default')).token },
  baseUrl: `${origin}/`,
  defaultVersion: 'beta',
  customHosts: new Set([new URL(origin).hostname]),
})
for (let i = 0; i < 9; i++) {
  const { id } = await client.api('/Customers').post(customerBody({ id: `r${i}` }))
  assert.equal(id, `r${i}`)
}
const { value } = await client.api('/Customers').select('id').get()
assert.equal(value.length, 9)
console.log('all well')
