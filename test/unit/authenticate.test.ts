import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { SignJWT } from 'jose'
import { createAuthenticator } from '../../src/auth/authenticate.ts'
import { localIssuer, remoteIssuer, type TrustedIssuer } from '../../src/auth/jwks.ts'
import { ODataError } from '../../src/odata/error.ts'
import { keySet, makeSigningKey, type SigningKey } from '../support/keys.ts'

const tenant = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
const iss = `https://login.example/${tenant}/v2.0`
const seconds = 1_800_000_000
const now = () => seconds * 1000
const good = { iss, aud: 'api://tenantry', tid: tenant, azp: 'app', oid: 'user', iat: seconds, nbf: seconds, exp: seconds + 3600 }
const key = await makeSigningKey('k1')
const stranger = await makeSigningKey('k1')
const template: TrustedIssuer['issues'] = (claimed, tid) => claimed === `https://login.example/${tid}/v2.0`

function authenticator(issuers: readonly TrustedIssuer[] = [localIssuer(template, keySet(key))], at = now) {
  return createAuthenticator({ issuers, audiences: ['api://tenantry', 'second'], operatorTenants: ['operators'], now: at })
}

async function refusal(authorization: string | undefined, checked = authenticator()): Promise<ODataError> {
  try {
    await checked.authenticate(authorization)
  } catch (error) {
    assert.ok(error instanceof ODataError)
    return error
  }
  throw new Error('the token was accepted')
}

