import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { model } from '../../src/model/model.ts'
import { decodeBase64Url, encodeBase64Url } from '../../src/odata/batch/base64url.ts'
import { readMultipartBatch } from '../../src/odata/batch/read-multipart-batch.ts'
import { type Referent, resolveReferences } from '../../src/odata/batch/references.ts'
import { resolveTarget } from '../../src/odata/batch/resolve-target.ts'
import { splitMultipart } from '../../src/odata/batch/split-multipart.ts'
import { ODataError } from '../../src/odata/error.ts'
import { fc } from '../support/property.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

test('base64url: any bytes, as the runtime has it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = encodeBase64Url(bytes)
      assert.equal(text, Buffer.from(bytes).toString('base64url'))
      for (const written of [text, Buffer.from(bytes).toString('base64')])
        assert.deepEqual(decodeBase64Url(written), Uint8Array.from(bytes))
    }),
  )
  for (const text of ['a', 'a b', '*', 'aaaaa', 'é', 'a=b']) assert.equal(decodeBase64Url(text), undefined, text)
})

describe('splitMultipart', () => {
  test('gives back what stands between the delimiters, whatever it is', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom('', '\r\n', '\r\n\r\n', '-', '--', '--bb', ' --b', '\n', '\r').map(bytesOf),
    )
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.constantFrom('\r\n', '\n'), (parts, eol) => {
        const whole = Buffer.concat([...parts.flatMap((bytes) => [bytesOf(`--b${eol}`), bytes, bytesOf(eol)]), bytesOf('--b--')])
        const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
        // A part that holds a delimiter of its own, or ends with half a line break, is another message.
        fc.pre(
          parts.every((bytes) => !/(?:^|\n)--b(?:--)?[ \t]*(?:\r?\n|$)/.test(text(bytes)) && !(eol === '\n' && text(bytes).endsWith('\r'))),
        )
        const found = splitMultipart({ bytes: whole, start: 0, end: whole.length }, 'b')
        assert.deepEqual(
          found.map(({ bytes, start, end }) => text(bytes.subarray(start, end))),
          parts.map(text),
        )
      }),
    )
  })

  test('a body of line ends, spaces or delimiters takes no time that grows faster than it', () => {
    const size = 200_000
    const http = 'Content-Type: application/http\r\n\r\n'
    for (const body of [
      '\n'.repeat(size),
      `--b\r\n${http}GET ${' '.repeat(size)}x${' '.repeat(size)}y HTTP/1.1\r\n\r\n\r\n--b--`,
      `--b\r\n${http}${'\r\n'.repeat(size)}--b--`,
      `--b\r\n${'a: b\r\n'.repeat(size)}--b--`,
      `--b\r\n${http}GET x HTTP/1.1\r\n${' folded\r\n'.repeat(size)}\r\n--b--`,
      '--b\r\n'.repeat(size),
      `--b${' '.repeat(size)}\r\n--b--`,
    ]) {
      const start = performance.now()
      try {
        readMultipartBatch(bytesOf(body), 'b', {})
      } catch (error) {
        assert.ok(error instanceof ODataError, String(error))
      }
      // Squared it would be minutes: no timing of what is right, but of what would be ruin.
      assert.ok(performance.now() - start < 10_000, body.slice(0, 40))
    }
  })
})

describe('resolveTarget', () => {
  for (const [url, expected] of [
    ['Customers', '/v1.0/Customers'],
    ['/Customers', '/v1.0/Customers'],
    ['/beta/Customers', '/beta/Customers'],
    ['/BETA', '/BETA'],
    ['/betamax', '/v1.0/betamax'],
    ['?$top=1', '/v1.0/?$top=1'],
    ['https://here.example/beta/Customers?$top=1', '/beta/Customers?$top=1'],
    ['HTTPS://HERE.example:443/Customers', '/Customers'],
    ['https://here.example', '/'],
    ['https://here.example?x', '/?x'],
    ["Customers('a:b')", "/v1.0/Customers('a:b')"],
    ['https://here.example@evil.example/beta', undefined],
    ['https://evil.example/https://here.example/', undefined],
    ['http://here.example/beta', undefined],
    ['https://here.example:8443/beta', undefined],
    ['//here.example/beta', undefined],
    ['ftp://here.example/', undefined],
    ['data:,x', undefined],
  ] as const) {
    test(url, () => {
      const resolve = () => resolveTarget(url, 'v1.0', 'https://here.example', undefined)
      if (expected === undefined) assert.throws(resolve, ODataError)
      else assert.equal(resolve(), expected)
    })
  }

  test('a Host is ours or refused', () => {
    assert.equal(resolveTarget('/beta/x', 'beta', 'http://here:8080', 'HERE:8080'), '/beta/x')
    for (const host of ['here', 'evil:8080', '', 'a b', 'here:8080/x', 'u@here:8080'])
      assert.throws(() => resolveTarget('/beta/x', 'beta', 'http://here:8080', host), ODataError, host)
  })
})

