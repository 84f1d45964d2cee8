import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { customerBody } from '../support/customer.ts'
import { fc } from '../support/property.ts'
import { type Answer, useService } from '../support/service.ts'

interface Kept {
  readonly displayName: string
  readonly azureTenantId: string
}

/** The least that a partner's registry must do, on plain objects: what each partner would see if it were alone. */
class Registry {
  #live = new Map<string, Kept>()
  #gone = new Map<string, Kept>()

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

  upsert(id: string, azureTenantId: string, displayName: string): number {
    return this.#live.has(id) ? this.update(id, azureTenantId, displayName) : this.create(id, azureTenantId, displayName)
  }

  delete(id: string): number {
    const kept = this.#live.get(id)
    if (!kept) return 404
    this.#live.delete(id)
    this.#gone.set(id, kept)
    return 204
  }

  restore(id: string): number {
    const kept = this.#gone.get(id)
    if (!kept) return 404
    if (this.#holds(kept.azureTenantId, id)) return 409
    this.#gone.delete(id)
    this.#live.set(id, kept)
    return 200
  }

  purge(id: string): number {
    return this.#gone.delete(id) ? 204 : 404
  }

  /** All or nothing. */
  bulk(items: readonly { readonly id: string; readonly tenantId: string; readonly name: string; readonly removes: boolean }[]): number {
    const before = [this.#live, this.#gone] as const
    this.#live = new Map(this.#live)
    this.#gone = new Map(this.#gone)
    for (const { id, tenantId, name, removes } of items) {
      const status = removes ? this.delete(id) : this.upsert(id, tenantId, name)
      if (status < 300) continue
      ;[this.#live, this.#gone] = before
      return status
    }
    return 200
  }

  read(id: string): string | undefined {
    return this.#live.get(id)?.displayName
  }

  /** The one that has a tenant. */
  find(azureTenantId: string): string | undefined {
    return [...this.#live].find(([, kept]) => kept.azureTenantId === azureTenantId)?.[0]
  }

  list(): readonly (readonly [string, string])[] {
    return inOrder(this.#live)
  }

  listGone(): readonly (readonly [string, string])[] {
    return inOrder(this.#gone)
  }

  #holds(azureTenantId: string, except: string): boolean {
    return [...this.#live].some(([id, customer]) => id !== except && customer.azureTenantId === azureTenantId)
  }
}

function inOrder(rows: ReadonlyMap<string, Kept>): readonly (readonly [string, string])[] {
  return [...rows].map(([id, { displayName }]) => [id, displayName] as const).sort(([a], [b]) => (a < b ? -1 : 1))
}

const service = useService()

const deletedItems = '/beta/directory/deletedItems'
const item = (id: string) => `${deletedItems}/${encodeURIComponent(id)}`

// Few ids and tenant ids, the same for both partners, so that they meet all the time.
const id = fc.constantFrom('a', 'b', 'c', "d'e", 'a/b')
const tenantId = fc.constantFrom('t1', 't2', 't3')
const name = fc.constantFrom('One', 'Two', 'Three')
const request = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), id, tenantId, name }),
  fc.record({ kind: fc.constant('update' as const), id, tenantId, name }),
  fc.record({ kind: fc.constant('delete' as const), id }),
  fc.record({ kind: fc.constant('read' as const), id }),
  fc.record({ kind: fc.constant('upsert' as const), id, tenantId, name, replaces: fc.boolean() }),
  fc.record({ kind: fc.constant('restore' as const), id }),
  fc.record({ kind: fc.constant('purge' as const), id }),
  fc.record({ kind: fc.constant('find' as const), tenantId }),
  fc.record({ kind: fc.constant('listGone' as const) }),
  fc.record({
    kind: fc.constant('bulk' as const),
    items: fc.array(fc.record({ id, tenantId, name, removes: fc.boolean() }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('list' as const), size: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('count' as const) }),
)

test('two partners with the same ids: neither ever sees, changes or learns of the other’s rows', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), request), { minLength: 10, maxLength: 40 }), async (requests) => {
      const run = randomUUID()
      const partners = [`first-${run}`, `second-${run}`] as const
      const registries = [new Registry(), new Registry()] as const
      let writes = requests.length
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
          case 'upsert':
            check(
              await service.send(wanted.replaces ? 'PUT' : 'PATCH', target, {
                as,
                headers: { prefer: 'create-if-missing' },
                body: customerBody({ azureTenantId: wanted.tenantId, displayName: mark(wanted.name) }),
              }),
              registry.upsert(wanted.id, wanted.tenantId, mark(wanted.name)),
            )
            break
          case 'restore':
            check(await service.send('POST', `${item(wanted.id)}/restore`, { as }), registry.restore(wanted.id))
            break
          case 'purge':
            check(await service.send('DELETE', item(wanted.id), { as }), registry.purge(wanted.id))
            break
          case 'find': {
            const expected = registry.find(wanted.tenantId)
            const found = await service.send('GET', `/beta/Customers(azureTenantId='${wanted.tenantId}')`, { as })
            assert.equal(check(found, expected === undefined ? 404 : 200).json.id, expected)
            break
          }
          case 'listGone': {
            const { json } = check(await service.send('GET', `${deletedItems}/microsoft.graph.Customer?$orderby=id`, { as }), 200)
            assert.deepEqual(
              json.value.map((row: Kept & { readonly id: string }) => [row.id, row.displayName]),
              registry.listGone(),
            )
            break
          }
          case 'bulk': {
            const value = wanted.items.map(({ id, tenantId, name, removes }) =>
              removes ? { '@removed': {}, id } : customerBody({ id, azureTenantId: tenantId, displayName: mark(name) }),
            )
            writes += value.length - 1
            check(
              await service.send('PATCH', '/beta/Customers', { as, body: { value } }),
              registry.bulk(wanted.items.map((each) => ({ ...each, name: mark(each.name) }))),
            )
            break
          }
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
            assert.deepEqual(
              seen.toSorted(([a], [b]) => (a < b ? -1 : 1)),
              registry.list(),
            )
          }
        }
      }
      for (const tags of etags)
        assert.ok(
          [...tags].every((tag) => Number(/\d+/.exec(tag)?.[0]) <= writes),
          'a counter counts its own partner only',
        )
    }),
    { numRuns: 60 },
  )
})
