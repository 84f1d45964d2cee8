import assert from 'node:assert/strict'
import { test } from 'node:test'
import { model } from '../../src/model/model.ts'
import { bindApplyOption, queryScope } from '../../src/odata/bind/expression/bind-query.ts'
import type { Row } from '../support/evaluate.ts'
import { bool, pick, quote, rows, seen, string, texts } from '../support/generate.ts'
import { fc } from '../support/property.ts'
import { useService } from '../support/service.ts'
import { collection, inOrder, transform } from '../support/transform.ts'

const [customers = assert.fail()] = model.entitySets
const service = useService({}, async ({ create }) => {
  for (const row of rows) await create(row)
})
const names = customers.type.properties.map(({ name }) => name)

/** The names that instances have, by type. */
interface Names {
  readonly numbers: readonly string[]
  readonly texts: readonly string[]
  readonly bools: readonly string[]
}
type Generator = fc.GeneratorValue

const declared: Names = {
  numbers: ['contractType', 'onboardingStatus', 'delegatedPrivilegeStatus'],
  texts: ['displayName', 'domain', 'contractId', 'countryLetterCode', 'id'],
  bools: ['isOnBoardedToMTM'],
}

/** Writes sequences that are valid: every name is there when it is used. */
class Writer {
  readonly #draw: Generator
  #aliases = 0

  constructor(draw: Generator) {
    this.#draw = draw
  }

  sequence(from: Names, group: Names, depth: number): { readonly text: string; readonly names: Names } {
    const parts: string[] = []
    let at = from
    const length = this.#draw(fc.integer, { min: 1, max: depth > 1 ? 2 : 4 })
    for (let i = 0; i < length; i++) {
      const step = this.#step(at, group, depth)
      parts.push(step.text)
      at = step.names
    }
    return { text: parts.join('/'), names: at }
  }

