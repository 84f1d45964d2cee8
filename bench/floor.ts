// The least that could answer: see README.md. `node bench/floor.ts FILE` prints the port it listens on.
import { randomUUID } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

const names = [
  'id',
  'partnerId',
  'azureTenantId',
  'contractId',
  'displayName',
  'domain',
  'contractType',
  'countryLetterCode',
  'deletedDateTime',
  'isOnBoardedToMTM',
  'onboardingStatus',
  'delegatedPrivilegeStatus',
  'lastDAPRefreshDateTimeUtc',
  'cosmosCreatedDateTimeUTC',
  'cosmosLastModifiedDateTimeUTC',
  'isDeleted',
]
const database = new DatabaseSync(process.argv[2] ?? ':memory:')
database.exec(
  `pragma journal_mode = wal; pragma synchronous = full; create table customers (${names.join(', ')}, primary key (id)) without rowid; create index by_name on customers (displayName)`,
)
const insert = database.prepare(`insert into customers values (${names.map(() => '?').join(', ')})`)
const byKey = database.prepare('select * from customers where id = ?')
const firstPage = database.prepare('select * from customers order by id limit 100')
const filtered = database.prepare(
  'select * from customers where displayName >= ? and displayName < ? and contractType = ? order by displayName limit 50',
)
const counted = database.prepare('select count(*) as n from customers where displayName >= ? and displayName < ? and contractType = ?')
const searched = database.prepare(
  'select * from customers where instr(lower(displayName), ?1) or instr(lower(domain), ?1) or instr(lower(azureTenantId), ?1) or instr(lower(contractId), ?1) order by id limit 50',
)
const grouped = database.prepare(
  'select onboardingStatus, delegatedPrivilegeStatus, count(*) as n from customers group by onboardingStatus, delegatedPrivilegeStatus',
)
const skipped = database.prepare('select * from customers order by id limit 100 offset ?')
const update = database.prepare('update customers set onboardingStatus = ? where id = ?')

type Row = Record<string, SQLInputValue | boolean>
const shown = (row: Row) => ({ ...row, isOnBoardedToMTM: row.isOnBoardedToMTM === 1, isDeleted: row.isDeleted === 1 })

function reply(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

let waiting: { readonly write: () => void; readonly done: () => void }[] = []
/** Writes of one turn of the event loop share a commit. */
function commit(): void {
  const group = waiting
  waiting = []
  database.exec('begin immediate')
  for (const { write } of group) write()
  database.exec('commit')
  for (const { done } of group) done()
}
function enqueue(write: () => void, done: () => void): void {
  if (waiting.push({ write, done }) === 1) setImmediate(commit)
}

const server = createServer((request, response) => {
  const url = decodeURIComponent(request.url ?? '')
  const id = /\('([^']*)'\)/.exec(url)?.[1] ?? ''
  if (request.method === 'GET') {
    const filter = /startswith\(displayName,'([^']*)'\) and contractType eq (\d+)/.exec(url)
    if (filter) {
      const range = [filter[1] ?? '', `${filter[1]}\uffff`, Number(filter[2])] as const
      return reply(response, 200, {
        '@odata.count': counted.get(...range)?.n,
        value: filtered.all(...range).map((row) => shown(row as Row)),
      })
    }
    const search = /\$search="?([^"&]*)/.exec(url)?.[1]
    if (search !== undefined) return reply(response, 200, { value: searched.all(search).map((row) => shown(row as Row)) })
    if (url.includes('$apply=')) return reply(response, 200, { value: grouped.all() })
    const skip = /\$skip=(\d+)/.exec(url)?.[1]
    if (skip !== undefined) return reply(response, 200, { value: skipped.all(Number(skip)).map((row) => shown(row as Row)) })
    if (!url.includes("('")) return reply(response, 200, { value: firstPage.all().map((row) => shown(row as Row)) })
    const row = byKey.get(id)
    return row ? reply(response, 200, shown(row as Row)) : reply(response, 404, {})
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString())
    if (request.method === 'PATCH')
      return enqueue(
        () => update.run(body.onboardingStatus, id),
        () => reply(response, 200, shown(byKey.get(id) as Row)),
      )
    const now = new Date().toISOString()
    const row = {
      ...body,
      id: body.id ?? randomUUID(),
      cosmosCreatedDateTimeUTC: now,
      cosmosLastModifiedDateTimeUTC: now,
      isOnBoardedToMTM: Number(body.isOnBoardedToMTM),
      isDeleted: 0,
    }
    enqueue(
      () => insert.run(...names.map((name) => row[name] ?? null)),
      () => reply(response, 201, body),
    )
  })
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
