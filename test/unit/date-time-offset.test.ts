import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateTimeOffsetOf, parseDateTimeOffset, printDateTimeOffset } from '../../src/edm/date-time-offset.ts'
import { fc } from '../support/property.ts'

const instant = fc.date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
const offset = fc.integer({ min: -14 * 60, max: 14 * 60 })
const pad = (n: number) => String(Math.abs(n)).padStart(2, '0')

test('an instant written in any offset is the same instant in UTC', () => {
  fc.assert(
    fc.property(instant, offset, (date, minutes) => {
      const local = new Date(date.getTime() + minutes * 60_000)
      if (local.getUTCFullYear() < 1 || local.getUTCFullYear() > 9999) return
      const zone = `${minutes < 0 ? '-' : '+'}${pad(Math.trunc(minutes / 60))}:${pad(minutes % 60)}`
      assert.equal(parseDateTimeOffset(local.toISOString().replace('Z', zone)), dateTimeOffsetOf(date.getTime()))
    }),
    { numRuns: 2_000 },
  )
})

test('what is printed is read back, and the order of the texts is the order of the instants', () => {
  fc.assert(
    fc.property(instant, instant, fc.integer({ min: 0, max: 999 }), (a, b, micros) => {
      const [first, second] = [a, b].map((date) => dateTimeOffsetOf(date.getTime()).replace('000Z', `${String(micros).padStart(3, '0')}Z`))
      assert.equal(parseDateTimeOffset(printDateTimeOffset(first ?? '')), first)
      assert.equal((first ?? '') < (second ?? ''), a.getTime() < b.getTime())
    }),
    { numRuns: 2_000 },
  )
})
