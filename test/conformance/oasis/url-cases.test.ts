import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeUrl, readUrlCases } from '../../support/odata-url-cases.ts'
import { sendRaw } from '../../support/raw.ts'
import { partner, useService } from '../../support/service.ts'

const cases = readUrlCases()
const service = useService({}, async ({ create }) => {
  for (const contractType of [0, 1, 2]) await create({ contractType })
})

describe('cases of the OASIS test suite', { skip: cases ? false : 'the cases are not beside this checkout' }, () => {
  for (const { from, method, url, http, rows, headers = {}, body } of cases ?? []) {
    test(`${from}: ${method} ${url}${body ?? ''}`, async () => {
      const target = `/beta/${encodeUrl(url.replace('{scratch}', url.includes('{scratch}') ? (await service.create()).id : ''))}`
      const lines = Object.entries({
        host: 'localhost',
        authorization: `Bearer ${await service.token(partner)}`,
        connection: 'close',
        ...headers,
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      })
      const answer = await sendRaw(
        service.url,
        `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`,
      )
      assert.ok(http.includes(answer.status), `${answer.status} ${answer.body}`)
      if (rows === undefined || answer.status !== 200) return
      const all = (await service.send('GET', '/beta/Customers')).json.value.length
      assert.equal(JSON.parse(answer.body).value.length, rows === 'all' ? all : 0)
    })
  }
})
