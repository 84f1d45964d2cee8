import { hash } from 'node:crypto'
import { ConfigError } from '../config.ts'
import { dateTimeOffsetOf, parseDateTimeOffset } from '../edm/date-time-offset.ts'
import type { PrimitiveValue } from '../edm/entity-type.ts'
import type { Candidate } from './import/candidate.ts'
import { carryOut, type OpenClient } from './import/carry-out.ts'
import { countries, houses, trades } from './seed-words.ts'

export interface SeedFlags {
  readonly seed: string
  /** The day up to which things have happened. */
  readonly until: string
  readonly dryRun?: boolean
  readonly quiet?: boolean
  readonly json?: boolean
}

/** Customers of one call at the most. */
const mostCustomers = 10_000_000

/** Puts sample customers into a running service: the same seed gives the same ones, so that doing it again changes nothing. Gives the exit code. */
export async function seedCustomers(number: string, open: OpenClient, flags: SeedFlags, print: (line: string) => void): Promise<number> {
  const count = Number(number)
  if (!/^\d+$/.test(number) || count < 1 || count > mostCustomers)
    throw new ConfigError(`seed takes a number of customers from 1 to ${mostCustomers}, not '${number}'.`)
  const until = parseDateTimeOffset(/^\d{4}-\d\d-\d\d$/.test(flags.until) ? `${flags.until}T00:00:00Z` : flags.until)
  if (until === undefined) throw new ConfigError(`--until takes a day such as 2026-11-01, not '${flags.until}'.`)
  let made = 0
  async function* candidates(): AsyncGenerator<Candidate> {
    for (; made < count; made++)
      yield {
        row: { line: made + 1, names: [], values: [] },
        values: sampleCustomer(flags.seed, made, Date.parse(String(until))),
        faults: [],
      }
  }
  return carryOut({
    title: 'Seeding',
    open,
    rows: async () => ({ candidates: candidates(), part: () => made / count }),
    rejects: undefined,
    presets: {},
    dryRun: flags.dryRun ?? false,
    continues: true,
    quiet: flags.quiet ?? false,
    json: flags.json ?? false,
    print,
    afterwards: undefined,
  })
}

const day = 86_400_000

/** The customer of that place under that seed, whatever the others are: the first hundred of a thousand are the hundred. `until` in milliseconds since 1970. */
export function sampleCustomer(seed: string, place: number, until: number): Readonly<Record<string, PrimitiveValue>> {
  // Of a hash every byte is as good as chance, and it is the same everywhere.
  const bytes = hash('sha512', `${seed}/${place}`, 'buffer')
  let at = 32
  const part = () => {
    const value = bytes.readUInt16LE(at) / 65_536
    at += 2
    return value
  }
  const pick = <T>(items: readonly T[]): T => items[Math.floor(part() * items.length)] as T
  const weighted = <T>(items: readonly (readonly [T, number])[]): T => {
    let left = part() * items.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [item, weight] of items) {
      left -= weight
      if (left < 0) return item
    }
    return items[items.length - 1]?.[0] as T
  }
  const country = weighted(countries.map((each) => [each, each.weight]))
  const [house, trade, city, form] = [pick(houses), pick(trades), pick(country.cities), pick(country.forms)]
  const onboardingStatus = weighted([
    [0, 12],
    [1, 10],
    [2, 62],
    [3, 10],
    [5, 6],
  ])
  const delegatedPrivilegeStatus = weighted(
    onboardingStatus === 0
      ? [
          [0, 60],
          [1, 25],
          [3, 15],
        ]
      : [
          [0, 6],
          [1, 16],
          [3, 58],
          [4, 20],
        ],
  )
  const age = part() ** 1.5 * 1_000 * day
  // Most are fresh, some are stale for months.
  const refreshed = until - Math.min(age, part() ** 4 * 200 * day)
  return {
    partnerId: uuidOf(hash('sha512', seed, 'buffer')),
    azureTenantId: uuidOf(bytes),
    contractId: uuidOf(bytes.subarray(16)),
    displayName: `${house} ${trade} ${city} ${form}`,
    domain: `${plain(house)}-${plain(trade)}-${plain(city)}.example`,
    contractType: weighted([
      [1, 5],
      [2, 15],
      [3, 80],
    ]),
    countryLetterCode: country.code,
    isOnBoardedToMTM: onboardingStatus === 2,
    onboardingStatus,
    delegatedPrivilegeStatus,
    lastDAPRefreshDateTimeUtc: delegatedPrivilegeStatus === 0 ? null : momentOf(refreshed),
    cosmosCreatedDateTimeUTC: momentOf(until - age),
    cosmosLastModifiedDateTimeUTC: momentOf(until - age * part()),
  }
}

/** A GUID in the shape of version 4 (RFC 9562, 5.4) from sixteen bytes. */
function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, 16)
  const variant = '89ab'[(bytes[8] ?? 0) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

function momentOf(milliseconds: number): string {
  return dateTimeOffsetOf(Math.round(milliseconds / 1000) * 1000)
}

/** Letters of ASCII, in lower case: `Köln` is `koln`. */
function plain(text: string): string {
  return text
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
}
