import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { importJWK, SignJWT } from 'jose'
import { customerBody } from '../../support/customer.ts'
import { makeSigningKey, type SigningKey } from '../../support/keys.ts'
import { sendRaw } from '../../support/raw.ts'
import { type Answer, partner, startTestService, type TestService } from '../../support/service.ts'

let service: TestService
let stranger: SigningKey
let start: readonly string[]
const victim = 'victim-partner'

/** Everything that either partner has, as text. */
async function everything(): Promise<readonly string[]> {
  return Promise.all(
    [partner, victim].flatMap((as) =>
      ['/beta/Customers?$top=999', '/beta/Customers/$count'].map(async (target) => (await service.send('GET', target, { as })).text),
    ),
  )
}

before(async () => {
  service = await startTestService({ maxBodyBytes: '65536', maxUrlLength: '4096' })
  stranger = await makeSigningKey('stranger')
  for (const id of ['mine', 'shared']) await service.create({ id })
  for (const id of ['theirs', 'shared']) await service.create({ id, displayName: 'secret of another partner' }, victim)
  start = await everything()
})
after(() => service.stop())

/** Whatever is wrong, the answer has one shape (W5), says nothing of our insides, and is never our fault. */
function assertRefused(
  answer: Pick<Answer, 'status' | 'json' | 'text'> & { readonly header: (name: string) => string | null | undefined },
  status: number,
  code: string,
): void {
  assert.equal(answer.status, status, answer.text)
  assert.equal(answer.header('content-type'), 'application/json')
  assert.equal(answer.header('content-language'), 'en')
  assert.equal(answer.header('odata-version'), '4.0')
  const { error } = answer.json
  assert.equal(error.code, code, answer.text)
  assert.ok(typeof error.message === 'string' && error.message.length > 0)
  assert.deepEqual(Object.keys(error.innerError), ['date', 'request-id', 'client-request-id'])
  assert.match(error.innerError.date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
  assert.equal(answer.header('request-id'), error.innerError['request-id'])
  assert.doesNotMatch(answer.text, /node:|\.ts:\d| {4}at |fastify|FST_|SQLITE|secret of another|Error:/i)
  if (status === 401) assert.match(answer.header('www-authenticate') ?? '', /^Bearer/)
}

type Row = readonly [name: string, status: number, code: string, send: () => Promise<Answer>]
const bad = 'Request_BadRequest'
const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) => service.send('POST', '/beta/Customers', { body, headers })
const get = (target: string, headers: Readonly<Record<string, string>> = {}) => service.send('GET', target, { headers })
const json = (text: string) => JSON.stringify(customerBody()).replace(/}$/, `,${text}}`)

