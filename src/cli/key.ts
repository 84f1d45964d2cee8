import type { Terminal } from './program.ts'
import type { ServiceClient } from './service-client.ts'

/** An access key, as the service tells it. */
interface ToldKey {
  readonly id: string
  readonly displayName: string
  readonly hint: string
  readonly createdDateTime: string
  readonly endDateTime: string
  readonly lastUsedDateTime: string | null
  readonly secretText?: string
}

/** Makes a key and prints it, and nothing else, where the output can be caught. */
export async function createKey(
  client: ServiceClient,
  { name, days, json = false }: { readonly name: string; readonly days?: number; readonly json?: boolean },
  terminal: Terminal,
): Promise<void> {
  const end = days === undefined ? {} : { endDateTime: new Date(Date.now() + days * 86_400_000).toISOString() }
  const { body } = await client.send({ method: 'POST', target: 'accessKeys', body: { displayName: name, ...end } })
  const key = body as ToldKey
  if (json) return terminal.print(JSON.stringify(key))
  terminal.print(String(key.secretText))
  terminal.complain(`Key ${key.id} ('${key.displayName}') is good until ${key.endDateTime}. It is shown this once.`)
}

export async function listKeys(client: ServiceClient, json: boolean, terminal: Terminal): Promise<void> {
  const { body } = await client.send({ target: 'accessKeys' })
  const { value } = body as { readonly value: readonly ToldKey[] }
  if (json) return terminal.print(JSON.stringify(value))
  if (value.length === 0) return terminal.complain('There are no keys.')
  const rows = value.map((key) => [
    key.id,
    `…${key.hint}`,
    day(key.createdDateTime),
    day(key.endDateTime),
    key.lastUsedDateTime === null ? 'never' : day(key.lastUsedDateTime),
    key.displayName,
  ])
  for (const line of aligned([['ID', 'KEY', 'MADE', 'EXPIRES', 'LAST USED', 'NAME'], ...rows])) terminal.print(line)
}

/** Each by itself: what is revoked stays so when the next one is unknown. */
export async function revokeKeys(client: ServiceClient, ids: readonly string[], terminal: Terminal): Promise<void> {
  for (const id of ids) {
    await client.send({ method: 'DELETE', target: `accessKeys/${encodeURIComponent(id)}` })
    terminal.complain(`Revoked ${id}.`)
  }
}

function day(moment: string): string {
  return moment.slice(0, 10)
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
