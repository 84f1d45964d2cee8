import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ODataError } from '../../src/odata/error.ts'
import { createThrottle } from '../../src/service/throttle.ts'

/** How many of so many requests at one moment are let through. */
function admitted(admit: (tenantId: string) => void, tenant: string, requests: number): number {
  let count = 0
  for (let i = 0; i < requests; i++) {
    try {
      admit(tenant)
      count++
    } catch (error) {
      assert.ok(error instanceof ODataError && error.status === 429)
    }
  }
  return count
}

for (const perSecond of [1, 3, 7, 100, 1000])
  test(`${perSecond} a second: so many at once, then as time goes by, and each tenant for itself`, () => {
    let now = 1_000
    const admit = createThrottle(perSecond, () => now)
    assert.equal(admitted(admit, 'a', perSecond * 2), perSecond)
    assert.equal(admitted(admit, 'b', perSecond * 2), perSecond)
    now += 2_000 / perSecond
    assert.equal(admitted(admit, 'a', 10), Math.min(2, perSecond))
    now += 60_000
    assert.equal(admitted(admit, 'a', perSecond * 2), perSecond)
  })

test('whoever waits as long as Retry-After says is let through', () => {
  let now = 0
  const admit = createThrottle(2, () => now)
  for (let round = 0; round < 50; round++) {
    try {
      admit('a')
    } catch (error) {
      assert.ok(error instanceof ODataError)
      now += Number(error.headers['retry-after']) * 1000
      admit('a')
    }
  }
})

test('tenants that sent nothing of late are forgotten, and nobody gets more by it', () => {
  let now = 0
  const admit = createThrottle(1, () => now)
  for (let i = 0; i < 25_000; i++) {
    admit(`tenant ${i}`)
    now += 0.2
  }
  assert.equal(admitted(admit, 'tenant 24999', 3), 0)
})
