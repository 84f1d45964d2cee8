import { describe } from 'node:test'
import type { SettingName } from '../../src/config.ts'
import { type TestService, useService } from './service.ts'

type Settings = Readonly<Partial<Record<SettingName, string>>>

/** Every store that the HTTP tables run on, by name: the settings that choose it. Without any it is a SQLite file in the test's own folder. */
const stores: Readonly<Record<string, Settings>> = { SQLite: {} }

/** Runs a table of scenarios once for each store. `start` is `useService` on that store. */
export function forEachStore(
  scenarios: (start: (settings?: Settings, arrange?: (service: TestService) => Promise<unknown>) => TestService) => void,
): void {
  for (const [name, chosen] of Object.entries(stores)) {
    describe(`on ${name}`, () =>
      scenarios((settings = {}, arrange = async () => undefined) => useService({ ...chosen, ...settings }, arrange)))
  }
}
