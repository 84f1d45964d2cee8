import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { createDevelopmentIssuer } from '../../src/auth/development/issuer.ts'
import { type DevelopmentKeys, openDevelopmentKeys } from '../../src/auth/development/keys.ts'
import { developmentTenant, mintDevelopmentToken } from '../../src/auth/development/token.ts'

const folder = mkdtempSync(join(tmpdir(), 'tenantry-issuer-'))
const permissions = ['Customer.Read.All', 'Customer.ReadWrite.All']
let origin = ''
let keys: DevelopmentKeys
const server = createServer((request, response) => {
  const issuer = createDevelopmentIssuerOnce()
  if (issuer.matches(request.url ?? '')) void issuer.handle(request, response)
  else response.writeHead(404).end()
})
let made: ReturnType<typeof createDevelopmentIssuer> | undefined
const createDevelopmentIssuerOnce = () => {
  made ??= createDevelopmentIssuer({ keys, origin, audience: 'api://tenantry', permissions })
  return made
}

before(async () => {
  keys = await openDevelopmentKeys(folder)
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const token = (tenant: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${origin}/${tenant}/oauth2/v2.0/token?client-request-id=x`, { method: 'POST', body: new URLSearchParams(form), headers })

describe('keys', () => {
  test('are made once, for the owner only; a secret of the operator wins', async () => {
    const again = await openDevelopmentKeys(folder)
    assert.deepEqual(again, keys)
    assert.equal(statSync(join(folder, 'issuer.json')).mode & 0o777, 0o600)
    assert.equal((await openDevelopmentKeys(folder, { clientSecret: 'mine' })).clientSecret, 'mine')
    assert.ok(!('d' in (keys.publicJwks.keys[0] ?? {})), 'the published key holds nothing private')
  })

  test('made by several at the same time are the same for all', async (t) => {
    const shared = mkdtempSync(join(tmpdir(), 'tenantry-issuer-'))
    t.after(() => rmSync(shared, { recursive: true }))
    const all = await Promise.all(Array.from({ length: 5 }, () => openDevelopmentKeys(shared)))
    assert.equal(new Set(all.map(({ clientSecret }) => clientSecret)).size, 1)
  })
})

describe("discovery in Entra's shape", () => {
  for (const path of ['/contoso/v2.0/.well-known/openid-configuration', '/contoso/.well-known/openid-configuration']) {
    test(path, async () => {
      const metadata = (await (await fetch(`${origin}${path}`)).json()) as Record<string, string>
      assert.equal(metadata.issuer, `${origin}/contoso/v2.0`)
      assert.equal(metadata.token_endpoint, `${origin}/contoso/oauth2/v2.0/token`)
      assert.equal(metadata.authorization_endpoint, `${origin}/contoso/oauth2/v2.0/authorize`)
      assert.equal(metadata.jwks_uri, `${origin}/contoso/discovery/v2.0/keys`)
      const served = (await (await fetch(metadata.jwks_uri ?? '')).json()) as { keys: { kid: string; d?: string }[] }
      assert.equal(served.keys[0]?.kid, keys.privateJwk.kid)
      assert.equal(served.keys[0]?.d, undefined)
    })
  }
})

describe('client credentials', () => {
  const granted: Readonly<Record<string, readonly string[]>> = {
    'api://tenantry/.default': ['Customer.ReadWrite.All'],
    'https://localhost:8443/.default': ['Customer.ReadWrite.All'],
    'Customer.Read.All': ['Customer.Read.All'],
    'api://tenantry/Customer.Read.All': ['Customer.Read.All'],
    'Customer.Read.AllPartners': [],
  }
  for (const [scope, roles] of Object.entries(granted)) {
    test(`scope ${scope}`, async () => {
      const response = await token('contoso', {
        grant_type: 'client_credentials',
        client_id: 'any',
        client_secret: keys.clientSecret,
        scope,
        'x-client-SKU': 'test',
        client_info: '1',
      })
      assert.equal(response.status, 200)
      const answer = (await response.json()) as { token_type: string; expires_in: number; access_token: string }
      assert.equal(answer.token_type, 'Bearer')
      assert.equal(answer.expires_in, 3600)
      const { payload } = await jwtVerify(answer.access_token, createLocalJWKSet(keys.publicJwks), {
        issuer: `${origin}/contoso/v2.0`,
        audience: 'api://tenantry',
      })
      assert.deepEqual(payload.roles, roles)
      assert.equal(payload.tid, 'contoso')
      assert.equal(payload.azp, 'any')
      assert.equal(payload.idtyp, 'app')
      assert.equal(payload.scp, undefined)
    })
  }

  test('the secret may come in a Basic header', async () => {
    const basic = Buffer.from(`any:${encodeURIComponent(keys.clientSecret)}`).toString('base64')
    assert.equal(
      (await token('contoso', { grant_type: 'client_credentials', scope: 'x/.default' }, { authorization: `Basic ${basic}` })).status,
      200,
    )
  })

  test('a wrong secret, or none, is invalid_client or refused', async () => {
    const wrong = await token('contoso', {
      grant_type: 'client_credentials',
      client_id: 'any',
      client_secret: 'wrong',
      scope: 'x/.default',
    })
    assert.equal(wrong.status, 401)
    assert.equal(((await wrong.json()) as { error: string }).error, 'invalid_client')
    const none = await token('contoso', { grant_type: 'client_credentials', client_id: 'any', scope: 'x/.default' })
    assert.ok(none.status === 400 || none.status === 401)
  })

  test('common stands for the development tenant', async () => {
    const answer = (await (
      await token('common', { grant_type: 'client_credentials', client_id: 'any', client_secret: keys.clientSecret, scope: 'x/.default' })
    ).json()) as { access_token: string }
    assert.equal(decodeJwt(answer.access_token).tid, developmentTenant)
  })
})

describe('authorization code with PKCE', () => {
  /** Follows redirects by hand, as a browser does, until one leaves the issuer. */
  async function signIn(parameters: Record<string, string>): Promise<URL | number> {
    let url = new URL(`${origin}/contoso/oauth2/v2.0/authorize?${new URLSearchParams(parameters)}`)
    const cookies = new Map<string, string>()
    for (let hop = 0; hop < 10; hop++) {
      const response = await fetch(url, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      })
      for (const cookie of response.headers.getSetCookie())
        cookies.set(cookie.slice(0, cookie.indexOf('=')), cookie.slice(cookie.indexOf('=') + 1, cookie.indexOf(';')))
      const location = response.headers.get('location')
      if (!location) return response.status
      url = new URL(location, url)
      if (url.origin !== origin) return url
    }
    throw new Error('too many redirects')
  }
  const verifier = randomBytes(32).toString('base64url')
  const request = {
    client_id: 'console',
    response_type: 'code',
    redirect_uri: 'http://localhost:5173/signed-in',
    scope: 'openid profile offline_access api://tenantry/Customer.Read.All',
    state: 's1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: 'ada@contoso.example',
  }

  test('gives a delegated token, an id token and a refresh token', async () => {
    const back = await signIn(request)
    assert.ok(back instanceof URL, `ended with ${back}`)
    assert.equal(back.searchParams.get('state'), 's1')
    const code = back.searchParams.get('code') ?? ''
    const exchange = { grant_type: 'authorization_code', client_id: 'console', redirect_uri: request.redirect_uri, code }
    assert.equal((await token('contoso', { ...exchange, code_verifier: randomBytes(32).toString('base64url') })).status, 400)
    const fresh = await signIn(request)
    assert.ok(fresh instanceof URL)
    const answer = (await (
      await token('contoso', { ...exchange, code: fresh.searchParams.get('code') ?? '', code_verifier: verifier })
    ).json()) as Record<string, string>
    const claims = decodeJwt(answer.access_token ?? '')
    assert.equal(claims.scp, 'Customer.Read.All')
    assert.equal(claims.roles, undefined)
    assert.equal(claims.preferred_username, 'ada@contoso.example')
    assert.equal(decodeJwt(answer.id_token ?? '').iss, `${origin}/contoso/v2.0`)
    const renewed = (await (
      await token('contoso', { grant_type: 'refresh_token', client_id: 'console', refresh_token: answer.refresh_token ?? '' })
    ).json()) as Record<string, string>
    assert.equal(decodeJwt(renewed.access_token ?? '').scp, 'Customer.Read.All')
  })

  test('without PKCE, or to another place than this machine, is refused without a redirect there', async () => {
    const { code_challenge: _, code_challenge_method: __, ...plain } = request
    const back = await signIn(plain)
    assert.ok(back instanceof URL ? back.searchParams.get('error') === 'invalid_request' : back === 400)
    assert.equal(await signIn({ ...request, redirect_uri: 'https://evil.example/' }), 400)
  })
})

test('a token that is minted has the claims of one that was asked for', async () => {
  const minted = decodeJwt(
    await mintDevelopmentToken(keys, {
      origin,
      audience: 'api://tenantry',
      permissions: ['Customer.Read.All'],
      delegated: true,
      now: Date.now,
    }),
  )
  assert.equal(minted.scp, 'Customer.Read.All')
  assert.equal(minted.tid, developmentTenant)
  assert.equal(minted.iss, `${origin}/${developmentTenant}/v2.0`)
})
