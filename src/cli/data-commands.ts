import type { Command } from 'commander'
import { model } from '../model/model.ts'
import type { ExportFlags } from './export.ts'
import type { ImportFlags } from './import.ts'
import { openService, type ServiceFlags } from './open-service.ts'
import type { Terminal } from './program.ts'
import type { SeedFlags } from './seed.ts'
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

  const importing = program
    .command('import')
    .description(
      'Make the customers of a running service what the rows of a file say: new ones are created, others changed where they differ.',
    )
    .argument('<file>', 'CSV, JSON, NDJSON or .xlsx; - for standard input')
    .option('--format <format>', 'csv, json, ndjson or xlsx; without it: what the name of the file says, else what it looks like')
    .option('--map <column=property>', 'what a column holds, where its name does not say it; nothing after = ignores it', gather, [])
    .option('--set <property=value>', 'what new customers get that their row does not tell', gather, [])
    .option('--dry-run', 'print what would be created, changed, left, deleted and refused, and change nothing')
    .option('--continue-on-error', 'go on after a row that is refused; without it the import stops there')
    .option('--rejects <file>', 'put refused rows into this file, with the reason, and go on (.csv or .ndjson)')
    .option('--delete-missing', 'delete the customers of whom the file does not speak, when no row was refused; asks first')
    .option('--yes', 'delete without asking')
    .option('--delimiter <character>', 'what separates the values of a CSV file: , ; | or tab; without it: what its head suggests')
    .option('--encoding <name>', 'of a text file, such as windows-1252; without it: UTF-8, or UTF-16 by its byte order mark')
    .option('--quiet', 'tell no progress')
    .option('--json', 'tell as JSON what was done; with --dry-run one line for each row, and what it all comes to in the last')
  withService(importing)
    .addHelpText(
      'after',
      `
A row is about the customer of its azureTenantId, or of its id where it has one of ours, as export writes it. A column that the file does
not have changes nothing. Names are found without regard to case, space and underscores; those of Partner Center's export of customers
(Microsoft ID, Company name, Primary domain name), of Graph's contracts and of Lighthouse's tenants are known. Codes may be their
labels (active), truth values yes and no. An import can be stopped and run again: what is done is left as it is.

Examples:
  tenantry import customers.csv --dry-run
  tenantry import customers.csv --rejects rejected.csv
  tenantry import Customers.csv --set partnerId=4711001 --map "Microsoft ID=contractId" --set contractType=3 --set countryLetterCode=DE \\
    --set isOnBoardedToMTM=no --set onboardingStatus=inProcess --set delegatedPrivilegeStatus=none
  tenantry import tenants.xlsx --map "Tenant GUID=azureTenantId" --map "Notes="
  tenantry import truth.ndjson --delete-missing --yes
  tenantry export --url https://old.example --format ndjson | tenantry import - --url https://new.example
${importExitCodes}`,
    )
    .action(async (file: string, flags: ImportFlags & ServiceFlags) => {
      const { importFile } = await import('./import.ts')
      end(await importFile(file, (waiting) => openService(flags, writePermission, waiting), flags, terminal.print))
    })

  const seeding = program
    .command('seed')
    .description('Put sample customers into a running service: always the same ones for the same seed.')
    .argument('<number>', 'how many')
    .option('--seed <text>', 'other customers for another text', 'tenantry')
    .option('--until <day>', 'the day up to which things have happened', '2026-11-01')
    .option('--dry-run', 'print what would be created and changed, and change nothing')
    .option('--quiet', 'tell no progress')
    .option('--json', 'tell as JSON what was done')
  withService(seeding)
    .addHelpText(
      'after',
      `
Companies, places and domains are invented (.example). The first hundred of a thousand are the hundred of the same seed.

Examples:
  tenantry seed 1000
  tenantry seed 50 --seed fabrikam --tenant fabrikam-partners
${importExitCodes}`,
    )
    .action(async (number: string, flags: SeedFlags & ServiceFlags) => {
      const { seedCustomers } = await import('./seed.ts')
      end(await seedCustomers(number, (waiting) => openService(flags, writePermission, waiting), flags, terminal.print))
    })
}

/** An option that may stand more than once. */
function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

const [{ read: readPermission, write: writePermission } = { read: '', write: '' }] = model.entitySets.map(({ permissions }) => permissions)

const exitCodes = `
Exit codes: 0 done; 1 something failed on the way; 2 called or configured wrongly, or the service refuses the call; 130 stopped by Ctrl+C.
Progress goes to standard error: a bar on a terminal, a line every ten seconds in a pipe.`

const importExitCodes = exitCodes.replace('something failed on the way', 'rows were refused, or something failed on the way')
