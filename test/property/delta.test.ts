import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { customerBody } from '../support/customer.ts'
import { fc } from '../support/property.ts'
import { Replica } from '../support/replica.ts'
import { useService } from '../support/service.ts'

const service = useService()

const id = fc.constantFrom('a', 'b', 'c', 'd', "e'f", 'g/h', 'i')
const size = fc.integer({ min: 1, max: 4 })
const step = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), id }),
  fc.record({ kind: fc.constant('update' as const), id }),
  fc.record({ kind: fc.constant('update' as const), id }),
  fc.record({ kind: fc.constant('delete' as const), id }),
  fc.record({ kind: fc.constant('restore' as const), id }),
  fc.record({ kind: fc.constant('purge' as const), id }),
  fc.record({ kind: fc.constant('renew' as const), id }),
  fc.record({ kind: fc.constant('follow' as const), reader: fc.nat({ max: 2 }), size }),
  fc.record({ kind: fc.constant('follow' as const), reader: fc.nat({ max: 2 }), size }),
)

test('whatever is written between the pages of whoever follows: a replica made of delta alone comes to equal the table', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 60 }),
      fc.array(size, { minLength: 3, maxLength: 3 }),
      async (steps, sizes) => {
        const as = `replica-${randomUUID()}`
        const followed = ['a', "e'f", 'i']
        const filter = `$filter=${encodeURIComponent("id in ('a','e''f','i')")}`
        const replicas = sizes.map(
          (each, i) =>
            new Replica(
              (target) => service.send('GET', target, { as }),
              `/beta/Customers/delta?$top=${each}${i === 2 ? `&${filter}` : ''}`,
            ),
        )
        for (const [n, each] of steps.entries()) {
          if (each.kind === 'follow') {
            await replicas[each.reader]?.follow(each.size)
            continue
          }
          const key = `('${encodeURIComponent(each.id.replaceAll("'", "''"))}')`
          const [target, deleted] = [`/beta/Customers${key}`, `/beta/directory/deletedItems${key}`]
          const body = { displayName: `n${n}` }
          const create = () => service.send('POST', '/beta/Customers', { as, body: customerBody({ id: each.id, ...body }) })
          const remove = () => service.send('DELETE', target, { as })
          const purge = () => service.send('DELETE', deleted, { as })
          if (each.kind === 'create') await create()
          else if (each.kind === 'update') await service.send('PATCH', target, { as, body })
          else if (each.kind === 'delete') await remove()
          else if (each.kind === 'restore') await service.send('POST', `${deleted}/restore`, { as })
          else if (each.kind === 'purge') await purge()
          else for (const part of [remove, purge, create]) await part()
        }
        const table: { readonly id: string }[] = (await service.send('GET', '/beta/Customers?$orderby=id', { as })).json.value
        for (const [i, replica] of replicas.entries()) {
          // The round under way, and the one after it.
          await replica.round()
          await replica.round()
          assert.deepEqual(
            replica.sorted(),
            table.filter((entity) => i !== 2 || followed.includes(entity.id)),
          )
        }
      },
    ),
    { numRuns: 60 },
  )
})
