import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customerBody } from '../../support/customer.ts'
import { type Answer, useService } from '../../support/service.ts'

const service = useService({ maxBatchRequests: '6' }, ({ create }) => create({ id: 'stands', displayName: 'Stands' }))

const boundary = 'batch_id-1699988888-17'
const type = { 'content-type': `multipart/mixed; boundary=${boundary}` }

/** Sends lines as a body: they end as the standard says, unless `eol` says otherwise. */
function post(lines: readonly string[], headers: Readonly<Record<string, string>> = {}, eol = '\r\n'): Promise<Answer> {
  return service.send('POST', '/beta/$batch', { body: lines.join(eol), headers: { ...type, accept: 'multipart/mixed', ...headers } })
}

const request = (line: string, headers: readonly string[] = [], body?: unknown, more: readonly string[] = []) => [
  'Content-Type: application/http',
  'Content-Transfer-Encoding: binary',
  ...more,
  '',
  line,
  ...headers,
  '',
  ...(body === undefined ? [''] : [JSON.stringify(body)]),
]
const change = (id: string, line: string, body?: unknown, headers: readonly string[] = []) =>
  request(line, [...(body === undefined ? [] : ['Content-Type: application/json']), ...headers], body, [`Content-ID: ${id}`])
const parts = (list: readonly (readonly string[])[], name = boundary) => [...list.flatMap((part) => [`--${name}`, ...part]), `--${name}--`]
const changeSet = (list: readonly (readonly string[])[], name = 'changeset_1') => [
  `Content-Type: multipart/mixed; boundary=${name}`,
  '',
  ...parts(list, name),
]
const create = (id: string, content: string, changes: object = {}) =>
  change(content, 'POST Customers HTTP/1.1', customerBody({ id, azureTenantId: `tenant of ${id}`, ...changes }))
const exists = async (id: string) => (await service.send('GET', `/beta/Customers/${id}`)).status === 200

interface Read {
  readonly head: ReadonlyMap<string, string>
  readonly status?: number
  readonly headers?: ReadonlyMap<string, string>
  readonly body?: string
  readonly parts?: readonly Read[]
}

/** Reads a multipart answer as RFC 2046 has it, and refuses any that is not to the letter. */
function readMultipart(contentType: string, text: string): readonly Read[] {
  const name = /^multipart\/mixed; ?boundary=([^\s;"]{1,70})$/.exec(contentType)?.[1] ?? assert.fail(contentType)
  const pieces = `\r\n${text}`.split(`\r\n--${name}`)
  assert.equal(pieces.shift(), '', 'nothing stands before the first part')
  assert.match(pieces.pop() ?? '', /^--(\r\n)?$/)
  return pieces.map((piece) => {
    assert.ok(piece.startsWith('\r\n'), piece)
    const { first: head, rest } = splitOnce(piece.slice(2))
    const headers = headersOf(head)
    const inner = headers.get('content-type') ?? assert.fail('a part has a Content-Type')
    if (inner !== 'application/http') return { head: headers, parts: readMultipart(inner, rest) }
    const { first, rest: body } = splitOnce(rest)
    const [line = '', ...lines] = first.split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) [A-Z][A-Za-z ]+$/.exec(line)?.[1] ?? assert.fail(line))
    const told = headersOf(lines.join('\r\n'))
    if (body !== '') assert.equal(told.get('content-length'), String(Buffer.byteLength(body)))
    return { head: headers, status, headers: told, body }
  })
}

function splitOnce(text: string) {
  const at = text.indexOf('\r\n\r\n')
  assert.ok(at >= 0, text)
  return { first: text.slice(0, at), rest: text.slice(at + 4) }
}

function headersOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\r\n').map((line) => {
      assert.match(line, /^[A-Za-z-]+: \S/)
      return [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]
    }),
  )
}

function read(answer: Answer): readonly Read[] {
  assert.equal(answer.status, 200, answer.text)
  return readMultipart(answer.headers.get('content-type') ?? '', answer.text)
}
const statuses = (list: readonly Read[]): unknown => list.map(({ status, parts: inner }) => status ?? statuses(inner ?? []))

