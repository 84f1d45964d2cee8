import { type Check, ok, problem, warning } from './check.ts'

/** How far two clocks may be apart (milliseconds) before it is worth a word, and before tokens are refused for it. */
const [noticeable, tolerated] = [5_000, 60_000]

/** Holds our clock against another one that is so far ahead of it (milliseconds). */
export function checkClock(whose: string, ahead: number): Check {
  const seconds = Math.round(Math.abs(ahead) / 1000)
  const message = `This machine's clock and ${whose} are ${seconds} s apart.`
  const advice = 'Let both keep their clocks by NTP.'
  if (Math.abs(ahead) >= tolerated) return problem('clock', message, `${advice} Tokens are refused when their times are a minute off.`)
  if (Math.abs(ahead) >= noticeable) return warning('clock', message, advice)
  return ok('clock', `This machine's clock agrees with ${whose}.`)
}
