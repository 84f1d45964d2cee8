import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'

describe('behind a trusted proxy', () => {
  const service = useService({ trustedProxies: '127.0.0.1' })
  test('links stand on what X-Forwarded-* says', async () => {
    const answer = await service.send('GET', '/beta/Customers', {
      headers: { 'x-forwarded-host': 'tenantry.example', 'x-forwarded-proto': 'https' },
    })
    assert.equal(answer.json['@odata.context'], 'https://tenantry.example/beta/$metadata#Customers')
  })
})

describe('with a public URL', () => {
  const service = useService({ publicUrl: 'https://public.example' })
  test('links stand on it, whatever the caller used', async () => {
    const { id } = await service.create()
    const answer = await service.send('GET', `/beta/Customers('${id}')`)
    assert.equal(answer.json['@odata.context'], 'https://public.example/beta/$metadata#Customers/$entity')
  })
})
