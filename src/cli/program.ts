import { Command, CommanderError, Help, InvalidArgumentError } from 'commander'
import { ConfigError, type SettingName } from '../config.ts'
import { declareDataCommands } from './data-commands.ts'
import { declareDatabaseCommands } from './database-commands.ts'
import { declareKeyCommands } from './key-commands.ts'
import { ServiceError } from './service-client.ts'
import { configOf, withSettings } from './setting-options.ts'
import type { TokenOptions } from './token.ts'

/** Where the commands write. */
export interface Terminal {
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
}

/** Exit codes: 0 done, 1 failed, 2 called or configured wrongly; a command may tell its own. */
export async function runProgram(args: readonly string[], version: string, terminal: Terminal): Promise<number> {
  const program = new Command('tenantry')
    .description("A self-hosted registry of a partner's customer tenants that speaks Microsoft Graph.")
    .version(version)
    .exitOverride()
    .configureHelp({
      optionDescription: (option) => (option.defaultValue === false ? option.description : new Help().optionDescription(option)),
    })
    .addHelpCommand(new Command('help').argument('[command]').description('Print the help of a command.').helpGroup('Run:'))
    .configureOutput({ writeOut: (text) => terminal.print(text.trimEnd()), writeErr: (text) => terminal.complain(text.trimEnd()) })
    .showHelpAfterError('(tenantry --help tells more)')
    .addHelpText('after', `\nStart with:\n  tenantry serve\n  tenantry COMMAND --help${exitCodes}`)

  program.commandsGroup('Run:')
  withSettings(
    program
      .command('serve')
      .description('Run the service.')
      .addHelpText(
        'after',
        `
Examples:
  tenantry serve
  tenantry serve --port 9000 --https-port 0
  TENANTRY_ISSUERS='https://login.microsoftonline.com/{tenantid}/v2.0' TENANTRY_AUDIENCE=api://your-app tenantry serve --host 0.0.0.0

SIGTERM and SIGINT let requests under way finish.`,
      ),
  ).action(async (_options, command: Command) => {
    const { serve } = await import('./serve.ts')
    await serve(configOf(command), version, terminal.print)
  })

  withSettings(
    program
      .command('token')
      .description('Print a token of the development issuer, and nothing else.')
      .option('--tenant <id>', 'the managing tenant (tid) of the token', tenantOf)
      .option('--permissions <names>', 'what the token permits', 'Customer.ReadWrite.All')
      .option('--delegated', "a user's token (scp) instead of an application's (roles)", false)
      .option('--json', 'print it as JSON, with the moment when it expires', false)
      .addHelpText(
        'after',
        `
Examples:
  tenantry token
  tenantry token --tenant contoso --permissions "Customer.Read.All" --delegated
  curl -H "Authorization: Bearer $(tenantry token)" http://127.0.0.1:8080/beta/Customers`,
      ),
    whereTokensComeFrom,
  ).action(async ({ json, ...options }: TokenOptions & { json: boolean }, command: Command) => {
    const { mintToken, describeToken } = await import('./token.ts')
    const token = await mintToken(configOf(command), options)
    terminal.print(json ? JSON.stringify(describeToken(token)) : token)
  })

  withSettings(
    program
      .command('explain')
      .description('Print what a read would do. Needs no server and no data.')
      .argument('<request>', 'such as "GET /beta/Customers?$filter=startswith(displayName,\'Con\')"')
      .option('--json', 'print it as JSON', false)
      .addHelpText(
        'after',
        `
Syntax tree, plan, SQL (of SQLite) and query plan, of any address that can be read.

Examples:
  tenantry explain "GET /beta/Customers?\\$orderby=displayName&\\$top=50"
  tenantry explain '/beta/Customers?$search="contoso"' --json`,
      ),
    whatBoundsQueries,
  ).action(async (request: string, { json }: { json: boolean }, command: Command) => {
    const { explain, printExplanation } = await import('./explain.ts')
    const explanation = explain(request, configOf(command))
    terminal.print(json ? JSON.stringify(explanation) : printExplanation(explanation))
  })

  let code = 0
  const end = (told: number) => {
    code = told
  }
  program.commandsGroup('Look after the database and the installation:')
  declareDatabaseCommands(program, terminal, end)
  for (const command of program.commands) command.addHelpText('after', exitCodes)
  program.commandsGroup('Move customers in and out of a running service:')
  declareDataCommands(program, terminal, end)
  program.commandsGroup('Keys for readers of feeds:')
  declareKeyCommands(program, terminal)

  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof ConfigError) {
      terminal.complain(`tenantry: ${error.message}`)
      return 2
    }
    terminal.complain(`tenantry: ${error instanceof Error ? error.message : String(error)}`)
    // What the service refuses before anything is done was asked wrongly, or with a token that does not permit it.
    return error instanceof ServiceError && /^40[0134]$/.test(String(error.status)) ? 2 : 1
  }
}

const exitCodes = '\nExit codes: 0 done, 1 failed, 2 called or configured wrongly.'

const whereTokensComeFrom: readonly SettingName[] = [
  'data',
  'host',
  'port',
  'httpsPort',
  'publicUrl',
  'issuers',
  'audience',
  'developmentSecret',
  'tlsKey',
  'tlsCert',
]

const whatBoundsQueries: readonly SettingName[] = [
  'pageSize',
  'maxPageSize',
  'maxSkip',
  'maxQueryDepth',
  'maxQueryNodes',
  'maxTransformations',
  'maxListItems',
  'maxSearchTerms',
  'maxOrderKeys',
  'maxCopies',
]

function tenantOf(text: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError('A tenant is a GUID or a name of letters, digits, dots and dashes.')
}