const bodies: readonly Row[] = [
  ['an empty body', 400, bad, () => post('')],
  ['white space', 400, bad, () => post('  \n ')],
  ['half an object', 400, bad, () => post('{"displayName":')],
  ['a trailing comma', 400, bad, () => post('{"displayName":"x",}')],
  ['single quotes', 400, bad, () => post("{'displayName':'x'}")],
  ['a comment', 400, bad, () => post('{/* x */}')],
  ['two objects', 400, bad, () => post('{}{}')],
  ['an array', 400, bad, () => post([])],
  ['a string', 400, bad, () => post('"x"')],
  ['null', 400, bad, () => post('null')],
  ['a number', 400, bad, () => post('7')],
  ['NaN', 400, bad, () => post(json('"onboardingStatus":NaN'))],
  ['bad UTF-8', 400, bad, () => post(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]))],
  ['an overlong UTF-8 form', 400, bad, () => post(new Uint8Array([0x22, 0xc0, 0xaf, 0x22]))],
  ['UTF-16', 400, bad, () => post(new Uint8Array(Buffer.from('{"a":1}', 'utf16le')))],
  ['a member twice', 400, bad, () => post(json('"displayName":"again"'))],
  ['a member twice, once escaped', 400, bad, () => post(json('"displayN\\u0061me":"again"'))],
  ['a member twice in a nested object', 400, bad, () => post(json('"x@y.z":{"a":1,"a":2}'))],
  ['nested too deep', 400, bad, () => post(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)],
  ['nested too deep and never closed', 400, bad, () => post('{"a":'.repeat(5_000))],
  ['__proto__', 400, bad, () => post(json('"__proto__":{"isDeleted":true}'))],
  ['constructor', 400, bad, () => post(json('"constructor":{}'))],
  ['toString', 400, bad, () => post(json('"toString":1'))],
  ['an object for a string', 400, bad, () => post(customerBody({ displayName: { a: 1 } }))],
  ['a property in another letter case', 400, bad, () => post(customerBody({ DisplayName: 'x' }))],
  ['a NUL in the id', 400, bad, () => post(customerBody({ id: 'a\0b' }))],
  ['the managing tenant in the body', 400, bad, () => post(customerBody({ managing_tenant_id: victim }))],
  ['the version in the body', 400, bad, () => post(customerBody({ version: 7 }))],
  ['SQL for a property name', 400, bad, () => post(customerBody({ 'id"; drop table customers; --': 'x' }))],
  ['a body past the limit', 413, 'RequestEntityTooLarge', () => post(customerBody({ displayName: 'x'.repeat(70_000) }))],
  ['XML', 415, 'UnsupportedMediaType', () => post('<a/>', { 'content-type': 'application/xml' })],
  ['a form', 415, 'UnsupportedMediaType', () => post('a=1', { 'content-type': 'application/x-www-form-urlencoded' })],
  ['plain text', 415, 'UnsupportedMediaType', () => post('{}', { 'content-type': 'text/plain' })],
  ['JSON in latin1', 415, 'UnsupportedMediaType', () => post('{}', { 'content-type': 'application/json;charset=iso-8859-1' })],
  ['a malformed Content-Type', 415, 'UnsupportedMediaType', () => post('{}', { 'content-type': 'json' })],
  ['problem+json', 415, 'UnsupportedMediaType', () => post('{}', { 'content-type': 'application/problem+json' })],
  ['a compressed body', 415, 'UnsupportedMediaType', () => post('{}', { 'content-encoding': 'gzip' })],
  ['an update without a body', 400, bad, () => service.send('PATCH', "/beta/Customers('mine')", { body: '' })],
  ['an update of the key', 400, bad, () => service.send('PATCH', "/beta/Customers('mine')", { body: { id: 'other' } })],
]

const addresses: readonly Row[] = [
  ['bad percent-encoding in the path', 400, bad, () => get('/beta/Customers(%zz)')],
  ['half a percent-encoding', 400, bad, () => get('/beta/Customers/%')],
  ['percent-encoded bytes that are no UTF-8', 400, bad, () => get('/beta/Customers/%ff%fe')],
  ['bad percent-encoding in the query', 400, bad, () => get('/beta/Customers?$top=%e0')],
  ['a path upwards', 404, 'Request_ResourceNotFound', () => get('/beta/%2e%2e/%2e%2e/etc/passwd')],
  ['an encoded path upwards', 404, 'Request_ResourceNotFound', () => get('/beta/Customers/..%2f..%2fetc%2fpasswd')],
  ['a NUL in the key', 404, 'Request_ResourceNotFound', () => get("/beta/Customers('%00')")],
  ['SQL in the key', 404, 'Request_ResourceNotFound', () => get(`/beta/Customers('${encodeURIComponent("x'' or 1=1 --")}')`)],
  ['SQL in $select', 400, bad, () => get('/beta/Customers?$select=id%20from%20customers')],
  ['SQL in $top', 400, bad, () => get('/beta/Customers?$top=1;drop')],
  ['an option twice', 400, 'Request_UnsupportedQuery', () => get('/beta/Customers?$top=1&$TOP=2')],
  ['an unknown option', 400, 'Request_UnsupportedQuery', () => get('/beta/Customers?$where=1')],
  ['$top past its limit', 400, 'Request_UnsupportedQuery', () => get('/beta/Customers?$top=100000')],
  ['a forged skip token', 400, bad, () => get('/beta/Customers?$skiptoken=W1siYSJdLG51bGwsbnVsbF0.0000000000000000')],
  ['a URL past the limit', 414, 'UriTooLong', () => get(`/beta/Customers?x=${'y'.repeat(5_000)}`)],
  ['an unknown entity set', 404, 'Request_ResourceNotFound', () => get('/beta/users')],
  ['a prototype member for an entity set', 404, 'Request_ResourceNotFound', () => get('/beta/__proto__')],
  ['a prototype member for a property', 404, 'Request_ResourceNotFound', () => get("/beta/Customers('mine')/constructor")],
  ["another partner's customer", 404, 'Request_ResourceNotFound', () => get("/beta/Customers('theirs')")],
  ["another partner's property", 404, 'Request_ResourceNotFound', () => get("/beta/Customers('theirs')/displayName/$value")],
  [
    "an update of another partner's customer",
    404,
    'Request_ResourceNotFound',
    () => service.send('PATCH', "/beta/Customers('theirs')", { body: { displayName: 'x' } }),
  ],
  ["a delete of another partner's customer", 404, 'Request_ResourceNotFound', () => service.send('DELETE', "/beta/Customers('theirs')")],
  [
    "another partner's name in the header for operators",
    403,
    'Authorization_RequestDenied',
    () => get('/beta/Customers', { 'tenantry-managing-tenant': victim }),
  ],
  [
    "a write under another partner's name",
    403,
    'Authorization_RequestDenied',
    () => post(customerBody(), { 'tenantry-managing-tenant': victim }),
  ],
]

