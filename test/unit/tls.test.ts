import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type Certificate, readCertificate } from '../../src/cli/tls.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-tls-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** The answer of an https server on this certificate, to a client that trusts its authority and nothing else. */
async function speak({ key, cert, caFile = '' }: Certificate, host: string): Promise<number | undefined> {
  const server = createServer({ key, cert }, (_, response) => response.end()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    const ca = await readFile(caFile)
    const { port } = server.address() as AddressInfo
    return await new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', servername: host === '127.0.0.1' ? '' : host, port, ca, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).once('error', reject)
    })
  } finally {
    server.close()
  }
}

describe('the certificate of this machine', () => {
  test('is trusted by who trusts its authority, for localhost and 127.0.0.1, and is kept', async () => {
    const made = await readCertificate(undefined, folder)
    assert.equal(await speak(made, 'localhost'), 200)
    assert.equal(await speak(made, '127.0.0.1'), 200)
    assert.deepEqual(await readCertificate(undefined, folder), made)
    assert.deepEqual(await readdir(folder), ['tls'])
  })

  test('of many first starts at once is one, its files of one make', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => readCertificate(undefined, folder)))
    for (const each of all) assert.deepEqual(each, all[0])
    assert.equal(await speak(all[0] ?? assert.fail(), 'localhost'), 200)
    assert.deepEqual(await readdir(folder), ['tls'])
  })

  test('of which a file is lost is made anew, and so is one that no key fits', async () => {
    const { cert } = await readCertificate(undefined, folder)
    await rm(join(folder, 'tls', 'key.pem'))
    const next = await readCertificate(undefined, folder)
    assert.notEqual(next.cert, cert)
    assert.equal(await speak(next, 'localhost'), 200)
    await writeFile(join(folder, 'tls', 'cert.pem'), cert)
    assert.equal(await speak(await readCertificate(undefined, folder), 'localhost'), 200)
    await writeFile(join(folder, 'tls', 'cert.pem'), 'no certificate')
    assert.equal(await speak(await readCertificate(undefined, folder), 'localhost'), 200)
  })

  test('signs nothing but this machine', async () => {
    const { cert } = await readCertificate(undefined, folder)
    const leaf = new X509Certificate(cert)
    assert.equal(leaf.ca, false)
    assert.equal(leaf.checkHost('localhost'), 'localhost')
    assert.equal(leaf.checkHost('tenantry.example'), undefined)
  })
})

test("the operator's own files are taken as they are", async () => {
  const [keyFile, certFile] = [join(folder, 'k'), join(folder, 'c')]
  await writeFile(keyFile, 'the key')
  await writeFile(certFile, 'the chain')
  assert.deepEqual(await readCertificate({ keyFile, certFile }, folder), { key: 'the key', cert: 'the chain' })
})