describe('references', () => {
  const referents = new Map<string, Referent | 'failed'>([
    [
      '1',
      {
        path: "/beta/Customers('a')",
        etag: 'W/"7"',
        body: '{"domain":"o\'hara","contractType":3,"value":true,"lastDAPRefreshDateTimeUtc":null}',
      },
    ],
    ['a.b~c-d_', { path: '/beta/Customers/b' }],
    ['it', { path: '/beta/it', body: '{}' }],
    ['gone', 'failed'],
  ])
  const resolve = (target: string, headers: Readonly<Record<string, string>> = {}) =>
    resolveReferences({ target, headers }, referents, model)
  for (const [target, expected] of [
    ['/beta/$1', "/beta/Customers('a')"],
    ['/beta/%241/domain?$select=id', "/beta/Customers('a')/domain?$select=id"],
    ['/$1/domain/$value', "/beta/Customers('a')/domain/$value"],
    ['/beta/$a.b~c-d_', '/beta/Customers/b'],
    ['/beta/$metadata', '/beta/$metadata'],
    ['/Customers/$count', '/Customers/$count'],
    ['/beta/Customers/$count?$filter=true', '/beta/Customers/$count?$filter=true'],
    ['/beta/Customers?$filter=domain eq $1/domain', "/beta/Customers?$filter=domain eq 'o''hara'"],
    ['/beta/Customers?$filter=contractType eq %241/contractType&x=$1', '/beta/Customers?$filter=contractType eq 3&x=true'],
    [
      "/beta/Customers?$filter=domain eq '$1/domain' and domain eq %27$1/domain%27",
      "/beta/Customers?$filter=domain eq '$1/domain' and domain eq %27$1/domain%27",
    ],
    ['/beta/Customers?$search="$1" OR $1', '/beta/Customers?$search="$1" OR true'],
    ['/beta/Customers?$filter=$it/domain eq null', '/beta/Customers?$filter=$it/domain eq null'],
    ['/beta/Customers?$filter=x eq $1/lastDAPRefreshDateTimeUtc', '/beta/Customers?$filter=x eq null'],
    ['/beta/Customers?$filter=x eq $9/y', '/beta/Customers?$filter=x eq $9/y'],
  ] as const) {
    test(target, () => assert.equal(decodeURI(resolve(target).target), decodeURI(expected)))
  }

  test('conditions', () => {
    assert.deepEqual(resolve('/beta', { 'if-match': '$1', 'if-none-match': '"$1"' }).headers, {
      'if-match': 'W/"7"',
      'if-none-match': '"$1"',
    })
  })

  test('what is not known is 400, what failed 424', () => {
    const status = (target: string, headers?: Readonly<Record<string, string>>) => {
      try {
        resolve(target, headers)
      } catch (error) {
        return error instanceof ODataError ? error.status : error
      }
      return undefined
    }
    assert.equal(status('/beta/$9'), 400)
    assert.equal(status('/beta/$gone'), 424)
    assert.equal(status('/beta/Customers?$filter=x eq $gone/id'), 424)
    assert.equal(status('/beta', { 'if-match': '$a.b~c-d_' }), 400)
    assert.equal(status('/beta/Customers?$filter=x eq $1/nothing'), 400)
    assert.equal(status('/beta/Customers?$filter=x eq $1/constructor'), 400)
    assert.equal(status('/beta/Customers?$filter=x eq $a.b~c-d_/id'), 400)
  })
})
