import { unknownVariables, variables } from '../../client-config.ts'
import { type Config, isLoopback } from '../../config.ts'
import { nearestName } from '../../odata/nearest-name.ts'
import { type Check, ok, warning } from './check.ts'

export function checkSettings(config: Config): readonly Check[] {
  const { host, issuers, tls, trustedProxies } = config
  const tokens =
    issuers.length === 0 ? 'tokens from the development issuer, which is for this machine only' : `tokens from ${issuers.join(', ')}`
  const checks: Check[] = [ok('settings', `Listens on ${host}; ${tokens}.`)]
  for (const name of unknownVariables()) {
    const near = nearestName(name, variables)
    checks.push(warning('settings', `${name} is no setting.`, near === undefined ? 'Remove it.' : `Did you mean ${near}?`))
  }
  if (!isLoopback(host) && !tls && trustedProxies.length === 0)
    checks.push(
      warning(
        'settings',
        `Tokens and customers travel over plain http to ${host}.`,
        'Let a proxy end TLS and name it (TENANTRY_TRUSTED_PROXIES), or give a certificate (TENANTRY_TLS_KEY, TENANTRY_TLS_CERT).',
      ),
    )
  return checks
}