const headers: readonly Row[] = [
  ['Accept without JSON', 406, 'NotAcceptable', () => get('/beta/Customers', { accept: 'text/csv' })],
  ['a prototype member for a format', 406, 'NotAcceptable', () => get('/beta/Customers?$format=__proto__')],
  ['a prototype member in a filter', 400, bad, () => get('/beta/Customers?$filter=__proto__%20eq%201')],
  ['Accept with an unknown parameter', 406, 'NotAcceptable', () => get('/beta/Customers', { accept: 'application/json;v=2' })],
  ['an If-Match that is no tag', 400, bad, () => get("/beta/Customers('mine')", { 'if-match': 'abc' })],
  [
    'a stale If-Match',
    412,
    'PreconditionFailed',
    () => service.send('PATCH', "/beta/Customers('mine')", { headers: { 'if-match': 'W/"0"' }, body: { displayName: 'x' } }),
  ],
  [
    'If-None-Match: * on a delete',
    412,
    'PreconditionFailed',
    () => service.send('DELETE', "/beta/Customers('mine')", { headers: { 'if-none-match': '*' } }),
  ],
  ['snapshot isolation', 412, 'PreconditionFailed', () => get('/beta/Customers', { isolation: 'snapshot' })],
  ['OData-Version 2.0', 400, bad, () => get('/beta/Customers', { 'odata-version': '2.0' })],
  ['OData-MaxVersion 3.0', 400, bad, () => get('/beta/Customers', { 'odata-maxversion': '3.0' })],
]

const methods: readonly Row[] = (
  [
    ['PUT', '/beta/Customers', 'HEAD, GET, POST, PATCH'],
    ['DELETE', '/beta/Customers', 'HEAD, GET, POST, PATCH'],
    ['PATCH', '/beta/Customers/$count', 'HEAD, GET'],
    ['OPTIONS', '/beta/Customers', 'HEAD, GET, POST, PATCH'],
    ['POST', "/beta/Customers('mine')", 'HEAD, GET, PATCH, PUT, DELETE'],
    ['POST', '/beta/Customers/$count', 'HEAD, GET'],
    ['PATCH', "/beta/Customers('mine')/displayName", 'HEAD, GET, PUT, DELETE'],
    ['POST', "/beta/Customers('mine')/displayName/$value", 'HEAD, GET, PUT, DELETE'],
    ['PATCH', '/beta/directory/deletedItems/mine', 'HEAD, GET, DELETE'],
    ['GET', '/beta/directory/deletedItems/mine/restore', 'POST'],
    ['POST', '/beta/$metadata', 'HEAD, GET'],
    ['DELETE', '/beta', 'HEAD, GET'],
    ['PROPFIND', '/beta/Customers', 'HEAD, GET, POST, PATCH'],
    ['QUERY', '/beta/Customers', 'HEAD, GET, POST, PATCH'],
  ] as const
).map(
  ([method, target, allow]): Row => [
    `${method} ${target}`,
    405,
    'MethodNotAllowed',
    async () => {
      const answer = await service.send(method, target)
      assert.equal(answer.headers.get('allow'), allow)
      return answer
    },
  ],
)