  #pick<T>(values: readonly T[]): T {
    return this.#draw(() => pick(values))
  }

  #alias(): string {
    return `x${++this.#aliases}`
  }

  #number({ numbers, texts: strings }: Names): string {
    const number = numbers.length > 0 ? this.#pick(numbers) : '3'
    const other = numbers.length > 0 ? this.#pick(numbers) : '4'
    return this.#pick([
      number,
      `${number} add 1`,
      `(${number} sub ${other})`,
      `length(${strings.length > 0 ? this.#pick(strings) : "'abc'"})`,
    ])
  }

  #text({ texts: strings }: Names): string {
    const text = strings.length > 0 ? this.#pick(strings) : quote(this.#pick(texts))
    return this.#pick([text, `substring(${text},1)`, `concat(${text},${quote(this.#pick(texts))})`])
  }

  #step(at: Names, group: Names, depth: number): { readonly text: string; readonly names: Names } {
    const kinds = ['filter', 'compute', 'orderby', 'top', 'skip', 'topBottom', 'aggregate', 'identity', 'search', 'these']
    const kind = this.#pick(depth < 3 ? [...kinds, 'groupby', 'groupby', 'concat'] : kinds)
    switch (kind) {
      case 'filter':
        return {
          text: `filter(${this.#pick([this.#draw(() => bool), `${this.#number(at)} ge ${this.#number(at)}`, `${this.#text(at)} ne null`])})`,
          names: at,
        }
      case 'search':
        return at.texts.includes('displayName')
          ? { text: `search(${this.#pick(['a', 'b OR é', 'NOT x'])})`, names: at }
          : { text: 'identity', names: at }
      case 'these':
        return depth === 1 && at.numbers.length > 0
          ? {
              text: `filter(${this.#pick(at.numbers)} ge $these/aggregate(${this.#pick(at.numbers)} with ${this.#pick(['average', 'min', 'max'])}))`,
              names: at,
            }
          : { text: 'identity', names: at }
      case 'compute': {
        const alias = this.#alias()
        return this.#pick([true, false])
          ? { text: `compute(${this.#number(at)} as ${alias})`, names: { ...at, numbers: [...at.numbers, alias] } }
          : {
              text: `compute(${this.#pick([this.#text(at), this.#draw(() => string)])} as ${alias})`,
              names: { ...at, texts: [...at.texts, alias] },
            }
      }
      case 'orderby':
        return {
          text: `orderby(${this.#pick([this.#number(at), this.#text(at)])}${this.#pick([' desc', ' asc', ''])},${this.#number(at)})`,
          names: at,
        }
      case 'top':
      case 'skip':
        return { text: `${kind}(${this.#pick([0, 1, 5, 60])})`, names: at }
      case 'topBottom': {
        const side = this.#pick(['top', 'bottom'])
        const measure = this.#pick(['count(3', 'count(40', 'sum(5', 'sum(-7', 'sum(100', 'percent(50', 'percent(100'])
        return { text: `${side}${measure},${this.#number(at)})`, names: at }
      }
      case 'aggregate':
        return this.#aggregate(at, group)
      case 'groupby': {
        const all = [...at.numbers, ...at.texts, ...at.bools]
        const chosen = [
          ...new Set(this.#draw(() => fc.array(pick(all.length > 0 ? all : ['none']), { minLength: 1, maxLength: 2 }))),
        ].filter((name) => name !== 'none')
        if (chosen.length === 0) return { text: 'identity', names: at }
        const keep = (list: readonly string[], own: readonly string[]) => [
          ...new Set([...own, ...list.filter((name) => chosen.includes(name))]),
        ]
        const kept: Names = {
          numbers: keep(at.numbers, group.numbers),
          texts: keep(at.texts, group.texts),
          bools: keep(at.bools, group.bools),
        }
        if (this.#pick([true, false, false])) return { text: `groupby((${chosen.join(',')}))`, names: kept }
        const inner = this.#pick([true, false]) ? this.#aggregate(at, kept) : this.sequence(at, kept, depth + 1)
        return { text: `groupby((${chosen.join(',')}),${inner.text})`, names: inner.names }
      }
      case 'concat': {
        const [left, right] = [this.sequence(at, group, depth + 1), this.sequence(at, group, depth + 1)]
        const both = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])]
        return {
          text: `concat(${left.text},${right.text})`,
          names: {
            numbers: both(left.names.numbers, right.names.numbers),
            texts: both(left.names.texts, right.names.texts),
            bools: both(left.names.bools, right.names.bools),
          },
        }
      }
      default:
        return { text: 'identity', names: at }
    }
  }

  #aggregate(at: Names, group: Names): { readonly text: string; readonly names: Names } {
    const [a, b, c] = [this.#alias(), this.#alias(), this.#alias()]
    const method = this.#pick(['sum', 'min', 'max', 'average', 'countdistinct'])
    const fraction = method === 'average'
    const items = [
      `${this.#number(at)} with ${method} as ${a}`,
      `${this.#text(at)} with ${this.#pick(['min', 'max'])} as ${b}`,
      `$count as ${c}`,
    ]
    return {
      text: `aggregate(${items.join(',')})`,
      names: { ...group, numbers: [...group.numbers, ...(fraction ? [] : [a]), c], texts: [...group.texts, b] },
    }
  }
}

/** All instances of all pages, without control information. */
async function ask(text: string, size: number): Promise<readonly Row[]> {
  const found: Row[] = []
  for (let next: string | undefined = `/beta/Customers?$apply=${encodeURIComponent(text)}`; next; ) {
    const answer = await service.send('GET', next, {
      headers: { prefer: `maxpagesize=${size}`, accept: 'application/json;odata.metadata=none' },
    })
    assert.equal(answer.status, 200, `${decodeURIComponent(next)}: ${answer.text}`)
    found.push(...answer.json.value)
    next = answer.json['@odata.nextLink']?.slice(service.url.length)
  }
  return found
}

/** Dates as they are told, and without what the service sets by its clock. */
const plain = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !/^(?:cosmos|lastDAP|deletedDate)/.test(name))
      .map(([name, value]) => [name, Object.is(value, -0) ? 0 : value]),
  )

test('random transformations give what the reference gives, in its order, in pages of any size', { timeout: 1_800_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), fc.integer({ min: 7, max: 999 }), async (draw, size) => {
      const { text } = new Writer(draw).sequence(declared, { numbers: [], texts: [], bools: [] }, 1)
      const { transformations } = bindApplyOption(text, { ...queryScope(customers, new Map()), collection: 'whole' })
      const exact = new Set(['id'])
      const expected = inOrder(transform(transformations, collection(seen, names), {}, exact), exact).map(({ row }) => plain(row))
      assert.deepEqual((await ask(text, size)).map(plain), expected, text)
      const counted = await service.send('GET', `/beta/Customers/$count?$apply=${encodeURIComponent(text)}`)
      assert.equal(counted.text, String(expected.length), text)
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 300), endOnFailure: true },
  )
})