describe("the bytes that UI5's OData V4 model writes", () => {
  const ui5 = (method: string, url: string, headers: readonly string[], body: string, id?: string) =>
    `Content-Type:application/http\r\nContent-Transfer-Encoding:binary\r\n${id === undefined ? '' : `Content-ID:${id}\r\n`}\r\n` +
    `${method} ${url} HTTP/1.1\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n${body}\r\n`
  const reading = [
    'Accept:application/json;odata.metadata=minimal;IEEE754Compatible=true',
    'Accept-Language:en-US',
    'X-CSRF-Token:Fetch',
    'Content-Type:application/json;charset=UTF-8;IEEE754Compatible=true',
  ]
  const writing = [...reading.slice(0, 2), 'Prefer:return=minimal', reading[3] ?? '']

  test('are answered part by part, the change set as one', async () => {
    const set = 'changeset_id-1699988888-18'
    const body =
      `--${boundary}\r\n` +
      ui5('GET', "Customers?$count=true&$filter=id%20eq%20'stands'&$select=displayName,id&$skip=0&$top=110", reading, '') +
      `--${boundary}\r\nContent-Type: multipart/mixed;boundary=${set}\r\n\r\n` +
      `--${set}\r\n${ui5('POST', 'Customers', writing, JSON.stringify(customerBody({ id: 'ui5-1', displayName: 'Grüße' })), '0.0')}` +
      `--${set}\r\n${ui5('PATCH', "Customers('stands')", [...writing, 'If-Match:*'], '{"contractType":9}', '1.0')}` +
      `--${set}\r\n${ui5('PATCH', '$0.0', writing, '{"contractType":8}', '2.0')}` +
      `--${set}--\r\n` +
      `--${boundary}\r\n` +
      ui5('GET', "Customers('ui5-1')?$select=contractType,displayName", reading, '') +
      `--${boundary}--\r\nGroup ID: $auto`
    const answer = await service.send('POST', '/beta/$batch', {
      body,
      headers: { ...type, accept: 'multipart/mixed', 'mime-version': '1.0', 'odata-version': '4.0', 'odata-maxversion': '4.0' },
    })
    const list = read(answer)
    assert.deepEqual(statuses(list), [200, [204, 204, 204], 200])
    const [first, set1, last] = list
    assert.deepEqual(JSON.parse(first?.body ?? '')['@odata.count'], '1')
    assert.deepEqual(
      set1?.parts?.map(({ head }) => head.get('content-id')),
      ['0.0', '1.0', '2.0'],
    )
    const [made] = set1?.parts ?? []
    assert.equal(made?.headers?.get('odata-entityid'), `${service.url}/beta/Customers('ui5-1')`)
    assert.equal(JSON.parse(last?.body ?? '').contractType, 8)
    assert.equal(JSON.parse(last?.body ?? '').displayName, 'Grüße')
    assert.match(last?.headers?.get('content-type') ?? '', /^application\/json;odata.metadata=minimal;IEEE754Compatible=true$/)
    assert.equal(last?.headers?.get('odata-version'), '4.0')
  })

  test('a change set that fails is one error, and ends the batch', async () => {
    const set = 'changeset_id-1699988888-19'
    const body =
      `--${boundary}\r\nContent-Type: multipart/mixed;boundary=${set}\r\n\r\n` +
      `--${set}\r\n${ui5('POST', 'Customers', writing, JSON.stringify(customerBody({ id: 'ui5-2' })), '0.0')}` +
      `--${set}\r\n${ui5('PATCH', "Customers('nobody')", writing, '{"contractType":9}', '1.0')}` +
      `--${set}--\r\n--${boundary}\r\n${ui5('GET', 'Customers', reading, '')}--${boundary}--\r\n`
    const [only, ...others] = read(await service.send('POST', '/beta/$batch', { body, headers: { ...type, accept: 'multipart/mixed' } }))
    assert.deepEqual(others, [])
    assert.equal(only?.status, 404)
    assert.equal(only?.head.get('content-type'), 'application/http')
    assert.equal(JSON.parse(only?.body ?? '').error.code, 'Request_ResourceNotFound')
    assert.ok(!(await exists('ui5-2')))
  })
})

