import { countedOf, type Metrics, type MetricValues, type PrintedMetrics, printSum } from '../../observe/metrics.ts'
import type { Peer } from './peer.ts'

/** The metrics of this process and of those that answer requests, as those of one. */
export class MetricsOfAll {
  readonly #own: Metrics
  readonly #told = new Map<Peer, MetricValues>()
  /** What processes had counted that have ended: a sum that goes down would be taken for a new beginning. */
  #ended: Promise<MetricValues> = Promise.resolve([])

  constructor(own: Metrics) {
    this.#own = own
  }

  async print(peers: readonly Peer[]): Promise<PrintedMetrics> {
    await Promise.all(
      peers.map(async (peer) => {
        // One that is just starting or ending has nothing new to tell.
        const values = await peer.ask('metrics', null).catch(() => undefined)
        if (values) this.#told.set(peer, values)
      }),
    )
    return printSum([await this.#own.values(), await this.#ended, ...this.#told.values()])
  }

  leave(peer: Peer): void {
    const values = this.#told.get(peer)
    this.#told.delete(peer)
    if (values) this.#ended = this.#ended.then((ended) => countedOf([ended, values]))
  }
}
