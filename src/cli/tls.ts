import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
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
  const standing = await readMade(folder)
  if (standing) return standing
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const draft = await mkdtemp(`${folder}-`)
  const made = await makeCertificate()
  for (const [name, text] of Object.entries(made)) await writeFile(join(draft, `${name}.pem`), text, { mode: 0o600 })
  // All three files come to stand at once. Of two first starts one is too late, and takes what the other made.
  await rename(draft, folder).catch(async () => {
    if (!(await readMade(folder))) {
      await rm(folder, { recursive: true, force: true })
      return rename(draft, folder)
    }
    return rm(draft, { recursive: true, force: true })
  })
  const taken = await readMade(folder)
  if (!taken) throw new Error(`No certificate could be put into ${folder}`)
  return taken
}

/** What stands there, if it is whole and good. */
async function readMade(folder: string): Promise<Certificate | undefined> {
  const caFile = join(folder, 'ca.pem')
  const files = await Promise.all([join(folder, 'key.pem'), join(folder, 'cert.pem'), caFile].map((file) => readFile(file, 'utf8'))).catch(
    () => undefined,
  )
  const [key, cert] = files ?? []
  return key !== undefined && cert !== undefined && isGood(key, cert) ? { key, cert, caFile } : undefined
}

/** Whether the key is the certificate's, and a month is left of it. */
function isGood(key: string, cert: string): boolean {
  try {
    const leaf = new X509Certificate(cert)
    return leaf.checkPrivateKey(createPrivateKey(key)) && leaf.validToDate.getTime() - Date.now() > 30 * day
  } catch {
    return false
  }
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
