import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { type Config, ConfigError, readConfig, type SettingName, settings } from '../config.ts'
import { declareDataCommands } from './data-commands.ts'
import { declareKeyCommands } from './key-commands.ts'
import { ServiceError } from './service-client.ts'

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
    .configureOutput({ writeOut: (text) => terminal.print(text.trimEnd()), writeErr: (text) => terminal.complain(text.trimEnd()) })
    .showHelpAfterError('(tenantry --help tells more)')

  withSettings(program.command('serve').description('Run the service.'))
    .addHelpText('after', '\nExamples:\n  tenantry serve\n  tenantry serve --port 9000 --https-port 0\n')
    .action(async (_options, command: Command) => {
      const { serve } = await import('./serve.ts')
      await serve(configOf(command), version, terminal.print)
    })

  withSettings(program.command('token').description('Print a token of the development issuer, and nothing else.'))
    .option('--tenant <id>', 'the managing tenant (tid) of the token', tenantOf)
    .option('--permissions <names>', 'what the token permits', 'Customer.ReadWrite.All')
    .option('--delegated', "a user's token (scp) instead of an application's (roles)", false)
    .addHelpText(
      'after',
      '\nExamples:\n  tenantry token\n  tenantry token --tenant contoso --permissions "Customer.Read.All" --delegated\n',
    )
    .action(async (options: { tenant?: string; permissions: string; delegated: boolean }, command: Command) => {
      const { mintToken } = await import('./token.ts')
      terminal.print(await mintToken(configOf(command), options))
    })

  withSettings(program.command('migrate').description('Bring the schema of the database up to date.'))
    .option('--distribute', 'make every table distributed by managing tenant (PostgreSQL with the extension citus)', false)
    .addHelpText(
      'after',
      '\nExamples:\n  TENANTRY_DATABASE_URL=postgres://tenantry@db.example/tenantry tenantry migrate\n  tenantry migrate --distribute\n',
    )
    .action(async ({ distribute }: { distribute: boolean }, command: Command) => {
      const { migrateDatabase } = await import('./migrate.ts')
      await migrateDatabase(configOf(command), distribute, terminal.print)
    })

  withSettings(program.command('explain').description('Print what a read would do: syntax tree, plan, SQL, query plan. Needs no server.'))
    .argument('<request>', 'such as "GET /beta/Customers?$filter=startswith(displayName,\'Con\')"')
    .addHelpText('after', '\nExamples:\n  tenantry explain "GET /beta/Customers?$orderby=displayName&$top=50"\n')
    .action(async (request: string, _options, command: Command) => {
      const { explain } = await import('./explain.ts')
      terminal.print(explain(request, configOf(command)))
    })

  let code = 0
  declareDataCommands(program, terminal, (told) => {
    code = told
  })
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

const names = Object.keys(settings) as SettingName[]

function withSettings(command: Command): Command {
  for (const name of names) {
    const { flag, value, meaning, variable, default: preset } = settings[name]
    command.option(`--${flag} <${value.toLowerCase()}>`, `${meaning} [${variable}${preset === '' ? '' : `, ${preset}`}]`)
  }
  return command
}

/** commander names an option's value in camel case, as our table does. */
function configOf(command: Command): Config {
  const options: Readonly<Record<string, unknown>> = command.opts()
  return readConfig(Object.fromEntries(names.flatMap((name) => (typeof options[name] === 'string' ? [[name, options[name]]] : []))))
}

function tenantOf(text: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError('A tenant is a GUID or a name of letters, digits, dots and dashes.')
}
