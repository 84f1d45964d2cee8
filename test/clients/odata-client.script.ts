// Runs in a process of its own, for NODE_EXTRA_CA_CERTS is read only when a process starts. Argument: the https origin and the client secret, as JSON.
import assert from 'node:assert/strict'
import { ClientSecretCredential } from '@azure/identity'
import { OData } from '@odata/client'
import { customerBody } from '../support/customer.ts'

const { origin, secret } = JSON.parse(process.argv[2] ?? '{}') as { origin: string; secret: string }
const credential = new ClientSecretCredential('contoso-partners', 'a-client', secret, {
  authorityHost: origin,
  disableInstanceDiscovery: true,
})
const { token } = await credential.getToken(`${origin}/.default`)
const client = OData.New4({
  serviceEndpoint: `${origin}/beta/`,
  commonHeaders: { Authorization: `Bearer ${token}` },
  // Without it, the client asks for a token against forged requests first, as SAP's servers have it.
  processCsrfToken: false,
})
const customers = client.getEntitySet<{ id: string; displayName: string; onboardingStatus: number }>('Customers')

for (let i = 0; i < 12; i++) {
  const created = await customers.create(
    customerBody({ id: `o${String(i).padStart(2, '0')}`, displayName: `Number ${i}`, onboardingStatus: i % 3 }),
  )
  assert.equal(created.displayName, `Number ${i}`)
}
assert.equal((await customers.retrieve('o07')).displayName, 'Number 7')
assert.equal(await customers.count(), 12)
assert.equal(await customers.count(customers.newFilter().property('onboardingStatus').eq(1)), 4)
const filter = customers.newFilter().property('displayName').eq('Number 3')
assert.deepEqual(
  (await customers.query(filter)).map(({ id }) => id),
  ['o03'],
)
const some = await customers.query(customers.newParam().orderby('displayName', 'desc').select(['id', 'displayName']).top(2).skip(1))
assert.deepEqual(
  some.map(({ displayName }) => displayName),
  ['Number 8', 'Number 7'],
)
await customers.update('o07', { displayName: 'By @odata/client' })
assert.equal((await customers.retrieve('o07')).displayName, 'By @odata/client')
await customers.delete('o07')
await assert.rejects(customers.retrieve('o07'), /does not exist/)
await assert.rejects(customers.create({ displayName: '' }), /faults/)
console.log('all well')
