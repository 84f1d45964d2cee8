import assert from 'node:assert/strict'

/** An entity as an answer tells it. */
export type Told = Readonly<Record<string, unknown>> & { readonly id: string }

interface Answered {
  readonly status: number
  readonly text: string
}

/** A round that was followed to its end: the changes after `since` up to `upTo`, and whom it told. */
export interface FollowedRound {
  readonly since: number
  readonly upTo: number
  readonly ids: ReadonlySet<string>
}

/** A client that keeps a copy of the customers by delta alone. */
export class Replica {
  readonly entities = new Map<string, Told>()
  /** The rounds of changes; the first round, which tells all entities, is none of them. */
  readonly rounds: FollowedRound[] = []
  pages = 0
  changes = 0
  readonly #get: (target: string) => Promise<Answered>
  #next: string
  #since: number | undefined
  #told = new Set<string>()

  constructor(get: (target: string) => Promise<Answered>, start = '/beta/Customers/delta') {
    this.#get = get
    this.#next = start
  }

  /** Reads a page; gives whether a round has ended with it. `size`: of the pages of the next round. A service that is away (503) is asked again another time. */
  async follow(size?: number): Promise<'away' | 'more' | 'end'> {
    const { status, text } = await this.#get(this.#next)
    if (status === 503) return 'away'
    assert.equal(status, 200, text)
    const { '@odata.nextLink': more, '@odata.deltaLink': delta, value } = JSON.parse(text)
    this.pages++
    for (const { '@removed': removed, ...entity } of value) {
      assert.ok(!this.#told.has(entity.id), `${entity.id} was told twice in a round`)
      this.#told.add(entity.id)
      this.changes++
      if (removed) this.entities.delete(entity.id)
      else {
        if (this.#since !== undefined) assert.ok(versionOf(entity) > this.#since, `${entity.id} did not change since ${this.#since}`)
        this.entities.set(entity.id, entity)
      }
    }
    this.#next = targetOf(more ?? delta)
    if (more !== undefined) return 'more'
    const upTo = sinceOf(delta)
    if (this.#since !== undefined) this.rounds.push({ since: this.#since, upTo, ids: this.#told })
    this.#since = upTo
    this.#told = new Set()
    if (size !== undefined) this.#next += `&$top=${size}`
    return 'end'
  }

  /** Follows to the end of a round. */
  async round(): Promise<void> {
    for (let end = await this.follow(); end !== 'end'; end = await this.follow())
      if (end === 'away') await new Promise((wait) => setTimeout(wait, 50))
  }

  /** The entities in the order of their keys. */
  sorted(): readonly Told[] {
    return [...this.entities.values()].sort((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)))
  }
}

/** Holds a log of changes against what was told: each must be in the round that its number belongs to. One that came into sight late is in none. */
export function lateChanges(
  rounds: readonly FollowedRound[],
  log: readonly { readonly version: number; readonly id: string }[],
): readonly string[] {
  const late: string[] = []
  let at = 0
  for (const { version, id } of log) {
    while (at < rounds.length && (rounds[at]?.upTo ?? 0) < version) at++
    const round = rounds[at]
    if (round && version > round.since && !round.ids.has(id)) late.push(`${version} ${id}`)
  }
  return late
}

function targetOf(link: string): string {
  const { pathname, search } = new URL(link)
  return pathname + search
}

function versionOf(entity: Told): number {
  return Number(/\d+/.exec(String(entity['@odata.etag']))?.[0])
}

/** The point that a delta link holds: a test may look into what is opaque to clients. */
function sinceOf(link: string): number {
  const token = new URL(link).searchParams.get('$deltatoken') ?? ''
  const [, , [[version]]] = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
  return version
}