describe('a multipart batch', () => {
  test('is carried out in its order, each part with a Content-ID answered with it', async () => {
    const list = read(
      await post(
        parts([
          create('a1', 'made'),
          request('GET $made/displayName HTTP/1.1', ['Accept: application/json']),
          request('DELETE /beta/Customers/a1 HTTP/1.1'),
          request('GET Customers/$count?$filter=id eq $made/id HTTP/1.1', [], undefined, ['Content-ID: last']),
        ]),
      ),
    )
    assert.deepEqual(statuses(list), [201, 200, 204, 200])
    assert.deepEqual(
      list.map(({ head }) => head.get('content-id')),
      ['made', undefined, undefined, 'last'],
    )
    assert.equal(list[3]?.body, '0')
    assert.equal(list[3]?.headers?.get('content-type'), 'text/plain')
    assert.equal(list[0]?.headers?.get('location'), `${service.url}/beta/Customers('a1')`)
    assert.equal(list[0]?.headers?.get('etag'), JSON.parse(list[0]?.body ?? '')['@odata.etag'])
  })

  test('ends at the first failure, unless it may go on', async () => {
    const lines = parts([request('GET Customers/stands HTTP/1.1'), request('GET Customers/nobody HTTP/1.1'), create('b1', '1')])
    const list = read(await post(lines))
    assert.deepEqual(statuses(list), [200, 404])
    assert.equal(JSON.parse(list[1]?.body ?? '').error.code, 'Request_ResourceNotFound')
    assert.ok(!(await exists('b1')))
    assert.deepEqual(statuses(read(await post(lines, { prefer: 'continue-on-error=false' }))), [200, 404])
    const on = await post(lines, { prefer: 'odata.continue-on-error' })
    assert.deepEqual(statuses(read(on)), [200, 404, 201])
    assert.equal(on.headers.get('preference-applied'), 'continue-on-error=true')
  })

  test('what a failed request would have made cannot be referred to', async () => {
    const lines = parts([create('stands', 'taken'), request('DELETE $taken HTTP/1.1'), request('GET $nobody HTTP/1.1')])
    assert.deepEqual(statuses(read(await post(lines, { prefer: 'continue-on-error' }))), [409, 424, 400])
  })

  test('a change set happens all or not at all', async () => {
    const happens = read(
      await post(
        parts([changeSet([create('c1', '1'), change('2', 'PATCH $1 HTTP/1.1', { displayName: 'Twice' })]), request('GET $1 HTTP/1.1')]),
      ),
    )
    assert.deepEqual(statuses(happens), [[201, 200], 200])
    assert.equal(JSON.parse(happens[1]?.body ?? '').displayName, 'Twice')
    const fails = parts([
      changeSet([
        create('c2', '1'),
        change('2', 'DELETE Customers/stands HTTP/1.1'),
        create('c3', '3', { displayName: '' }),
        create('c4', '4', { contractType: null }),
      ]),
      request('GET Customers/c2 HTTP/1.1'),
    ])
    const list = read(await post(fails, { prefer: 'continue-on-error' }))
    assert.deepEqual(statuses(list), [400, 404])
    assert.equal(JSON.parse(list[0]?.body ?? '').error.target, 'displayName')
    assert.equal(list[0]?.head.get('content-id'), '3')
    assert.ok(await exists('stands'))
  })

  test('a read in a change set is refused', async () => {
    const list = read(await post(parts([changeSet([create('d1', '1'), change('2', 'GET Customers/stands HTTP/1.1')])])))
    assert.deepEqual(statuses(list), [400])
    assert.equal(JSON.parse(list[0]?.body ?? '').error.target, 'method')
    assert.ok(!(await exists('d1')))
  })

  test('all three forms of a URL', async () => {
    const { host } = new URL(service.url)
    const list = read(
      await post(
        parts([
          request(`GET ${service.url}/beta/Customers('stands') HTTP/1.1`),
          request('GET /v1.0/Customers/stands HTTP/1.1', [`Host: ${host}`]),
          request('GET Customers/stands HTTP/1.1'),
          request('GET Customers/stands'),
          request('get   Customers?$filter=id eq  %27stands%27   HTTP/1.1', [`host:${host}`]),
        ]),
      ),
    )
    assert.deepEqual(statuses(list), [200, 200, 200, 200, 200])
    assert.match(JSON.parse(list[1]?.body ?? '')['@odata.context'], /\/v1\.0\//)
  })

  test('lines may end with LF, have white space after a delimiter, be folded; text before and after is nobody’s', async () => {
    const lines = [
      'This is a message with multiple parts in MIME format.',
      ...parts([
        ['content-type: application/http;', '\tmsgtype=request', '', ...request('GET Customers/stands HTTP/1.1').slice(3)],
        create('e1', '1'),
      ]),
      'and this is the end',
    ]
    const spaced = lines.map((line) => (line === `--${boundary}` ? `${line} \t ` : line))
    for (const [sent, eol] of [
      [spaced, '\r\n'],
      [lines, '\n'],
    ] as const) {
      assert.deepEqual(statuses(read(await post(sent, { prefer: 'continue-on-error' }, eol))), [200, eol === '\n' ? 409 : 201])
    }
  })

  test('the boundary may be quoted and hold what RFC 2046 allows', async () => {
    for (const [name, parameter] of [
      ['gc0pJq0M:08jU534c0p', '"gc0pJq0M:08jU534c0p"'],
      ["a b'()+_,-./:=?c", `"a b'()+_,-./:=?c"`],
      ['x'.repeat(70), 'x'.repeat(70)],
      ['-', '-'],
    ] as const) {
      const answer = await service.send('POST', '/beta/$batch', {
        body: parts([request('GET Customers/stands HTTP/1.1')], name).join('\r\n'),
        headers: { 'content-type': `Multipart/Mixed; charset=utf-8; Boundary=${parameter}`, accept: '*/*' },
      })
      assert.deepEqual(statuses(read(answer)), [200])
    }
  })

  test('a body ends where Content-Length says', async () => {
    const json = JSON.stringify({ displayName: 'Länge' })
    const part = [
      ...request('PATCH Customers/stands HTTP/1.1', [`Content-Length: ${Buffer.byteLength(json)}`]).slice(0, -1),
      `${json}`,
      '',
      'rest',
    ]
    assert.deepEqual(statuses(read(await post(parts([part])))), [200])
  })

  test('is answered in JSON where that is wanted, and JSON in multipart', async () => {
    const lines = parts([
      request('GET Customers/stands HTTP/1.1'),
      changeSet([change('1', 'PATCH Customers/stands HTTP/1.1', { contractType: 1 }), change('2', 'DELETE Customers/nobody HTTP/1.1')]),
    ])
    const answer = await post(lines, { accept: 'application/json' })
    assert.deepEqual(
      answer.json.responses.map(({ id, status, atomicityGroup }: Record<string, unknown>) => [id, status, atomicityGroup]),
      [
        [undefined, 200, undefined],
        ['1', 424, 'changeset_2'],
        ['2', 404, 'changeset_2'],
      ],
    )
    const json = await service.send('POST', '/beta/$batch', {
      body: {
        requests: [
          { id: '1', method: 'GET', url: '/Customers/stands', atomicityGroup: 'g' },
          { id: '2', method: 'GET', url: '/Customers/nobody' },
        ],
      },
      headers: { accept: 'multipart/mixed' },
    })
    const list = read(json)
    assert.deepEqual(statuses(list), [200, 404])
    assert.deepEqual(
      list.map(({ head }) => head.get('content-id')),
      ['1', '2'],
    )
    // Without an Accept the answer is as the request was.
    assert.match(
      (await post(parts([request('GET Customers HTTP/1.1')]), { accept: '*/*' })).headers.get('content-type') ?? '',
      /^multipart/,
    )
    assert.equal((await post(parts([request('GET Customers HTTP/1.1')]), { accept: 'text/html' })).status, 406)
  })
})

describe('a multipart batch that is broken is 400 as a whole, and does nothing', () => {
  const write = create('x1', '1')
  const rows = async () => (await service.send('GET', '/beta/Customers?$filter=isDeleted in (true,false)')).text
  const whole = (...list: (readonly string[])[]) => parts(list)
  for (const [what, lines] of [
    ['no body', []],
    ['no part', [`--${boundary}--`]],
    ['no delimiter', ['hello']],
    ['another boundary', parts([write], 'another')],
    ['no end', whole(write).slice(0, -1)],
    ['an end that is cut', [...whole(write).slice(0, -1), `--${boundary}-`]],
    ['a part without headers', whole(write, ['', 'GET Customers HTTP/1.1', ''])],
    ['a part of JSON', whole(write, ['Content-Type: application/json', '', '{}'])],
    ['a header that is none', whole(write, ['Content-Type: application/http', 'hello', '', 'GET Customers HTTP/1.1', ''])],
    [
      'a header twice',
      whole(write, ['Content-Type: application/http', 'content-type: application/http', '', 'GET Customers HTTP/1.1', '']),
    ],
    ['base64', whole(write, ['Content-Type: application/http', 'Content-Transfer-Encoding: base64', '', 'R0VU'])],
    ['an id twice', whole(write, create('x2', '1'))],
    ['an id twice, over change sets', whole(changeSet([write]), changeSet([create('x2', '1')]))],
    ['an id that is no ASCII', whole(write, create('x2', 'é'))],
    ['a change set without a boundary', whole(write, ['Content-Type: multipart/mixed', '', ...parts([create('x2', '2')])])],
    ['a change set without an end', whole(write, changeSet([create('x2', '2')]).slice(0, -1))],
    ['a change set without a part', whole(write, changeSet([]))],
    ['a change set in a change set', whole(write, changeSet([changeSet([create('x2', '2')], 'inner')], 'outer'))],
    ['seven requests where six may be', whole(...[1, 2, 3, 4, 5, 6, 7].map((n) => create(`x${n}`, String(n))))],
    ['seven in one change set', whole(changeSet([1, 2, 3, 4, 5, 6, 7].map((n) => create(`x${n}`, String(n)))))],
  ] as const) {
    test(what, async () => {
      const before = await rows()
      const answer = await post(lines, { accept: '*/*' })
      assert.equal(answer.status, 400, answer.text)
      assert.equal(answer.json.error.code, 'Request_BadRequest')
      assert.equal(await rows(), before)
    })
  }

  for (const contentType of [
    'multipart/mixed',
    'multipart/mixed; boundary=',
    'multipart/mixed; boundary=""',
    `multipart/mixed; boundary=${'x'.repeat(71)}`,
    'multipart/mixed; boundary="a "',
    'multipart/mixed; boundary="<>"',
  ]) {
    test(contentType.slice(0, 60), async () => {
      const answer = await service.send('POST', '/beta/$batch', {
        body: parts([write]).join('\r\n'),
        headers: { 'content-type': contentType },
      })
      assert.equal(answer.status, 400, answer.text)
    })
  }

  test('other multipart types are not read', async () => {
    for (const contentType of [`multipart/form-data; boundary=${boundary}`, `multipart/mixedup; boundary=${boundary}`])
      assert.equal((await post(parts([write]), { 'content-type': contentType })).status, 415)
    assert.equal((await post(parts([write]), { 'content-encoding': 'gzip' })).status, 415)
  })
})

describe('what is wrong with one request of a part is answered in its place', () => {
  const json = 'Content-Type: application/json'
  for (const [what, part, status] of [
    ['no request line', request(''), 400],
    ['a response', request('HTTP/1.1 200 OK'), 400],
    ['a request line of one word', request('GET'), 400],
    ['a method that there is not', request('BREW Customers HTTP/1.1'), 400],
    ['a batch', request('POST $batch HTTP/1.1', [json], { requests: [] }), 400],
    ['a header that is none', request('GET Customers HTTP/1.1', ['hello']), 400],
    ['a header twice', request('POST Customers HTTP/1.1', ['Content-Type: application/json', 'content-type: text/plain'], {}), 400],
    ['a list in two lines', request('DELETE Customers/nobody HTTP/1.1', ['If-Match: W/"1"', 'if-match: W/"2"']), 404],
    ['another Host', request('GET /beta/Customers HTTP/1.1', ['Host: evil.example']), 400],
    ['another service', request('GET https://evil.example/beta/Customers HTTP/1.1'), 400],
    ['another caller', request('GET Customers HTTP/1.1', ['Authorization: Bearer x']), 400],
    ['Expect', request('GET Customers HTTP/1.1', ['Expect: 100-continue']), 400],
    ['Range', request('GET Customers HTTP/1.1', ['Range: bytes=0-1']), 400],
    ['a chunked body', request('POST Customers HTTP/1.1', [json, 'Transfer-Encoding: chunked'], {}), 400],
    ['a body that is too short', request('POST Customers HTTP/1.1', [json, 'Content-Length: 99999'], {}), 400],
    ['a length that is none', request('POST Customers HTTP/1.1', [json, 'Content-Length: -1'], {}), 400],
    ['a GET with a body', request('GET Customers HTTP/1.1', [json], { x: 1 }), 400],
    ['a POST without a body', request('POST Customers HTTP/1.1', [json]), 400],
    ['no JSON', [...request('POST Customers HTTP/1.1', [json]).slice(0, -1), '{"displayName":'], 400],
    ['a type that is not read', request('POST Customers HTTP/1.1', ['Content-Type: application/xml'], {}), 415],
    ['an address that there is not', request('GET Nobody HTTP/1.1'), 404],
    ['a method that is not allowed', request('DELETE Customers HTTP/1.1'), 405],
  ] as const) {
    test(what, async () => {
      const answer = await post(parts([part, request('GET Customers/stands HTTP/1.1')]), { prefer: 'continue-on-error' })
      assert.deepEqual(statuses(read(answer)), [status, 200], answer.text)
    })
  }
})
