// The least that could answer from a PostgreSQL: see README.md. `node bench/floor-postgres.ts URL` prints the port it listens on.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'

const text = ['id', 'partnerId', 'azureTenantId', 'contractId', 'displayName', 'domain', 'countryLetterCode', 'deletedDateTime']
const numbers = ['contractType', 'onboardingStatus', 'delegatedPrivilegeStatus']
const dates = ['lastDAPRefreshDateTimeUtc', 'cosmosCreatedDateTimeUTC', 'cosmosLastModifiedDateTimeUTC']
const flags = ['isOnBoardedToMTM', 'isDeleted']
const names = [...text, ...numbers, ...dates, ...flags]
const typed = [
  ...[...text, ...dates].map((name) => `"${name}" text`),
  ...numbers.map((name) => `"${name}" integer`),
  ...flags.map((name) => `"${name}" boolean`),
]

const pool = new pg.Pool({ connectionString: process.argv[2] ?? '', max: 12 })
await pool.query(`create table floor (${typed.join(', ')}, primary key (id))`)

const statements = {
  insert: `insert into floor (${names.map((name) => `"${name}"`).join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
  byKey: 'select * from floor where id = $1',
  page: 'select * from floor order by id limit 100',
  update: 'update floor set "onboardingStatus" = $1 where id = $2 returning *',
}
const ask = async (name: keyof typeof statements, values: readonly unknown[]) =>
  (await pool.query({ name, text: statements[name], values: [...values] })).rows

function reply(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

const server = createServer(async (request, response) => {
  const id = /\('([^']*)'\)/.exec(request.url ?? '')?.[1]
  if (request.method === 'GET') {
    if (id === undefined) return reply(response, 200, { value: await ask('page', []) })
    const [row] = await ask('byKey', [id])
    return row ? reply(response, 200, row) : reply(response, 404, {})
  }
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = JSON.parse(Buffer.concat(chunks).toString())
  if (request.method === 'PATCH') return reply(response, 200, (await ask('update', [body.onboardingStatus, id]))[0])
  await ask(
    'insert',
    names.map((name) => body[name] ?? null),
  )
  return reply(response, 201, body)
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.once('SIGTERM', () => process.exit(0))
