import { type Command, InvalidArgumentError } from 'commander'
import { model } from '../model/model.ts'
import { openService, type ServiceFlags } from './open-service.ts'
import type { Terminal } from './program.ts'
import { withService } from './service-options.ts'

/** Declares the commands that make, list and revoke the read-only access keys of a partner on a running service. */
export function declareKeyCommands(program: Command, terminal: Terminal): void {
  const open = (flags: ServiceFlags) =>
    openService(flags, permission, (reason, seconds) => terminal.complain(`${reason} Trying again in ${Math.ceil(seconds)} s.`))
  const keys = program
    .command('key')
    .description('Make, list and revoke read-only keys for Excel, Power BI and other readers of feeds.')
    .addHelpText(
      'after',
      `
A key stands in for a token: as the password of Basic with any user name, or in the header X-Api-Key. It reads the data of one partner, and nothing else.
To make, list and revoke keys takes a token with ${permission}.

Examples:
  tenantry key create --name "Power BI, finance"
  tenantry key list
  tenantry key revoke 0c4f7a0e-3c5a-4a52-8a7e-8f1d6b7e2c11${exitCodes}`,
    )
  withService(
    keys
      .command('create')
      .description('Make a key, and print it: this once, for the service keeps no more than a hash.')
      .requiredOption('--name <name>', 'what it is for')
      .option('--days <days>', 'how long it is good; without it: 90', daysOf)
      .option('--json', 'print it as JSON, with its id and when it expires'),
  )
    .addHelpText(
      'after',
      `
The key goes to standard output, what is said of it to standard error.

Examples:
  tenantry key create --name "Power BI, finance"
  KEY=$(tenantry key create --name nightly --days 7) && curl -u "feed:$KEY" http://127.0.0.1:8080/beta/Customers${exitCodes}`,
    )
    .action(async (flags: ServiceFlags & { readonly name: string; readonly days?: number; readonly json?: boolean }) => {
      const { createKey } = await import('./key.ts')
      await createKey(await open(flags), flags, terminal)
    })
  withService(keys.command('list').description('List the keys of the partner, the oldest first.').option('--json', 'print them as JSON'))
    .addHelpText('after', `\nExamples:\n  tenantry key list\n  tenantry key list --json | jq -r '.[].id'${exitCodes}`)
    .action(async (flags: ServiceFlags & { readonly json?: boolean }) => {
      const { listKeys } = await import('./key.ts')
      await listKeys(await open(flags), flags.json ?? false, terminal)
    })
  withService(keys.command('revoke').description('Revoke keys by their ids.').argument('<id...>', 'as `tenantry key list` tells them'))
    .addHelpText('after', `\nExamples:\n  tenantry key revoke 0c4f7a0e-3c5a-4a52-8a7e-8f1d6b7e2c11${exitCodes}`)
    .action(async (ids: readonly string[], flags: ServiceFlags) => {
      const { revokeKeys } = await import('./key.ts')
      await revokeKeys(await open(flags), ids, terminal)
    })
}

const [permission = ''] = model.entitySets.map(({ permissions }) => permissions.write)

const exitCodes = '\n\nExit codes: 0 done, 1 failed, 2 called or configured wrongly, or refused by the service.'

function daysOf(text: string): number {
  const days = Number(text)
  if (/^\d{1,4}$/.test(text) && days > 0) return days
  throw new InvalidArgumentError('It takes a number of days.')
}
