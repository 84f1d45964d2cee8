import { ODataError } from '../odata/error.ts'
import type { WritePlan } from '../plan/plan.ts'
import type { Store, WriteGroup, WriteResult } from '../store/store.ts'

/**
 * The writes of an atomicity group, gathered from its members until each of them is decided upon, and then carried out as one.
 * A member goes the whole path of a request and finds, in place of the store, its own place in the group.
 */
export class AtomicityGroup {
  readonly #store: Store
  readonly #gathered: { readonly plans: readonly WritePlan[]; readonly settle: (results: Promise<readonly WriteResult[]>) => void }[] = []

  constructor(store: Store) {
    this.#store = store
  }

  /** What stands for the store to one member. `arrived` resolves when the member has said what it would write. */
  join(): { readonly store: Store; readonly arrived: Promise<readonly WritePlan[]> } {
    const store = this.#store
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<readonly WritePlan[]>()
    const writeGroup = ({ plans, atomic }: WriteGroup) => {
      if (!atomic)
        throw new ODataError('Request_BadRequest', 'A bulk that goes on after errors cannot be part of an atomicity group.', {
          target: 'Prefer',
        })
      this.#requireOneTenant(plans)
      const { promise, resolve: settle } = Promise.withResolvers<readonly WriteResult[]>()
      this.#gathered.push({ plans, settle })
      arrive(plans)
      return promise
    }
    return {
      arrived,
      store: {
        writeGroup: async (group) => writeGroup(group),
        write: async (plan) => (await writeGroup({ plans: [plan], atomic: true }))[0] ?? { outcome: 'undone' },
        read: (plan) => store.read(plan),
        ready: () => store.ready(),
        close: () => store.close(),
      },
    }
  }

  /** Carries out what was gathered, all or nothing. */
  commit(): void {
    const plans = this.#gathered.flatMap((member) => member.plans)
    if (plans.length === 0) return
    const whole = this.#store.writeGroup({ plans, atomic: true })
    let start = 0
    for (const member of this.#gathered) {
      const from = start
      start += member.plans.length
      member.settle(whole.then((results) => results.slice(from, from + member.plans.length)))
    }
  }

  /** Carries out nothing: a member failed before it could write. */
  abandon(): void {
    for (const { plans, settle } of this.#gathered) settle(Promise.resolve(plans.map(() => ({ outcome: 'undone' }))))
  }

  /** A transaction is one managing tenant's; an operator could name several. */
  #requireOneTenant(plans: readonly WritePlan[]): void {
    const [first, ...others] = [...this.#gathered.flatMap((member) => member.plans), ...plans]
    if (others.every(({ access }) => access.tenantId === first?.access.tenantId)) return
    throw new ODataError('Request_BadRequest', 'The requests of an atomicity group write for one managing tenant.', {
      target: 'Tenantry-Managing-Tenant',
    })
  }
}
