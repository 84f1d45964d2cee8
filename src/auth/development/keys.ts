import { randomBytes, randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose'

/** What the development issuer signs with, and the secret that its clients show. */
export interface DevelopmentKeys {
  readonly privateJwk: JWK
  readonly publicJwks: JSONWebKeySet
  readonly clientSecret: string
}

interface KeyFile {
  readonly privateJwk: JWK
  readonly clientSecret: string
}

/** Reads the keys in a folder, or makes them on first use. Processes that race for it end with the same file. */
export async function openDevelopmentKeys(folder: string, options: { readonly clientSecret?: string } = {}): Promise<DevelopmentKeys> {
  const file = join(folder, 'issuer.json')
  const { privateJwk, clientSecret } = (await readKeys(file)) ?? (await makeKeys(file))
  const { kty, n, e, kid, alg, use } = privateJwk as Record<string, string>
  return { privateJwk, publicJwks: { keys: [{ kty, n, e, kid, alg, use } as JWK] }, clientSecret: options.clientSecret ?? clientSecret }
}

async function readKeys(file: string): Promise<KeyFile | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : (JSON.parse(text) as KeyFile)
}

async function makeKeys(file: string): Promise<KeyFile> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  const keys: KeyFile = {
    privateJwk: { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' },
    clientSecret: randomBytes(24).toString('base64url'),
  }
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, JSON.stringify(keys), { mode: 0o600 })
  try {
    // A link fails where the file exists already: the first of two processes wins.
    await link(draft, file)
    return keys
  } catch {
    return (await readKeys(file)) ?? keys
  } finally {
    await rm(draft, { force: true })
  }
}
