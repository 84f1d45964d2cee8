import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, get as getByHttp } from 'node:http'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { childrenOf, connectTo, processesHidden } from '../support/connections.ts'
import { customerBody } from '../support/customer.ts'
import { makeDatabase, postgresMissing } from '../support/databases.ts'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'
import { allDead, checkTally, createWithoutEnd, readOwnWrites, startPair, updateOnce, useKey, waitFor } from './processes.ts'

const limits = { skip: processesHidden, timeout: 120_000 }

for (const store of ['SQLite', 'PostgreSQL'] as const) {
  describe(`a service of two processes on ${store}`, { skip: store === 'PostgreSQL' ? postgresMissing : undefined }, () => {
    test(
      'answers as one: what was written is seen on every connection, and one of many updates by the same ETag happens',
      limits,
      async (t) => {
        const database = store === 'PostgreSQL' ? await makeDatabase() : undefined
        const data = temporaryFolder((clean) => t.after(clean))
        const pair = await startPair(data, 12, database ? ['--database-url', database.url] : [])
        t.after(async () => {
          await pair.service.end('SIGKILL')
          await database?.drop()
        })
        await readOwnWrites(pair.connections, 5)
        await updateOnce(pair.connections, 50)
        await useKey(pair.connections)
        const pids = childrenOf(pair.service.child.pid)
        assert.equal(await pair.close(), 0)
        await allDead(pids)
      },
    )

    test('goes on when a process is killed under load, and loses nothing', limits, async (t) => {
      const database = store === 'PostgreSQL' ? await makeDatabase() : undefined
      const data = temporaryFolder((clean) => t.after(clean))
      const { service, headers, close } = await startPair(data, 2, database ? ['--database-url', database.url] : [])
      t.after(async () => {
        await service.end('SIGKILL')
        await database?.drop()
      })
      const load = createWithoutEnd(service.url, headers, 8, 'load')
      for (let round = 0; round < 3; round++) {
        await load.more(20)
        const [victim = 0, other] = childrenOf(service.child.pid)
        process.kill(victim, 'SIGKILL')
        await load.more(20)
        await waitFor(() => childrenOf(service.child.pid).filter((pid) => pid !== victim).length === 2)
        assert.ok(childrenOf(service.child.pid).includes(other ?? 0))
      }
      await load.more(20)
      await load.stop()
      const connection = connectTo(service.url, headers)
      await checkTally(connection, load.tally, 'load')
      connection.close()
      t.diagnostic(`${load.tally.acknowledged.size} writes acknowledged, ${load.tally.undecided.size} undecided`)
      assert.equal(await close(), 0)
    })
  })
}

test('the first process killed under load: the others end, and nothing acknowledged is lost', limits, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const { service, headers } = await startPair(data, 2)
  t.after(() => service.end('SIGKILL'))
  const load = createWithoutEnd(service.url, headers, 8, 'load')
  await load.more(50)
  const pids = childrenOf(service.child.pid)
  await service.end('SIGKILL')
  await allDead(pids)
  await load.stop()
  const again = await startPair(data, 2)
  t.after(() => again.service.end('SIGKILL'))
  const [connection] = again.connections
  await checkTally(connection ?? assert.fail(), load.tally, 'load')
  assert.equal(await again.close(), 0)
})

test('SIGTERM to all processes at once lets requests under way finish, and ends with 0', limits, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  // Connections that are idle are closed: nobody waits for the hour that others would have.
  const { service, headers, connections } = await startPair(data, 8, ['--drain-seconds', '3600'])
  const idle = [connectTo(service.url), connectTo(service.url)]
  for (const { send } of idle) assert.equal((await send('GET', '/healthz')).status, 200)
  t.after(() => service.end('SIGKILL'))
  const pids = childrenOf(service.child.pid)
  const answers = connections.map(({ send }, i) => send('POST', '/beta/Customers', { body: customerBody({ id: `last-${i}` }) }))
  // A write that is under way has reached its process: this one came after it on a connection of the same process.
  await Promise.all([0, 1].map(async () => connectTo(service.url, headers).send('GET', '/healthz', { headers: { connection: 'close' } })))
  for (const pid of pids) process.kill(pid, 'SIGTERM')
  const ended = service.end('SIGTERM')
  for (const answer of answers) assert.equal((await answer).status, 201)
  assert.equal(await ended, 0)
  await allDead(pids)
})