describe('a good token', () => {
  test('of a user gives its scopes, and its roles do not count', async () => {
    const principal = await authenticator().authenticate(
      `Bearer ${await key.sign({ ...good, scp: 'Customer.Read.All other', roles: ['Customer.ReadWrite.All'] })}`,
    )
    assert.deepEqual(principal, {
      tenantId: tenant,
      kind: 'delegated',
      permissions: new Set(['Customer.Read.All', 'other']),
      applicationId: 'app',
      userId: 'user',
      operator: false,
    })
  })

  test('of an application gives its roles', async () => {
    const principal = await authenticator().authenticate(`bearer ${await key.sign({ ...good, roles: ['Customer.ReadWrite.All', 7] })}`)
    assert.deepEqual(principal, {
      tenantId: tenant,
      kind: 'application',
      permissions: new Set(['Customer.ReadWrite.All']),
      applicationId: 'app',
      operator: false,
    })
  })

  test('of version 1.0 names the application in appid, and any configured audience will do', async () => {
    const { azp: _, ...claims } = good
    const principal = await authenticator().authenticate(`Bearer ${await key.sign({ ...claims, appid: 'old', aud: 'second' })}`)
    assert.equal(principal.applicationId, 'old')
    assert.equal(principal.permissions.size, 0)
  })

  test("of an operator's tenant makes an operator of an application, not of a user", async () => {
    const operator = { ...good, tid: 'operators', iss: 'https://login.example/operators/v2.0' }
    assert.equal((await authenticator().authenticate(`Bearer ${await key.sign({ ...operator, roles: [] })}`)).operator, true)
    assert.equal((await authenticator().authenticate(`Bearer ${await key.sign({ ...operator, scp: 'x' })}`)).operator, false)
  })

  test('is remembered until it expires: its signature is checked once', async () => {
    let asked = 0
    let time = seconds
    const issuer = localIssuer(template, keySet(key))
    const counted: TrustedIssuer = {
      ...issuer,
      getKey(...args) {
        asked++
        return issuer.getKey(...args)
      },
    }
    const checked = authenticator([counted], () => time * 1000)
    const token = `Bearer ${await key.sign(good)}`
    const first = await checked.authenticate(token)
    const again = checked.authenticate(token)
    assert.ok(!(again instanceof Promise), 'at once')
    assert.equal(again, first)
    assert.equal(asked, 1)
    time = seconds + 3600 + 61
    assert.match((await refusal(token, checked)).message, /expired/)
  })
})

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const refused: Readonly<Record<string, readonly [() => string | Promise<string>, RegExp]>> = {
  'another scheme': [() => 'Basic dTpw', /Bearer and one access token/],
  'no token after the scheme': [() => 'Bearer', /Bearer and one access token/],
  'two tokens': [async () => `Bearer ${await key.sign(good)}, Bearer ${await key.sign(good)}`, /one access token/],
  garbage: [() => 'Bearer garbage', /not a well-formed JWT/],
  'a token of 20,000 characters': [() => `Bearer ${'a'.repeat(20_000)}`, /one access token/],
  'alg none': [() => `Bearer ${encode({ alg: 'none' })}.${encode(good)}.`, /signature|algorithm/i],
  'HS256 signed with the public key': [
    async () =>
      `Bearer ${await new SignJWT(good).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(new TextEncoder().encode(JSON.stringify(key.publicJwk)))}`,
    /algorithm/,
  ],
  "a stranger's key": [async () => `Bearer ${await stranger.sign(good)}`, /Invalid signature/],
  'a key that is not known': [async () => `Bearer ${await stranger.sign(good, { kid: 'k9' })}`, /signing key is not known/],
  'a payload that was changed': [
    async () => `Bearer ${(await key.sign(good)).replace(/\.[^.]+\./, `.${encode({ ...good, tid: tenant, scp: 'all' })}.`)}`,
    /Invalid signature/,
  ],
  'another audience': [async () => `Bearer ${await key.sign({ ...good, aud: 'https://graph.microsoft.com' })}`, /Invalid audience/],
  'no audience': [async () => `Bearer ${await key.sign({ ...good, aud: undefined as never })}`, /audience|aud/],
  'an issuer that is not trusted': [
    async () => `Bearer ${await key.sign({ ...good, iss: `https://evil.example/${tenant}/v2.0` })}`,
    /Invalid issuer/,
  ],
  "another tenant's issuer": [async () => `Bearer ${await key.sign({ ...good, tid: 'other' })}`, /Invalid issuer/],
  'no tenant': [async () => `Bearer ${await key.sign({ ...good, tid: undefined })}`, /issuer|tid/],
  'a tenant that is no id': [async () => `Bearer ${await key.sign({ ...good, tid: 'a/b', iss: 'https://login.example/a/b/v2.0' })}`, /tid/],
  'no expiry': [async () => `Bearer ${await key.sign({ ...good, exp: undefined as never })}`, /exp is missing/],
  'an expired token': [async () => `Bearer ${await key.sign({ ...good, exp: seconds - 61 })}`, /expired/],
  'a token that is not valid yet': [async () => `Bearer ${await key.sign({ ...good, nbf: seconds + 61 })}`, /not valid yet/],
  'a personal account': [
    async () =>
      `Bearer ${await key.sign({ ...good, tid: '9188040d-6c67-4c5b-b112-36a304b66dad', iss: 'https://login.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0', scp: 'Customer.Read.All' })}`,
    /Personal Microsoft accounts/,
  ],
}

describe('refused with 401 and a challenge', () => {
  for (const [name, [authorization, message]] of Object.entries(refused)) {
    test(name, async () => {
      const error = await refusal(await authorization())
      assert.equal(error.code, 'InvalidAuthenticationToken')
      assert.equal(error.status, 401)
      assert.match(error.message, message)
      assert.match(
        error.headers['www-authenticate'] ?? '',
        /^Bearer realm="tenantry", error="invalid_token", error_description="[\x20\x21\x23-\x7e]+"$/,
      )
      assert.doesNotMatch(error.headers['www-authenticate'] ?? '', /claims=/)
    })
  }

  test('no token at all: the challenge names no error', async () => {
    assert.equal((await refusal(undefined)).headers['www-authenticate'], 'Bearer realm="tenantry"')
    assert.equal((await refusal('')).message, 'Access token is empty.')
  })
})

