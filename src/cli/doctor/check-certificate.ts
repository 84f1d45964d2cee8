import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { Config } from '../../config.ts'
import { type Check, ok, problem, reasonOf, warning } from './check.ts'

const day = 86_400_000

export function checkCertificate(config: Config): readonly Check[] {
  const { https, tls, dataFolder } = config
  if (!https) return []
  if (tls) return checkOwn(tls, config)
  try {
    const made = new X509Certificate(readFileSync(join(dataFolder, 'tls', 'cert.pem')))
    return [ok('certificate', `Made by the service for this machine, until ${dayOf(made.validToDate)}; it is made anew a month before.`)]
  } catch {
    return [ok('certificate', 'One for this machine is made on first start.')]
  }
}

function checkOwn({ keyFile, certFile }: NonNullable<Config['tls']>, { publicUrl }: Config): readonly Check[] {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(readFileSync(certFile))
    if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(keyFile))))
      return [problem('certificate', `${keyFile} is not the key of ${certFile}.`, 'Give the two that were made together.')]
  } catch (error) {
    return [problem('certificate', `${reasonOf(error)}.`, `Both ${keyFile} and ${certFile} must be PEM that the service may read.`)]
  }
  const { validFromDate, validToDate } = certificate
  const host = publicUrl === undefined ? undefined : new URL(publicUrl).hostname.replace(/[[\]]/g, '')
  const renew = 'Renew it and restart the service.'
  if (validFromDate.getTime() > Date.now())
    return [problem('certificate', `${certFile} is not valid before ${dayOf(validFromDate)}.`, "See that this machine's clock is right.")]
  const left = validToDate.getTime() - Date.now()
  if (left <= 0) return [problem('certificate', `${certFile} has expired on ${dayOf(validToDate)}.`, renew)]
  if (host !== undefined && !(isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)))
    return [warning('certificate', `${certFile} is not for ${host}.`, 'Unless a proxy has one that is, clients will refuse it.')]
  if (left < 30 * day) return [warning('certificate', `${certFile} expires on ${dayOf(validToDate)}.`, renew)]
  return [ok('certificate', `${certFile} is good until ${dayOf(validToDate)}.`)]
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