test('/metrics tells the sums of all processes, also of one that has ended', limits, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const { service, headers, connections, close } = await startPair(data, 6)
  t.after(() => service.end('SIGKILL'))
  for (const { send } of connections)
    for (let n = 0; n < 3; n++) assert.equal((await send('POST', '/beta/Customers', { body: customerBody() })).status, 201)
  const value = (text: string, name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length + 1),
    )
  const posts = 'tenantry_http_request_duration_seconds_count{method="POST",status="201"}'
  for (const { send } of connections) {
    const { status, headers: told, text } = await send('GET', '/metrics')
    assert.equal(status, 200)
    assert.match(String(told['content-type']), /^text\/plain; version=0\.0\.4/)
    assert.equal(value(text, posts), 18)
    assert.equal(value(text, 'tenantry_store_writes_total'), 18)
  }
  const [victim = 0] = childrenOf(service.child.pid)
  process.kill(victim, 'SIGKILL')
  await allDead([victim])
  const { text } = await fetch(`${service.url}/metrics`, { headers }).then(async (response) => ({ text: await response.text() }))
  assert.equal(value(text, posts), 18)
  assert.equal(value(text, 'tenantry_failures_total{kind="processEnded"}'), 1)
  assert.equal(await close(), 0)
})

test('the development issuer redeems on one process the code that another gave out', limits, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const { service, close } = await startPair(data, 4)
  t.after(() => service.end('SIGKILL'))
  const connections = Array.from({ length: 4 }, () => connectTo(service.url))
  let next = 0
  const send = (...request: Parameters<(typeof connections)[number]['send']>) =>
    (connections[next++ % connections.length] ?? assert.fail()).send(...request)
  for (let round = 0; round < 3; round++) {
    const verifier = randomBytes(32).toString('base64url')
    const request = {
      client_id: 'console',
      response_type: 'code',
      redirect_uri: 'http://localhost:1/callback',
      scope: 'openid offline_access api://tenantry/Customer.ReadWrite.All',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }
    const cookies = new Map<string, string>()
    let target = `/contoso/oauth2/v2.0/authorize?${new URLSearchParams(request)}`
    while (!target.startsWith('http://localhost:1/')) {
      const url = new URL(target, service.url)
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await send('GET', url.pathname + url.search, { headers: { cookie } })
      assert.ok(answer.status === 302 || answer.status === 303, answer.text)
      for (const set of [answer.headers['set-cookie'] ?? []].flat()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
        cookies.set(name, value)
      }
      target = String(answer.headers.location)
    }
    const form = {
      grant_type: 'authorization_code',
      client_id: 'console',
      redirect_uri: request.redirect_uri,
      code: new URL(target).searchParams.get('code') ?? '',
      code_verifier: verifier,
    }
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const redeem = () => send('POST', '/contoso/oauth2/v2.0/token', { headers, body: `${new URLSearchParams(form)}` })
    const redeemed = await redeem()
    assert.equal(redeemed.status, 200, redeemed.text)
    const tokens = JSON.parse(redeemed.text)
    assert.equal(decodeJwt(tokens.access_token).tid, 'contoso')
    const renewal = { grant_type: 'refresh_token', client_id: 'console', refresh_token: tokens.refresh_token }
    const renewed = await send('POST', '/contoso/oauth2/v2.0/token', { headers, body: `${new URLSearchParams(renewal)}` })
    assert.equal(renewed.status, 200, renewed.text)
    // A code is good once, on whichever process it is shown again.
    assert.equal((await redeem()).status, 400)
    const listed = await send('GET', '/beta/Customers', { headers: { authorization: `Bearer ${tokens.access_token}` } })
    assert.equal(listed.status, 200)
  }
  for (const connection of connections) connection.close()
  assert.equal(await close(), 0)
})

test('http and https are on ports that all processes share, and stay when all of them die', limits, async (t) => {
  const data = temporaryFolder((clean) => t.after(clean))
  const service = await serveProcess(data, ['--https-port', 'free', '--processes', '2'])
  t.after(() => service.end('SIGKILL'))
  assert.equal(service.greeting.match(/Stop with Ctrl\+C\./g)?.length, 1)
  // A connection of its own each time: one that is kept from before goes to a process that is dead.
  const ready = () =>
    new Promise((resolve, reject) => {
      getByHttp(`${service.url}/readyz`, { agent: false }, (response) => resolve(response.statusCode)).on('error', reject)
    })
  assert.equal(await ready(), 200)
  const victims = childrenOf(service.child.pid)
  for (const victim of victims) process.kill(victim, 'SIGKILL')
  await allDead(victims)
  // Who connects meanwhile waits for the next process.
  assert.equal(await ready(), 200)
  assert.match(service.httpsUrl ?? '', /^https:\/\/localhost:\d+$/)
  const ca = readFileSync(service.caFile ?? '', 'utf8')
  for (let n = 0; n < 4; n++) {
    const answer = new Promise((resolve, reject) => {
      get(`${service.httpsUrl}/healthz`, { ca, agent: false }, (response) => resolve(response.statusCode)).on('error', reject)
    })
    assert.equal(await answer, 200)
  }
  assert.equal(await service.end('SIGTERM'), 0)
})

test('a port that is taken is one clear line and exit code 1', limits, async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const data = temporaryFolder((clean) => t.after(clean))
  const { code, stdout, stderr } = await runCommand(['serve', '--data', data, '--port', `${port}`, '--https-port', '0', '--processes', '2'])
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /^tenantry: listen EADDRINUSE.*\n$/)
})
