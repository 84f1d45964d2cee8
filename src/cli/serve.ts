import { resolve } from 'node:path'
import { type Config, settings } from '../config.ts'
import { type RunningService, startService } from '../index.ts'
import type { RunningProcesses } from './processes/primary.ts'
import { preferSmallMemory } from './small-memory.ts'

/** Starts the service, says where it is, and stops it on SIGTERM or SIGINT: what is under way finishes first. */
export async function serve(config: Config, version: string, print: (line: string) => void): Promise<void> {
  preferSmallMemory(config)
  const service = await (config.processes > 1 ? startSeveral(config) : startService(config))
  for (const line of greeting(service, config, version)) print(line)
  const told = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  try {
    await ('failed' in service ? Promise.race([told, service.failed]) : told)
  } finally {
    await service.stop()
  }
}

async function startSeveral(config: Config): Promise<RunningProcesses> {
  const { startProcesses } = await import('./processes/primary.ts')
  return startProcesses(config)
}

/** Where the data is, without the password that a URL may hold. */
function dataOf({ database }: Config): string {
  if (database.kind === 'sqlite') return database.file
  const { host, pathname } = new URL(database.url)
  return `PostgreSQL at ${host}${pathname}`
}

/** Where the data is when nobody says otherwise: the commands find it by themselves. */
const defaultFolder = resolve(settings.data.default)

/** In a checkout the commands are npm scripts, in the published package the program's own. */
const command = import.meta.url.endsWith('.ts') ? 'npm run -s tenantry --' : 'npx tenantry'

/** A customer that the first curl line creates. */
const sample = {
  partnerId: 'contoso-partners',
  azureTenantId: '6f1dd6b7-4a53-4a4e-9d5e-0c2f6e0a1b3c',
  contractId: 'c-1001',
  displayName: 'Adatum Corporation',
  domain: 'adatum.example',
  contractType: 3,
  countryLetterCode: 'DE',
  isOnBoardedToMTM: true,
  onboardingStatus: 2,
  delegatedPrivilegeStatus: 3,
}

function greeting(service: RunningService | RunningProcesses, config: Config, version: string): string[] {
  const { httpUrl, httpsUrl, caFile, development } = service
  const lines = [`Tenantry ${version}`, '', `  http    ${httpUrl}`]
  if (httpsUrl)
    lines.push(`  https   ${httpsUrl}${caFile ? `   (clients must trust ${caFile}: export NODE_EXTRA_CA_CERTS="${caFile}")` : ''}`)
  lines.push(`  data    ${dataOf(config)}`, `  docs    ${httpUrl}/docs`)
  if (!development) return [...lines, `  tokens  from ${config.issuers.join(', ')}`]
  const folder = config.dataFolder === defaultFolder ? '' : ` --data '${config.dataFolder}'`
  return [
    ...lines,
    '  tokens  from the development issuer: anyone on this machine can have one',
    '',
    'A token:',
    '',
    `  ${command} token${folder}`,
    '',
    'Create a customer:',
    '',
    `  curl -s ${httpUrl}/beta/Customers -H "Authorization: Bearer $(${command} token${folder})" -H 'Content-Type: application/json' -d '${JSON.stringify(sample)}'`,
    '',
    'Stop with Ctrl+C.',
  ]
}