const claims = (changes: Readonly<Record<string, unknown>> = {}) => {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: `${service.url}/${partner}/v2.0`,
    aud: 'api://tenantry',
    tid: partner,
    azp: 'evil',
    roles: ['Customer.ReadWrite.All'],
    iat: now,
    nbf: now,
    exp: now + 600,
    ...changes,
  }
}
const withToken = (token: string | Promise<string>) => async () => service.send('DELETE', "/beta/Customers('mine')", { token: await token })
const signed = (changes?: Readonly<Record<string, unknown>>, header?: { readonly kid?: string }) => async () =>
  withToken(stranger.sign(claims(changes), header))()
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const unauthorized = 'InvalidAuthenticationToken'
const tokens: readonly Row[] = [
  ['no token', 401, unauthorized, () => service.send('GET', '/beta/Customers', { as: null })],
  ['no token at an address that is none', 401, unauthorized, () => service.send('GET', '/nothing/at/all', { as: null })],
  ['an empty token', 401, unauthorized, withToken('')],
  ['garbage', 401, unauthorized, withToken('garbage')],
  ['Basic', 401, unauthorized, () => service.send('GET', '/beta/Customers', { as: null, headers: { authorization: 'Basic dTpw' } })],
  ['alg none', 401, unauthorized, () => withToken(`${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims())}.`)()],
  [
    'HS256 signed with the published key',
    401,
    unauthorized,
    async () => {
      const { keys } = (await (await fetch(`${service.url}/common/discovery/v2.0/keys`)).json()) as { keys: { kid: string }[] }
      return withToken(
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256', kid: keys[0]?.kid ?? '' })
          .sign(new TextEncoder().encode(JSON.stringify(keys[0]))),
      )()
    },
  ],
  [
    "a stranger's signature under our key's name",
    401,
    unauthorized,
    async () => {
      const { keys } = (await (await fetch(`${service.url}/common/discovery/v2.0/keys`)).json()) as { keys: { kid: string }[] }
      return signed({}, { kid: keys[0]?.kid ?? '' })()
    },
  ],
  ['a key that nobody published', 401, unauthorized, signed()],
  [
    'a header that brings its own key',
    401,
    unauthorized,
    async () =>
      withToken(
        new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } as never }).sign(new Uint8Array(32)),
      )(),
  ],
  ...(
    [
      ['another audience', { aud: 'https://graph.microsoft.com' }],
      ['another issuer', { iss: 'https://evil.example/v2.0' }],
      ['expired', { exp: 1_000_000_000 }],
      ['not valid yet', { nbf: 9_999_999_999 }],
      ['without a tenant', { tid: undefined }],
      [
        'of a personal account',
        { tid: '9188040d-6c67-4c5b-b112-36a304b66dad', iss: 'http://127.0.0.1/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0' },
      ],
      ["under another tenant's issuer", { tid: victim }],
    ] as const
  ).map(([what, changes]): Row => [`a token ${what}, from our own key`, 401, unauthorized, async () => withToken(mintWith(changes))()]),
  [
    'a token whose payload was changed',
    401,
    unauthorized,
    async () => withToken((await service.token(partner)).replace(/\.[^.]+\./, `.${encode(claims({ tid: victim }))}.`))(),
  ],
  ['no permission', 403, 'Authorization_RequestDenied', async () => withToken(service.token(partner, { permissions: [] }))()],
  [
    'a write with the permission to read',
    403,
    'Authorization_RequestDenied',
    async () => withToken(service.token(partner, { permissions: ['Customer.Read.All'] }))(),
  ],
  [
    'a delegated write with the scope to read',
    403,
    'Authorization_RequestDenied',
    async () => withToken(service.token(partner, { permissions: ['Customer.Read.All'], delegated: true }))(),
  ],
  [
    "an operator's role without being one",
    403,
    'Authorization_RequestDenied',
    async () => withToken(service.token(partner, { permissions: ['Customer.ReadWrite.AllPartners'] }))(),
  ],
]

/** Signs with the service's own key: only the claims are wrong. */
async function mintWith(changes: Readonly<Record<string, unknown>>): Promise<string> {
  const { privateJwk } = service.keys
  return new SignJWT(claims(changes))
    .setProtectedHeader({ alg: 'RS256', kid: String(privateJwk.kid) })
    .sign(await importJWK(privateJwk, 'RS256'))
}

for (const [name, rows] of Object.entries({ bodies, addresses, headers, methods, tokens })) {
  describe(`hostile or wrong ${name}`, () => {
    for (const [what, status, code, send] of rows) {
      test(`${what}: ${status} ${code}`, async () => {
        const answer = await send()
        assertRefused({ ...answer, header: (header) => answer.headers.get(header) }, status, code)
      })
    }
  })
}

