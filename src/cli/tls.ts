import { randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What an https listener needs. */
export interface Certificate {
  /** PEM. */
  readonly key: string
  /** PEM, the chain. */
  readonly cert: string
  /** The authority that clients must trust, where the service made its own. */
  readonly caFile?: string
}

const day = 86_400_000

/** The operator's own certificate, else one that is made on first start for `localhost`, and made anew a month before it expires. */
export async function readCertificate(
  own: { readonly keyFile: string; readonly certFile: string } | undefined,
  dataFolder: string,
): Promise<Certificate> {
  if (own) return { key: await readFile(own.keyFile, 'utf8'), cert: await readFile(own.certFile, 'utf8') }
  const folder = join(dataFolder, 'tls')
  const files = { ca: join(folder, 'ca.pem'), key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') }
  const made = await Promise.all([readFile(files.key, 'utf8'), readFile(files.cert, 'utf8'), readFile(files.ca, 'utf8')]).catch(
    () => undefined,
  )
  const [key, cert, ca] = made ?? []
  if (key !== undefined && cert !== undefined && ca !== undefined && holdsFor(cert, 30 * day)) return { key, cert, caFile: files.ca }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const fresh = await makeCertificate()
  await writeAtomically(files.ca, fresh.ca)
  await writeAtomically(files.key, fresh.key)
  await writeAtomically(files.cert, fresh.cert)
  return { key: fresh.key, cert: fresh.cert, caFile: files.ca }
}

function holdsFor(cert: string, milliseconds: number): boolean {
  return new X509Certificate(cert).validToDate.getTime() - Date.now() > milliseconds
}

async function writeAtomically(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600 })
  await rename(draft, file)
}

/** An authority and a certificate for this machine. The authority's private key is forgotten at once: what trusts it trusts nothing else. */
async function makeCertificate(): Promise<{ readonly ca: string; readonly key: string; readonly cert: string }> {
  // The library's dependency injection needs it, and asks for it by hand.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  x509.cryptoProvider.set(webcrypto as Crypto)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const makeKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const [caKeys, leafKeys] = await Promise.all([makeKeys(), makeKeys()])
  const notBefore = new Date(Date.now() - day)
  // Clients refuse longer ones.
  const notAfter = new Date(Date.now() + 396 * day)
  const caName = `CN=Tenantry on this machine ${randomBytes(4).toString('hex')}`
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: caName,
    keys: caKeys,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    serialNumber: randomBytes(16).toString('hex'),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const leaf = await x509.X509CertificateGenerator.create({
    subject: 'CN=localhost',
    issuer: caName,
    publicKey: leafKeys.publicKey,
    signingKey: caKeys.privateKey,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    serialNumber: randomBytes(16).toString('hex'),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey)).toString('base64')
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`
  return { ca: `${ca.toString('pem')}\n`, key, cert: `${leaf.toString('pem')}\n${ca.toString('pem')}\n` }
}
