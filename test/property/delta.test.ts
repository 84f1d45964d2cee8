import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { customerBody } from '../support/customer.ts'
import { fc } from '../support/property.ts'
import { useService } from '../support/service.ts'

const service = useService()

/** A client that keeps a copy of the customers by delta alone. */
class Replica {
  readonly entities = new Map<string, unknown>()
  readonly #as: string
  readonly #ids: readonly string[] | undefined
  #next: string
  /** The ids that this round has told. */
  #round = new Set<string>()

  constructor(as: string, size: number, ids: readonly string[] | undefined) {
    this.#as = as
    this.#ids = ids
    const filter = ids ? `&$filter=${encodeURIComponent(`id in (${ids.map((id) => `'${id.replaceAll("'", "''")}'`).join(',')})`)}` : ''
    this.#next = `/beta/Customers/delta?$top=${size}${filter}`
  }

  /** Reads one page; gives whether the round has ended with it. `size`: of the pages of the next round. */
  async follow(size: number): Promise<boolean> {
    const answer = await service.send('GET', this.#next, { as: this.#as })
    assert.equal(answer.status, 200, answer.text)
    for (const { '@removed': removed, ...entity } of answer.json.value) {
      assert.ok(!this.#ids || this.#ids.includes(entity.id))
      assert.ok(!this.#round.has(entity.id), `${entity.id} was told twice in a round`)
      this.#round.add(entity.id)
      if (removed) this.entities.delete(entity.id)
      else this.entities.set(entity.id, entity)
    }
    const { '@odata.nextLink': more, '@odata.deltaLink': delta } = answer.json
    if (more) this.#next = more.slice(service.url.length)
    else {
      this.#next = `${delta.slice(service.url.length)}&$top=${size}`
      this.#round = new Set()
    }
    return more === undefined
  }
}

const id = fc.constantFrom('a', 'b', 'c', 'd', "e'f", 'g/h', 'i')
const size = fc.integer({ min: 1, max: 4 })
const step = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), id }),
  fc.record({ kind: fc.constant('update' as const), id }),
  fc.record({ kind: fc.constant('update' as const), id }),
  fc.record({ kind: fc.constant('delete' as const), id }),
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
        const replicas = sizes.map((each, i) => new Replica(as, each, i === 2 ? followed : undefined))
        for (const [n, each] of steps.entries()) {
          if (each.kind === 'follow') {
            await replicas[each.reader]?.follow(each.size)
            continue
          }
          const target = `/beta/Customers('${encodeURIComponent(each.id.replaceAll("'", "''"))}')`
          if (each.kind === 'create')
            await service.send('POST', '/beta/Customers', { as, body: customerBody({ id: each.id, displayName: `n${n}` }) })
          else if (each.kind === 'update') await service.send('PATCH', target, { as, body: { displayName: `n${n}` } })
          else await service.send('DELETE', target, { as })
        }
        const table: { readonly id: string }[] = (await service.send('GET', '/beta/Customers', { as })).json.value
        for (const [i, replica] of replicas.entries()) {
          // The round under way, and the one after it.
          for (let rounds = 0; rounds < 2; ) if (await replica.follow(2)) rounds++
          const expected = table.filter((entity) => i !== 2 || followed.includes(entity.id))
          assert.deepEqual(
            [...replica.entities.values()].sort((x, y) => ((x as { id: string }).id < (y as { id: string }).id ? -1 : 1)),
            expected,
          )
        }
      },
    ),
    { numRuns: 60 },
  )
})
