import { randomUUID } from 'node:crypto'
import autocannon, { type Client, type Options } from 'autocannon'
import type { Target } from './targets.ts'

const companies = [
  'Adatum',
  'Alpine',
  'Bellows',
  'Contoso',
  'Fabrikam',
  'Graphic',
  'Litware',
  'Lucerne',
  'Northwind',
  'Proseware',
  'Relecloud',
  'Tailspin',
  'Trey',
  'Wingtip',
  'Woodgrove',
  'Consolidated',
]
let made = 0

function customer(id: string | undefined): string {
  const n = ++made
  return JSON.stringify({
    ...(id === undefined ? {} : { id }),
    partnerId: 'p1',
    azureTenantId: randomUUID(),
    contractId: randomUUID(),
    displayName: `${companies[n % companies.length]} ${n}`,
    domain: `t${n}.example.com`,
    contractType: n % 4,
    countryLetterCode: 'US',
    deletedDateTime: null,
    isOnBoardedToMTM: n % 2 === 0,
    onboardingStatus: n % 4,
    delegatedPrivilegeStatus: n % 3,
    lastDAPRefreshDateTimeUtc: '2026-01-02T03:04:05Z',
    cosmosCreatedDateTimeUTC: '2026-01-02T03:04:05Z',
    cosmosLastModifiedDateTimeUTC: '2026-01-02T03:04:05Z',
    isDeleted: false,
  })
}

export function headersFor(target: Target): Record<string, string> {
  return { 'content-type': 'application/json', ...(target.token ? { authorization: `Bearer ${target.token}` } : {}) }
}

/** Creates one customer without an id. */
export async function tryToCreate(target: Target): Promise<Response> {
  return fetch(`${target.url}/Customers`, { method: 'POST', headers: headersFor(target), body: customer(undefined) })
}

/** Fills the service with rows by bulks of a thousand, and gives their ids. Fifty rows at a time have a name that begins alike (`Group 7 …`). */
export async function fillByBulk(target: Target, rows: number): Promise<readonly string[]> {
  const ids: string[] = []
  const writer = async () => {
    while (ids.length < rows) {
      const from = ids.length
      for (let i = from; i < Math.min(rows, from + 1_000); i++) ids.push(randomUUID())
      const value = ids
        .slice(from)
        .map((id, i) => ({ ...JSON.parse(customer(id)), displayName: `Group ${Math.floor((from + i) / 50)} ${i}` }))
      const headers = { ...headersFor(target), prefer: 'return=minimal' }
      const body = JSON.stringify({ '@context': '#$delta', value })
      const response = await fetch(`${target.url}/Customers`, { method: 'PATCH', headers, body })
      const text = await response.text()
      if (!response.ok) throw new Error(`${target.name} answered ${response.status}: ${text.slice(0, 300)}`)
    }
  }
  await Promise.all([writer(), writer()])
  return ids
}

/** Fills a target with rows and gives their ids. */
export async function fill(target: Target, rows: number): Promise<readonly string[]> {
  const ids: string[] = []
  const writer = async () => {
    while (ids.length < rows) {
      const id = randomUUID()
      ids.push(id)
      const response = await fetch(`${target.url}/Customers`, { method: 'POST', headers: headersFor(target), body: customer(id) })
      const text = await response.text()
      if (response.status !== 201) throw new Error(`${target.name} answered ${response.status}: ${text}`)
    }
  }
  await Promise.all(Array.from({ length: 50 }, writer))
  return ids
}

const filter = encodeURIComponent("startswith(displayName,'Con') and contractType eq 3")

const groupby = encodeURIComponent('groupby((onboardingStatus,delegatedPrivilegeStatus),aggregate($count as n))')

/** What is asked of a target, over and over. */
export type Workload = (target: Target, ids: readonly string[]) => Pick<Options, 'url' | 'method' | 'requests' | 'setupClient'>

const pathOf = (target: Target, id: string) => `${new URL(target.url).pathname}/Customers('${id}')`
const anyOf = (ids: readonly string[]) => ids[Math.floor(Math.random() * ids.length)] ?? ''
const many = <T>(make: (i: number) => T) => Array.from({ length: 500 }, (_, i) => make(i))

/** In the order in which they are run: those that make rows last, so that the others find as many as were filled in. */
export const workloads: Readonly<Record<string, Workload>> = {
  get: (target, ids) => ({ url: target.url, requests: many(() => ({ method: 'GET' as const, path: pathOf(target, anyOf(ids)) })) }),
  page: (target) => ({ url: `${target.url}/Customers?$top=100` }),
  filter: (target) => ({ url: `${target.url}/Customers?$filter=${filter}&$orderby=displayName&$top=50&$count=true` }),
  /** A part of a word that one row holds, and a word that a sixteenth of the rows do. */
  search: (target, ids) => ({
    url: `${target.url}/Customers?$search=${encodeURIComponent(`"t${Math.floor(ids.length / 2)}.ex"`)}&$top=50`,
  }),
  searchMany: (target) => ({ url: `${target.url}/Customers?$search=contoso&$top=50` }),
  groupby: (target) => ({ url: `${target.url}/Customers?$apply=${groupby}` }),
  deep: (target, ids) => ({ url: `${target.url}/Customers?$skip=${Math.floor(ids.length * 0.9)}&$top=100` }),
  update: (target, ids) => ({
    url: target.url,
    requests: many((i) => ({
      method: 'PATCH' as const,
      path: pathOf(target, anyOf(ids)),
      body: JSON.stringify({ onboardingStatus: i % 4 }),
    })),
  }),
  /** Where the service makes the ids. */
  createNew: (target) => ({
    url: `${target.url}/Customers`,
    method: 'POST',
    setupClient(client: Client) {
      const next = () => client.setBody(customer(undefined))
      next()
      client.on('response', next)
    },
  }),
  create: (target) => ({
    url: `${target.url}/Customers`,
    method: 'POST',
    setupClient(client: Client) {
      const next = () => client.setBody(customer(randomUUID()))
      next()
      client.on('response', next)
    },
  }),
}

export interface Load {
  readonly answers: number
  readonly failures: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

export async function run(target: Target, ids: readonly string[], workload: Workload, connections: number, seconds: number): Promise<Load> {
  const result = await autocannon({ connections, duration: seconds, headers: headersFor(target), ...workload(target, ids) })
  const answers = result['2xx'] + result.non2xx
  return {
    answers,
    failures: result.non2xx + result.errors,
    perSecond: answers / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  }
}