describe('an issuer over the network', () => {
  async function serveKeys(keys: () => readonly SigningKey[], issuerOfKey?: string) {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      const { port } = server.address() as AddressInfo
      const found = request.url?.endsWith('/.well-known/openid-configuration')
        ? { jwks_uri: `http://127.0.0.1:${port}/keys` }
        : { keys: keySet(...keys()).keys.map((jwk) => ({ ...jwk, ...(issuerOfKey === undefined ? {} : { issuer: issuerOfKey }) })) }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(found))
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    return {
      origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      asked,
      close: () => new Promise((resolve) => server.close(resolve)),
    }
  }
  const claims = (origin: string) => ({ ...good, iss: `${origin}/${tenant}/v2.0` })

  test('is found by discovery on first use; the template of all tenants is asked for common', async (t) => {
    const served = await serveKeys(() => [key])
    t.after(served.close)
    const observed: string[] = []
    const checked = authenticator([remoteIssuer(`${served.origin}/{tenantid}/v2.0`, { observe: ({ kind }) => observed.push(kind) })])
    assert.deepEqual(served.asked, [])
    assert.equal((await checked.authenticate(`Bearer ${await key.sign(claims(served.origin))}`)).tenantId, tenant)
    assert.deepEqual(served.asked, ['/common/v2.0/.well-known/openid-configuration', '/keys'])
    assert.deepEqual(observed, ['keysFetched', 'keysFetched'])
  })

  test('an unknown key does not ask it again and again', async (t) => {
    const served = await serveKeys(() => [key])
    t.after(served.close)
    const checked = authenticator([remoteIssuer(`${served.origin}/{tenantid}/v2.0`, { observe: () => undefined })])
    await checked.authenticate(`Bearer ${await key.sign(claims(served.origin))}`)
    for (let i = 0; i < 5; i++)
      assert.equal((await refusal(`Bearer ${await stranger.sign(claims(served.origin), { kid: `x${i}` })}`, checked)).status, 401)
    assert.equal(served.asked.filter((path) => path === '/keys').length, 1)
  })

  test("a key that is one tenant's own signs for no other", async (t) => {
    const served = await serveKeys(() => [key], 'http://127.0.0.1/another/v2.0')
    t.after(served.close)
    const checked = authenticator([remoteIssuer(`${served.origin}/{tenantid}/v2.0`, { observe: () => undefined })])
    assert.match((await refusal(`Bearer ${await key.sign(claims(served.origin))}`, checked)).message, /Invalid issuer/)
    assert.match((await refusal(`Bearer ${await key.sign(claims(served.origin), { kid: undefined })}`, checked)).message, /Invalid issuer/)
  })

  test('a token without kid is good where the issuer has one key', async (t) => {
    const served = await serveKeys(() => [key])
    t.after(served.close)
    const checked = authenticator([remoteIssuer(`${served.origin}/{tenantid}/v2.0`, { observe: () => undefined })])
    assert.equal((await checked.authenticate(`Bearer ${await key.sign(claims(served.origin), { kid: undefined })}`)).tenantId, tenant)
  })

  test('that does not answer is 503 with Retry-After, and told to the operator: it says nothing of the token', async (t) => {
    const served = await serveKeys(() => [key])
    await served.close()
    const observed: string[] = []
    const checked = authenticator([remoteIssuer(`${served.origin}/{tenantid}/v2.0`, { observe: ({ kind }) => observed.push(kind) })])
    const error = await refusal(`Bearer ${await key.sign(claims(served.origin))}`, checked)
    assert.equal(error.status, 503)
    assert.ok(error.headers['retry-after'])
    assert.ok(observed.includes('keysFailed'))
    t.diagnostic(error.message)
  })

  test('that is not https and not on this machine is never asked', async () => {
    const checked = authenticator([remoteIssuer('http://issuer.example/{tenantid}/v2.0', { observe: () => undefined })])
    assert.equal((await refusal(`Bearer ${await key.sign({ ...good, iss: `http://issuer.example/${tenant}/v2.0` })}`, checked)).status, 503)
  })
})
