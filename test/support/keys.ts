import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK, type JWTPayload, SignJWT } from 'jose'

/** An issuer's key, as a test holds it. */
export interface SigningKey {
  readonly kid: string
  readonly publicJwk: JWK
  readonly sign: (claims: JWTPayload, header?: { readonly kid?: string | undefined; readonly alg?: string }) => Promise<string>
}

export async function makeSigningKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }
  return {
    kid,
    publicJwk,
    sign: (claims, header = {}) => {
      const { kid: named, ...rest } = { alg: 'RS256', kid, ...header }
      return new SignJWT(claims).setProtectedHeader(named === undefined ? rest : { ...rest, kid: named }).sign(privateKey)
    },
  }
}

export function keySet(...keys: readonly SigningKey[]): JSONWebKeySet {
  return { keys: keys.map(({ publicJwk }) => publicJwk) }
}
