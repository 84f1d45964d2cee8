import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ODataError } from '../../src/odata/error.ts'
import { negotiateFormat, printContentType } from '../../src/odata/headers/accept.ts'
import { requireJson } from '../../src/odata/headers/content-type.ts'
import { evaluateRead, parseConditions } from '../../src/odata/headers/etag.ts'
import { negotiateVersion } from '../../src/odata/headers/odata-version.ts'

const refuses = (work: () => unknown, status: number) =>
  assert.throws(work, (error: unknown) => error instanceof ODataError && error.status === status)
const both = ['application/xml', 'application/json'] as const

describe('Accept (RFC 9110, 12.5.1; OData JSON 4.01, 3)', () => {
  for (const [accept, type] of [
    [undefined, 'application/xml'],
    ['', 'application/xml'],
    ['*/*', 'application/xml'],
    ['application/json', 'application/json;odata.metadata=minimal'],
    ['application/json, application/xml', 'application/json;odata.metadata=minimal'],
    ['application/json;q=0.5, application/xml', 'application/xml'],
    ['application/xml;q=0, */*;q=0.1', 'application/xml'],
    ['text/html, application/*;q=0.001', 'application/xml'],
    ['application/json ; odata.metadata = none', 'application/json;odata.metadata=none'],
    ['application/json;metadata=FULL', 'application/json;odata.metadata=full'],
    ['application/json;charset=utf8', 'application/json;odata.metadata=minimal;charset=utf-8'],
    ['application/json;charset="UTF-8"', 'application/json;odata.metadata=minimal;charset=utf-8'],
    ['application/json;IEEE754Compatible=true', 'application/json;odata.metadata=minimal;IEEE754Compatible=true'],
    ['application/json;IEEE754Compatible=false;streaming=false;ExponentialDecimals=true', 'application/json;odata.metadata=minimal'],
    ['application/json;odata.metadata=some, application/xml;q=0.2', 'application/xml'],
    [',,application/json,', 'application/json;odata.metadata=minimal'],
  ] as const) {
    test(`${accept} is answered in ${type}`, () => assert.equal(printContentType(negotiateFormat(accept, undefined, both), '4.0'), type))
  }
  for (const accept of [
    'text/html',
    'application/json;q=0',
    'application/json;q=2',
    'application/json;q=-1',
    'application/json;charset=utf-16',
    'application/json;v=1',
    'application/json;IEEE754Compatible=yes',
    'application/xml;odata.metadata=full',
    'text/*',
    'json',
    ',',
  ]) {
    test(`${accept} is 406`, () => refuses(() => negotiateFormat(accept, undefined, both), 406))
  }
  test('$format wins, by short name or media type', () => {
    for (const [format, type] of [
      ['json', 'application/json;metadata=minimal'],
      ['XML', 'application/xml'],
      ['application/json;metadata=none', 'application/json;metadata=none'],
    ] as const) {
      assert.equal(printContentType(negotiateFormat('text/html', format, both), '4.01'), type)
    }
    for (const format of ['', 'atom', 'text/html', 'application/json;x=1']) refuses(() => negotiateFormat('*/*', format, both), 406)
  })
})

describe('Content-Type of a body', () => {
  for (const [type, encoding] of [
    [undefined, undefined],
    ['application/json', undefined],
    ['Application/JSON; Charset="UTF-8"', undefined],
    ['application/json;odata.metadata=minimal;IEEE754Compatible=true', undefined],
    ['application/json', 'identity'],
    ['application/json', 'Identity'],
  ] as const) {
    test(`${type}, ${encoding} is read`, () => requireJson(type, encoding))
  }
  for (const [type, encoding] of [
    ['', undefined],
    ['text/json', undefined],
    ['application/json-patch+json', undefined],
    ['application/json;charset=utf-16', undefined],
    ['multipart/mixed;boundary=application/json', undefined],
    ['application/json', 'gzip'],
    ['application/json', 'br, identity'],
    [undefined, 'deflate'],
  ] as const) {
    test(`${type}, ${encoding} is 415`, () => refuses(() => requireJson(type, encoding), 415))
  }
})

describe('OData-Version and OData-MaxVersion (Protocol 4.01, 8.1.5, 8.2.7)', () => {
  for (const [version, most, answer] of [
    [undefined, undefined, '4.0'],
    [undefined, '4.0', '4.0'],
    [undefined, '4', '4.0'],
    [undefined, '4.00', '4.0'],
    [undefined, '4.01', '4.01'],
    [undefined, '4.02', '4.01'],
    [undefined, '5.0', '4.01'],
    ['4.01', undefined, '4.01'],
    ['4.01', '4.0', '4.0'],
    ['4.0', '4.01', '4.01'],
  ] as const) {
    test(`${version}, at most ${most}: ${answer}`, () => assert.equal(negotiateVersion(version, most), answer))
  }
  for (const [version, most] of [
    ['3.0', undefined],
    ['4', undefined],
    ['4.0;', undefined],
    ['4.02', undefined],
    ['', undefined],
    [undefined, '3.0'],
    [undefined, ''],
    [undefined, '4.0.1'],
    [undefined, '-4'],
    [undefined, 'NaN'],
    [undefined, 'Infinity'],
    [undefined, '4e1'],
  ] as const) {
    test(`${version}, at most ${most}: 400`, () => refuses(() => negotiateVersion(version, most), 400))
  }
})

describe('entity tags (RFC 9110, 8.8.3)', () => {
  for (const [header, tags] of [
    ['*', '*'],
    [' * ', '*'],
    ['"7"', ['7']],
    ['W/"7"', ['7']],
    ['W/"7", "8" ,W/"a,b"', ['7', '8', 'a,b']],
    ['""', ['']],
    ['"*"', ['*']],
  ] as const) {
    test(header, () => assert.deepEqual(parseConditions(header, header), { ifMatch: tags, ifNoneMatch: tags }))
  }
  for (const header of ['', ' ', ',', '7', 'W/7', 'w/"7"', '"7', '7"', '"7" "8"', '*, "7"', '"7";x', '"a"b"', '"a b"'])
    test(`${JSON.stringify(header)} is 400`, () => {
      refuses(() => parseConditions(header, undefined), 400)
      refuses(() => parseConditions(undefined, header), 400)
    })
  for (const [ifMatch, ifNoneMatch, outcome] of [
    [undefined, undefined, 'holds'],
    ['"7"', undefined, 'holds'],
    ['"8"', undefined, 'failed'],
    ['*', undefined, 'holds'],
    [undefined, '"7"', 'notModified'],
    [undefined, '"8"', 'holds'],
    [undefined, '*', 'notModified'],
    ['"8"', '"7"', 'failed'],
    ['"7"', '"7"', 'notModified'],
    ['"07"', undefined, 'failed'],
  ] as const) {
    test(`a read of version 7 with If-Match ${ifMatch}, If-None-Match ${ifNoneMatch}: ${outcome}`, () =>
      assert.equal(evaluateRead(parseConditions(ifMatch, ifNoneMatch), 7), outcome))
  }
})
