import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { customerBody } from '../support/customer.ts'
import { fc } from '../support/property.ts'
import { type Answer, useService } from '../support/service.ts'

/** The least that a partner's registry must do, on plain objects: what each partner would see if it were alone. */
class Registry {
  readonly #live = new Map<string, { displayName: string; azureTenantId: string }>()
  readonly #gone = new Set<string>()

  create(id: string, azureTenantId: string, displayName: string): number {
    if (this.#live.has(id) || this.#gone.has(id) || this.#holds(azureTenantId, id)) return 409
    this.#live.set(id, { displayName, azureTenantId })
    return 201
  }

  update(id: string, azureTenantId: string, displayName: string): number {
    if (!this.#live.has(id)) return 404
    if (this.#holds(azureTenantId, id)) return 409
    this.#live.set(id, { displayName, azureTenantId })
    return 200
  }

  delete(id: string): number {
    if (!this.#live.delete(id)) return 404
    this.#gone.add(id)
    return 204
  }

  read(id: string): string | undefined {
    return this.#live.get(id)?.displayName
  }

  list(): readonly (readonly [string, string])[] {
    return [...this.#live].map(([id, { displayName }]) => [id, displayName] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  }

  #holds(azureTenantId: string, except: string): boolean {
    return [...this.#live].some(([id, customer]) => id !== except && customer.azureTenantId === azureTenantId)
  }
}

const service = useService()

// Few ids and tenant ids, the same for both partners, so that they meet all the time.
const id = fc.constantFrom('a', 'b', 'c', "d'e", 'a/b')
const tenantId = fc.constantFrom('t1', 't2', 't3')
const name = fc.constantFrom('One', 'Two', 'Three')
const request = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), id, tenantId, name }),
  fc.record({ kind: fc.constant('update' as const), id, tenantId, name }),
  fc.record({ kind: fc.constant('delete' as const), id }),
  fc.record({ kind: fc.constant('read' as const), id }),
  fc.record({ kind: fc.constant('list' as const), size: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('count' as const) }),
)

test('two partners with the same ids: neither ever sees, changes or learns of the other’s rows', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), request), { minLength: 10, maxLength: 40 }), async (requests) => {
      const run = randomUUID()
      const partners = [`first-${run}`, `second-${run}`] as const
      const registries = [new Registry(), new Registry()] as const
      const etags = [new Set<string>(), new Set<string>()] as const
      for (const [second, wanted] of requests) {
        const who = second ? 1 : 0
        const [as, other] = [partners[who], partners[1 - who] ?? '']
        const registry = registries[who]
        const mark = (text: string) => `${text} of ${as}`
        const target = 'id' in wanted ? `/beta/Customers('${encodeURIComponent(wanted.id.replaceAll("'", "''"))}')` : '/beta/Customers'
        const check = (answer: Answer, status: number) => {
          assert.equal(answer.status, status, answer.text)
          assert.ok(!answer.text.includes(other), `${as} was told of ${other}: ${answer.text}`)
          // A tag of the other's counter would tell how much it writes.
          const etag = answer.headers.get('etag')
          if (etag) etags[who].add(etag)
          return answer
        }
        switch (wanted.kind) {
          case 'create':
            check(
              await service.send('POST', '/beta/Customers', {
                as,
                body: customerBody({ id: wanted.id, azureTenantId: wanted.tenantId, displayName: mark(wanted.name) }),
              }),
              registry.create(wanted.id, wanted.tenantId, mark(wanted.name)),
            )
            break
          case 'update':
            check(
              await service.send('PATCH', target, { as, body: { azureTenantId: wanted.tenantId, displayName: mark(wanted.name) } }),
              registry.update(wanted.id, wanted.tenantId, mark(wanted.name)),
            )
            break
          case 'delete':
            check(await service.send('DELETE', target, { as }), registry.delete(wanted.id))
            break
          case 'read': {
            const expected = registry.read(wanted.id)
            assert.equal(check(await service.send('GET', target, { as }), expected === undefined ? 404 : 200).json.displayName, expected)
            break
          }
          case 'count':
            assert.equal(check(await service.send('GET', '/beta/Customers/$count', { as }), 200).text, String(registry.list().length))
            break
          case 'list': {
            const seen: (readonly [string, string])[] = []
            for (let next: string | undefined = '/beta/Customers'; next; ) {
              const answer = check(await service.send('GET', next, { as, headers: { prefer: `maxpagesize=${wanted.size}` } }), 200)
              for (const row of answer.json.value) seen.push([row.id, row.displayName])
              next = answer.json['@odata.nextLink']?.slice(service.url.length)
            }
            assert.deepEqual(seen, registry.list())
          }
        }
      }
      for (const tags of etags)
        assert.ok(
          [...tags].every((tag) => Number(/\d+/.exec(tag)?.[0]) <= requests.length),
          'a counter counts its own partner only',
        )
    }),
    { numRuns: 60 },
  )
})
