import type { ValueType } from './bound-expression.ts'

/** One way to call a canonical function. `number` stands for every numeric type; `fraction` is the type of the first argument, a Decimal for an integer. */
export interface Overload {
  readonly parameters: readonly (ValueType | 'number')[]
  readonly result: ValueType | 'fraction'
}

const s = 'Edm.String'
const d = 'Edm.DateTimeOffset'
const overload = (result: Overload['result'], ...parameters: Overload['parameters']): Overload => ({ result, parameters })

/** Every canonical function on what a flat entity has (URL Conventions 4.01, 5.1.1.5 to 5.1.1.10). `cast`, `isof` and `case` have rules of their own. */
export const canonicalFunctions: Readonly<Record<string, readonly Overload[]>> = {
  concat: [overload(s, s, s)],
  contains: [overload('Edm.Boolean', s, s)],
  endswith: [overload('Edm.Boolean', s, s)],
  indexof: [overload('Edm.Int32', s, s)],
  length: [overload('Edm.Int32', s)],
  startswith: [overload('Edm.Boolean', s, s)],
  substring: [overload(s, s, 'Edm.Int64'), overload(s, s, 'Edm.Int64', 'Edm.Int64')],
  matchespattern: [overload('Edm.Boolean', s, s), overload('Edm.Boolean', s, s, s)],
  tolower: [overload(s, s)],
  toupper: [overload(s, s)],
  trim: [overload(s, s)],
  date: [overload('Edm.Date', d)],
  day: [overload('Edm.Int32', d), overload('Edm.Int32', 'Edm.Date')],
  fractionalseconds: [overload('Edm.Decimal', d), overload('Edm.Decimal', 'Edm.TimeOfDay')],
  hour: [overload('Edm.Int32', d), overload('Edm.Int32', 'Edm.TimeOfDay')],
  maxdatetime: [overload(d)],
  mindatetime: [overload(d)],
  minute: [overload('Edm.Int32', d), overload('Edm.Int32', 'Edm.TimeOfDay')],
  month: [overload('Edm.Int32', d), overload('Edm.Int32', 'Edm.Date')],
  now: [overload(d)],
  second: [overload('Edm.Int32', d), overload('Edm.Int32', 'Edm.TimeOfDay')],
  time: [overload('Edm.TimeOfDay', d)],
  totaloffsetminutes: [overload('Edm.Int32', d)],
  totalseconds: [overload('Edm.Decimal', 'Edm.Duration')],
  year: [overload('Edm.Int32', d), overload('Edm.Int32', 'Edm.Date')],
  // Of Decimals and Doubles only: an integer is promoted (URL Conventions 4.01, 5.1.1.9).
  ceiling: [overload('fraction', 'number')],
  floor: [overload('fraction', 'number')],
  round: [overload('fraction', 'number')],
}
