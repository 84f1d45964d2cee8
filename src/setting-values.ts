import { join, resolve } from 'node:path'

// What the texts of settings mean.

/** Where the data is. */
export type DatabaseConfig = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string }

/** Throws what `fail` throws. */
export function databaseOf(url: string, dataFolder: string, fail: (name: 'databaseUrl', what: string) => never): DatabaseConfig {
  if (url === '') return { kind: 'sqlite', file: join(dataFolder, 'tenantry.db') }
  if (/^postgres(?:ql)?:\/\/./.test(url) && URL.canParse(url)) return { kind: 'postgres', url }
  const file = /^sqlite:(?:\/\/)?(.+)$/.exec(url)?.[1]
  // A URL may hold a password: it is not told.
  return file === undefined
    ? fail('databaseUrl', 'takes sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME')
    : { kind: 'sqlite', file: resolve(file) }
}

/** Addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

/** Keys that come over plain http could be anyone's. */
export function isIssuer(text: string): boolean {
  const url = text.replace('{tenantid}', 'common')
  return isUrl(url, ['https:']) || (isUrl(url, ['http:']) && isLoopback(new URL(url).hostname.replace(/[[\]]/g, '')))
}

export function isUrl(text: string, protocols: readonly string[], originOnly = false): boolean {
  const url = URL.parse(text)
  return url !== null && protocols.includes(url.protocol) && (!originOnly || url.origin === text)
}
