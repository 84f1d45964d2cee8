import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { createProgress } from '../../src/cli/progress.ts'
import { useCommands } from '../support/cli.ts'
import { noTerminal, runOnTerminal } from '../support/terminal.ts'

const { service, run, file, environment } = useCommands()
const partnerEnvironment = async (partner: string) => ({ ...(await environment()), TENANTRY_TOKEN: await service.token(partner) })
const count = async (partner: string) => Number((await service.send('GET', '/beta/Customers/$count', { as: partner })).text)

describe('on a terminal', { skip: noTerminal ?? false }, () => {
  test('a bar with part, rows, rate and time left comes, and goes before the summary', async () => {
    const { code, text } = await runOnTerminal(['seed', '12000'], await partnerEnvironment('bar'))
    assert.equal(code, 0, text)
    assert.match(text, /\rSeeding {2}\[=+ +\] {2}\d+ % {2}[\d,]+ rows {2}[\d,]+\/s {2}\d+:\d\d left/)
    assert.ok(text.endsWith('\r\x1b[2K12,000 created, 0 changed, 0 left as they were, 0 refused.\r\n'), text.slice(-200))
    for (const picture of text.split('\r').filter((piece) => piece.startsWith('Seeding')))
      assert.ok(picture.replace('\x1b[K', '').length < 100, picture)
  })

  test('a plan is printed to it, and --quiet leaves the bar away', async () => {
    const rows = Array.from({ length: 6_000 }, (_none, i) => `t${i},${i === 1_500 ? 'nonsense' : 'active'}`)
    writeFileSync(file('bar.csv'), `azureTenantId,onboardingStatus\n${rows.join('\n')}\n`)
    const { code, text } = await runOnTerminal(['import', file('bar.csv'), '--dry-run', '--quiet'], await partnerEnvironment('above'))
    assert.equal(code, 1)
    assert.match(text, /^! line 1502 {2}'onboardingStatus' takes/m)
    assert.doesNotMatch(text, /\[=/)
  })

  for (const [answer, left] of [
    ['n', 3],
    ['', 3],
    ['y', 1],
  ] as const) {
    test(`--delete-missing asks, and '${answer}' leaves ${left}`, async () => {
      const partner = `asked-${answer}`
      for (const azureTenantId of ['kept', 'other', 'third'])
        await service.create({ azureTenantId, displayName: `Customer ${azureTenantId}` }, partner)
      writeFileSync(file('kept.csv'), 'azureTenantId\nkept\n')
      let asked = false
      const { code, text } = await runOnTerminal(
        ['import', file('kept.csv'), '--delete-missing'],
        await partnerEnvironment(partner),
        (text) => {
          if (asked || !text.includes('[y/N]')) return undefined
          asked = true
          return `${answer}\r`
        },
      )
      assert.equal(code, 0, text)
      assert.match(text, /Delete 2 customers of whom the file does not speak \(Customer \w+, Customer \w+\)\? \[y\/N\]/)
      assert.equal(await count(partner), left)
      if (left === 3) assert.match(text, /Nothing is deleted\./)
    })
  }

  for (const [name, key, code] of [
    ['Ctrl+C', '\x03', 130],
    ['Ctrl+D', '\x04', 0],
  ] as const) {
    test(`${name} at the question deletes nothing`, async () => {
      const partner = name.replace('+', '-')
      for (const azureTenantId of ['kept', 'other']) await service.create({ azureTenantId }, partner)
      writeFileSync(file('kept.csv'), 'azureTenantId\nkept\n')
      let asked = false
      const screen = await runOnTerminal(['import', file('kept.csv'), '--delete-missing'], await partnerEnvironment(partner), (text) => {
        if (asked || !text.includes('[y/N]')) return undefined
        asked = true
        return key
      })
      assert.equal(screen.code, code, screen.text)
      assert.match(screen.text, /0 created, 0 changed, 1 left as they were, 0 deleted, 0 refused\./)
      assert.equal(await count(partner), 2)
    })
  }

  test('Ctrl+C stops an import at a good place, and says so', async () => {
    let pressed = false
    const { code, text } = await runOnTerminal(['seed', '60000'], await partnerEnvironment('stopped'), (text) => {
      if (pressed || !text.includes('[=')) return undefined
      pressed = true
      return '\x03'
    })
    assert.equal(code, 130, text)
    assert.match(text, /Stopping once what is under way is done/)
    const told = Number(/([\d,]+) created/.exec(text)?.[1]?.replaceAll(',', ''))
    assert.ok(told > 0 && told < 60_000)
    assert.equal(await count('stopped'), told)
  })
})

describe('in a pipe', () => {
  test('nothing but the summary is told of what is quick', async () => {
    const { code, stdout, stderr } = await run('seed', '3000', '--seed', 'pipe')
    assert.deepEqual([code, stdout, stderr], [0, '3,000 created, 0 changed, 0 left as they were, 0 refused.\n', ''])
  })

  test('a line every ten seconds, without anything that moves a cursor', () => {
    let now = 0
    let written = ''
    const progress = createProgress('Importing x.csv', { write: (text) => (written += text) }, { now: () => now })
    for (; now < 25_000; now += 50) progress.advance(now, now / 100_000)
    progress.say('a line')
    progress.end()
    assert.equal(
      written,
      [
        'Importing x.csv: 10 %, 10,000 rows, 1,000/s, 1:30 left',
        'Importing x.csv: 20 %, 20,000 rows, 1,000/s, 1:20 left',
        'a line',
        '',
      ].join('\n'),
    )
  })

  test('without a known end there is a rate, and no part', () => {
    let now = 0
    let written = ''
    const progress = createProgress('Importing rows', { write: (text) => (written += text) }, { now: () => now })
    for (; now < 12_000; now += 100) progress.advance(now * 5)
    assert.equal(written, 'Importing rows: 50,000 rows, 5,000/s\n')
  })

  test('--quiet tells nothing', () => {
    let now = 0
    let written = ''
    const progress = createProgress('x', { isTTY: true, columns: 80, write: (text) => (written += text) }, { quiet: true, now: () => now })
    for (; now < 60_000; now += 100) progress.advance(now)
    progress.end()
    assert.equal(written, '')
  })
})
