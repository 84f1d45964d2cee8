import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useService } from '../../support/service.ts'
import { chosenStore } from '../../support/stores.ts'

const service = useService({}, ({ create }) => create({ id: 'a', displayName: 'Alpha', contractType: 4 }))

const nest = (levels: number, around: (inner: string) => string, inner: string): string =>
  levels === 0 ? inner : nest(levels - 1, around, around(inner))

describe('a query that is nested as deeply as is allowed is answered, and costs what it is long', () => {
  for (const [name, filter] of [
    ['substring', `${nest(90, (x) => `substring(${x},0)`, 'displayName')} eq 'alpha'`],
    ['concat', `startswith(${nest(90, (x) => `concat(${x},'a')`, 'displayName')},'Alpha')`],
    ['trim', `${nest(90, (x) => `trim(${x})`, 'displayName')} eq 'Alpha'`],
    ['divby', `${nest(90, (x) => `(${x} divby 1)`, 'contractType')} eq 4`],
    ['mod', `${nest(24, (x) => `(contractType mod (5 add ${x}))`, '0')} eq 4`],
    ['a division by a division', `${nest(45, (x) => `(contractType divby ${x})`, 'contractType')} ne 0`],
    ['round', `${nest(90, (x) => `round(${x})`, 'contractType')} eq 4`],
    ['case', nest(90, (x) => `case(${x}:true,true:false)`, 'true')],
    ['in', nest(45, (x) => `(${x} in (true,null))`, 'true')],
    ['not', nest(48, (x) => `not (${x})`, 'true')],
    ['and', nest(32, (x) => `(true and (${x}))`, 'true')],
    ['endswith', `endswith(${nest(90, (x) => `concat('x',${x})`, 'displayName')},'ALPHA')`],
    ['many ors', Array.from({ length: 120 }, (_, i) => `contractType eq ${i}`).join(' or ')],
    ['many values', `contractType in (${Array.from({ length: 490 }, (_, i) => i).join(',')})`],
  ] as const) {
    test(name, async () => {
      const { status, json, text } = await service.send('GET', `/beta/Customers?$filter=${encodeURIComponent(filter)}`)
      assert.equal(status, 200, text)
      assert.equal(json.value.length, 1)
    })
  }

  test('past what the database can carry it is 400: SQLite carries less than PostgreSQL', async () => {
    const filter = `${nest(90, (x) => `(${x} add duration'PT1S')`, 'cosmosCreatedDateTimeUTC')} gt 2020-01-01T00:00:00Z`
    const { status, json } = await service.send('GET', `/beta/Customers?$filter=${encodeURIComponent(filter)}`)
    assert.equal(status, chosenStore === 'SQLite' ? 400 : 200)
    if (status === 400) assert.match(json.error.message, /too complex/)
  })

  test('an aggregate of the whole within itself is refused', async () => {
    const filter = nest(3, (x) => `$these/aggregate(${x} with sum)`, 'contractType')
    assert.equal((await service.send('GET', `/beta/Customers?$filter=${encodeURIComponent(`${filter} gt 1`)}`)).status, 400)
  })
})