describe('what is hardly HTTP', () => {
  const bearer = async () => `authorization: Bearer ${await service.token(partner)}\r\n`
  const body = JSON.stringify(customerBody())
  const raw: Readonly<Record<string, readonly [number, string, () => Promise<string>]>> = {
    'no HTTP at all': [400, bad, async () => 'hello\r\n\r\n'],
    'a method that is none': [400, bad, async () => 'FETCH /beta/Customers HTTP/1.1\r\nhost: a\r\n\r\n'],
    'a header without a colon': [400, bad, async () => 'GET / HTTP/1.1\r\nhost a\r\n\r\n'],
    'a NUL in a header': [400, bad, async () => 'GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n'],
    'no Host': [400, bad, async () => `GET /beta/Customers HTTP/1.1\r\n${await bearer()}\r\n`],
    'two Hosts': [400, bad, async () => `GET /beta/Customers HTTP/1.1\r\nhost: a\r\nhost: b\r\n${await bearer()}\r\n`],
    'a Host that breaks out of a link': [400, bad, async () => `GET /beta/Customers HTTP/1.1\r\nhost: a"onload=x\r\n${await bearer()}\r\n`],
    'headers past the limit': [
      431,
      'RequestHeaderFieldsTooLarge',
      async () => `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(80_000)}\r\n\r\n`,
    ],
    'an expectation that nobody can meet': [
      417,
      'ExpectationFailed',
      async () => `POST /beta/Customers HTTP/1.1\r\nhost: a\r\nexpect: 200-ok\r\n${await bearer()}content-length: 0\r\n\r\n`,
    ],
    'an expectation that nobody can meet, without a length': [
      417,
      'ExpectationFailed',
      async () => `GET /beta/Customers HTTP/1.1\r\nhost: a\r\nexpect: 200-ok\r\n${await bearer()}\r\n`,
    ],
    'a media type, and neither a length nor a body': [
      400,
      bad,
      async () => `POST /beta/Customers HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${await bearer()}\r\n`,
    ],
    'a media type that is none, and neither a length nor a body': [
      415,
      'UnsupportedMediaType',
      async () => `POST /beta/Customers HTTP/1.1\r\nhost: a\r\ncontent-type: json\r\n${await bearer()}\r\n`,
    ],
    'two lengths': [
      400,
      bad,
      async () => `POST /beta/Customers HTTP/1.1\r\nhost: a\r\n${await bearer()}content-length: 5\r\ncontent-length: 6\r\n\r\n{}`,
    ],
    'a length beside chunks': [
      400,
      bad,
      async () =>
        `POST /beta/Customers HTTP/1.1\r\nhost: a\r\n${await bearer()}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    'a chunk whose size is none': [
      400,
      bad,
      async () =>
        `POST /beta/Customers HTTP/1.1\r\nhost: a\r\n${await bearer()}transfer-encoding: chunked\r\n\r\nxyz\r\n${body}\r\n0\r\n\r\n`,
    ],
    'a target that is no path': [
      404,
      'Request_ResourceNotFound',
      async () => `GET http://evil.example/beta/users HTTP/1.1\r\nhost: a\r\n${await bearer()}\r\n`,
    ],
    'a length past the limit': [
      413,
      'RequestEntityTooLarge',
      async () => `POST /beta/Customers HTTP/1.1\r\nhost: a\r\n${await bearer()}content-length: 99999999999\r\n\r\n{`,
    ],
  }
  for (const [what, [status, code, bytes]] of Object.entries(raw)) {
    test(`${what}: ${status} ${code}`, async () => {
      const answer = await sendRaw(service.url, await bytes())
      assertRefused(
        { status: answer.status, text: answer.body, json: JSON.parse(answer.body), header: (header) => answer.headers.get(header) },
        status,
        code,
      )
    })
  }
})

test('whoever is still sending a body that is too large can read why it is refused', async () => {
  for (let i = 0; i < 10; i++) assert.equal((await post('x'.repeat(6_000_000 + i))).status, 413)
})

test('after all of them no row of either partner has changed', async () => {
  assert.deepEqual(await everything(), start)
})

test('a client-request-id comes back; one that cannot stand in a header does not', async () => {
  const answer = await get('/beta/nothing', { 'client-request-id': 'my-own-id' })
  assert.equal(answer.headers.get('client-request-id'), 'my-own-id')
  assert.equal(answer.json.error.innerError['client-request-id'], 'my-own-id')
  const long = await get('/beta/nothing', { 'client-request-id': 'x'.repeat(200) })
  assert.equal(long.headers.get('client-request-id'), long.headers.get('request-id'))
})
