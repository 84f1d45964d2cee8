import { probeIssuer } from '../../auth/probe-issuer.ts'
import type { Config } from '../../config.ts'
import { type Check, ok, problem, reasonOf, warning } from './check.ts'
import { checkClock } from './check-clock.ts'

export async function checkIssuers({ issuers }: Config): Promise<readonly Check[]> {
  return (await Promise.all(issuers.map(checkIssuer))).flat()
}

async function checkIssuer(issuer: string): Promise<readonly Check[]> {
  try {
    const { named, keys, clockAhead } = await probeIssuer(issuer)
    const checks: Check[] = []
    if (keys === 0) checks.push(problem('issuer', `${issuer} publishes no key to check a signature with.`, 'Ask whoever runs it.'))
    else if (named !== issuer)
      checks.push(
        warning(
          'issuer',
          `${issuer} calls itself ${named}.`,
          "A token's iss must be what TENANTRY_ISSUERS says: set it to what the issuer calls itself.",
        ),
      )
    else checks.push(ok('issuer', `${issuer} answers, with ${keys} ${keys === 1 ? 'key' : 'keys'}.`))
    return clockAhead === undefined
      ? checks
      : [...checks, checkClock(`${new URL(issuer.replace('{tenantid}', 'common')).host}'s`, clockAhead)]
  } catch (error) {
    return [
      problem(
        'issuer',
        `${issuer}: ${reasonOf(error)}.`,
        'See that the address is right and that this machine reaches it (firewall, NODE_EXTRA_CA_CERTS): no token can be checked without its keys.',
      ),
    ]
  }
}
