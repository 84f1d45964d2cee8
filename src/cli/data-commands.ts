import type { Command } from 'commander'
import { model } from '../model/model.ts'
import type { ExportFlags } from './export.ts'
import { openService, type ServiceFlags } from './open-service.ts'
import type { Terminal } from './program.ts'
import { withService } from './service-options.ts'

/** Declares the commands that move customers in and out of a running service. `end` is told the exit code. */
export function declareDataCommands(program: Command, terminal: Terminal, end: (code: number) => void): void {
  const exporting = program
    .command('export')
    .description('Write all customers that match into a file, or to standard output.')
    .option('--filter <expression>', 'only those for which it is true ($filter), such as "onboardingStatus eq 2"')
    .option('--search <words>', 'only those in which the words are found ($search)')
    .option('--orderby <keys>', 'their order ($orderby), such as "displayName" or "cosmosCreatedDateTimeUTC desc"')
    .option('--select <names>', 'properties, separated by commas; id and displayName are always among them')
    .option('--format <format>', 'csv, json, ndjson or xlsx; without it: what the name of the file says, else csv')
    .option('--output <file>', 'the file; it is replaced when all is written. Without it: standard output')
    .option('--labels', 'put the meaning of a code beside it')
    .option('--delimiter <character>', 'what separates the values of a CSV file: , ; | or tab', ',')
    .option('--bom', 'begin a CSV file with a byte order mark, by which Excel knows UTF-8')
    .option('--quiet', 'tell no progress')
    .option('--json', 'with --output: tell as JSON what was written')
  withService(exporting)
    .addHelpText(
      'after',
      `
Texts that a spreadsheet would take for formulas get an apostrophe before them in CSV; import takes it away again.

Examples:
  tenantry export --output customers.csv
  tenantry export --filter "onboardingStatus eq 2 and countryLetterCode eq 'DE'" --orderby displayName --labels --output active.xlsx
  tenantry export --format ndjson | jq -r .domain
  TENANTRY_URL=https://tenantry.example TENANTRY_TOKEN=… tenantry export --select domain,azureTenantId
${exitCodes}`,
    )
    .action(async (flags: ExportFlags & ServiceFlags) => {
      const { exportCustomers } = await import('./export.ts')
      end(await exportCustomers((waiting) => openService(flags, readPermission, waiting), flags, terminal.print))
    })
}

const [readPermission = ''] = model.entitySets.map(({ permissions }) => permissions.read)

const exitCodes = `
Exit codes: 0 done; 1 something failed on the way; 2 called or configured wrongly, or the service refuses the call; 130 stopped by Ctrl+C.
Progress goes to standard error: a bar on a terminal, a line every ten seconds in a pipe.`
