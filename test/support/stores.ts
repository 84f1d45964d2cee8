import { describe } from 'node:test'
import type { SettingName } from '../../src/config.ts'
import { type TestService, useService } from './service.ts'

type Settings = Readonly<Partial<Record<SettingName, string>>>

/**
 * The store that the HTTP tables of this process run on. Every file runs on a SQLite file of its own;
 * `on-postgres.test.ts` runs all of them once more on PostgreSQL.
 */
export const chosenStore = process.env.TENANTRY_TEST_STORE === 'postgres' ? 'PostgreSQL' : 'SQLite'

/** Runs a table of scenarios on the chosen store. `start` is `useService` on it. */
export function forEachStore(
  scenarios: (start: (settings?: Settings, arrange?: (service: TestService) => Promise<unknown>) => TestService) => void,
): void {
  describe(`on ${chosenStore}`, () => scenarios(useService))
}
