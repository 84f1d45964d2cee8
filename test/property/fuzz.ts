import assert from 'node:assert/strict'
import { customerBody } from '../support/customer.ts'
import type { Answer, TestService } from '../support/service.ts'
import { batchBodies, batchPieces } from './batch-bodies.ts'

/** A repeatable sequence of numbers below 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const queries = [
  "$filter=startswith(displayName,'Con') and contractType eq 3&$orderby=displayName desc,id&$top=5&$count=true",
  "$filter=not (contractType add 2 mul -3 divby 1.5 lt length(concat(domain,'x')))",
  "$filter=displayName in ('a','b',null) or isDeleted&$select=id,domain",
  '$filter=cosmosCreatedDateTimeUTC ge 2026-01-02T03:04:05.123Z and year(lastDAPRefreshDateTimeUtc) ne 2026',
  "$filter=case(contractType gt 0:'p',true:'n') eq @p&@p='n'",
  '$search=(blue OR "dark green") NOT red&$skip=3',
  "$filter=matchesPattern(displayName,'^[A-Z]+(a|b)*$','i')",
  "$filter=cast(contractType,Edm.String) eq '1'&$orderby=contractType mod 3,substring(displayName,1,2)",
  '$orderby=case(isDeleted:1,true:2) desc&$top=2&$skiptoken=abc.def',
  "$filter=now() sub cosmosCreatedDateTimeUTC gt duration'P1DT2H3M4.5S'",
  '$format=json&$count=true&$top=0',
  '$compute=contractType divby 3 as x,length(displayName) as y&$select=x,id&$filter=y gt 2&$orderby=x desc&$top=3',
  '$apply=filter(contractType ge 1)/groupby((countryLetterCode,isDeleted),aggregate($count as n,contractType with sum as s))&$filter=n gt 0&$top=2',
  '$apply=concat(topcount(2,contractType),aggregate(displayName with max as m))/orderby(m desc)&$select=m,id',
  '$apply=groupby((rollup(domain,contractType)),toppercent(50,contractType)/compute(1 as one))/filter(isdefined(one))&$count=true',
  '$apply=search(blue OR red)/skip(1)/top(5)/identity&$search=a',
  '$filter=contractType gt $these/aggregate(contractType with average) or $these/$count eq 2',
]
const paths = [
  '',
  "('x')",
  '/x',
  '/$count',
  "('x')/displayName",
  "('x')/displayName/$value",
  "(id='x')",
  '(@k)',
  "(azureTenantId='x')",
  '/x/domain',
]
const pieces = [
  "'",
  '"',
  '(',
  ')',
  ',',
  ' ',
  '&',
  '=',
  '$',
  '@',
  '%',
  '%27',
  '%00',
  '%ff',
  '\\',
  '/',
  '*',
  '-',
  '+',
  '9',
  '99999999999999999999',
  'null',
  'NaN',
  'INF',
  ' and ',
  ' eq ',
  ' in ',
  'not ',
  '$it',
  'contains(',
  'groupby((',
  'concat(',
  ' as x',
  ' with sum',
  '$these/',
  'é',
  '😀',
  '\u0000',
  '[',
  ']',
  ':',
  ';',
  '.',
  '..',
  'e308',
  '__proto__',
  'constructor',
]

function mutate(text: string, random: () => number, inserted: readonly string[] = pieces): string {
  let mutated = text
  for (let n = Math.floor(random() * random() * 6); n > 0; n--) {
    const at = Math.floor(random() * (mutated.length + 1))
    const piece = inserted[Math.floor(random() * inserted.length)] ?? ''
    const cut = Math.floor(random() * random() * 12)
    const kind = random()
    if (kind < 0.4) mutated = mutated.slice(0, at) + piece + mutated.slice(at)
    else if (kind < 0.7) mutated = mutated.slice(0, at) + mutated.slice(at + cut)
    else if (kind < 0.85) mutated = mutated.slice(0, at) + piece + mutated.slice(at + cut)
    else mutated = mutated.slice(0, at) + mutated.slice(Math.max(0, at - cut), at).repeat(1 + Math.floor(random() * 3)) + mutated.slice(at)
  }
  return mutated
}

/** Sends mutated queries, bodies and batches: none may be answered with a 5xx other than 501, none may hang. */
export async function fuzz(service: TestService, count: number, seed: number): Promise<Readonly<Record<number, number>>> {
  const random = randomOf(seed)
  const choose = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] ?? assert.fail()
  const statuses: Record<number, number> = {}
  const changes = { '@odata.type': '#microsoft.graph.Customer', isDeleted: false, lastDAPRefreshDateTimeUtc: '2026-01-01T00:00:00Z' }
  const removed = { '@removed': { reason: 'changed' }, '@odata.etag': 'W/"7"' }
  const bodies = [
    customerBody(changes),
    {
      '@context': '#$delta',
      value: [customerBody(changes), { ...removed, id: 'x' }, { ...removed, '@id': "Customers('x')", '@Core.ContentID': 'a' }],
    },
    { value: 7 },
  ].map((body) => JSON.stringify(body))
  let sent = 0
  const worker = async () => {
    while (sent < count) {
      sent++
      if (random() < 0.1) {
        const { status, text } = await sendBatch(service, random, seed)
        statuses[status] = (statuses[status] ?? 0) + 1
        for (const inner of answeredOf(text)) statuses[inner] = (statuses[inner] ?? 0) + 1
        continue
      }
      const write = random() < 0.15
      const encode = (text: string) => text.replace(/[^\x21-\x7e]|[#]/gu, (char) => encodeURIComponent(char.isWellFormed() ? char : '?'))
      const target = `/beta/Customers${encode(random() < 0.1 ? mutate(choose(paths), random) : random() < 0.2 ? choose(paths) : '')}${write ? '' : `?${encode(mutate(choose(queries), random))}`}`
      const sending = write ? { body: mutate(choose(bodies), random) } : {}
      const answer = await service.send(
        write ? choose(['POST', 'PATCH', 'PUT']) : 'GET',
        target.replace(/^\/beta\/Customers\/\.\./, '/beta/Customers/x'),
        { ...sending, headers: { prefer: choose(['odata.maxpagesize=3', 'continue-on-error', 'create-if-missing']) } },
      )
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      assert.ok(
        answer.status < 500 || answer.status === 501,
        `seed ${seed}: ${answer.status} for ${target} ${JSON.stringify(sending)}: ${answer.text}`,
      )
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return statuses
}

/** Sends a mutated batch: neither it nor any request in it may be answered with a 5xx other than 501. */
async function sendBatch(service: TestService, random: () => number, seed: number): Promise<Answer> {
  const { type, body } = batchBodies[Math.floor(random() * batchBodies.length)] ?? assert.fail()
  const sent = mutate(body, random, random() < 0.5 ? batchPieces : pieces)
  const headers = {
    'content-type': random() < 0.05 ? mutate(type, random, ['"', ';', '=', 'b', ' ']) : type,
    accept: random() < 0.5 ? type.replace(/;.*/, '') : '*/*',
  }
  const answer = await service.send('POST', '/beta/$batch', {
    body: sent,
    headers: { ...headers, prefer: random() < 0.5 ? 'continue-on-error' : '' },
  })
  for (const status of [answer.status, ...answeredOf(answer.text)])
    assert.ok(status < 500 || status === 501, `seed ${seed}: ${status} for ${JSON.stringify({ sent, headers })}: ${answer.text}`)
  return answer
}

/** The statuses of the answers in a batch. */
function answeredOf(text: string): readonly number[] {
  return [...text.matchAll(/"status":(\d{3}),"headers"|^HTTP\/1\.1 (\d{3}) /gm)].map(([, json, multipart]) => Number(json ?? multipart))
}
