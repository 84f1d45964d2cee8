import type { Command } from 'commander'
import type { SettingName } from '../config.ts'
import type { FileOptions } from './backup.ts'
import type { MigrateOptions } from './migrate.ts'
import type { Terminal } from './program.ts'
import { configOf, withSettings } from './setting-options.ts'

const whereTheDataIs: readonly SettingName[] = ['data', 'databaseUrl', 'logLevel']

/** Declares the commands that open the database themselves, and the one that looks at everything. `end` is told the exit code. */
export function declareDatabaseCommands(program: Command, terminal: Terminal, end: (code: number) => void): void {
  withSettings(
    program
      .command('migrate')
      .description('Bring the schema of the database up to date.')
      .option('--distribute', 'make every table distributed by managing tenant (PostgreSQL with the extension citus)', false)
      .option(
        '--restored',
        'the database comes from a backup: versions go on far ahead, so that none that was lost is given out again',
        false,
      )
      .option('--json', 'tell as JSON what was done', false)
      .addHelpText(
        'after',
        `
Examples:
  TENANTRY_DATABASE_URL=postgres://tenantry@db.example/tenantry tenantry migrate
  tenantry migrate --distribute`,
      ),
    whereTheDataIs,
  ).action(async (options: MigrateOptions, command: Command) => {
    const { migrateDatabase } = await import('./migrate.ts')
    terminal.print(await migrateDatabase(configOf(command), options))
  })

  withSettings(
    program
      .command('backup')
      .description('Copy the database (SQLite) while the service runs, and check the copy.')
      .argument('[file]', 'where to put it: a file or a folder; without it: backups/ in the data folder')
      .option('--force', 'replace a file that stands there', false)
      .option('--json', 'tell as JSON what was written', false)
      .addHelpText(
        'after',
        `
The copy is of one moment, whatever is written meanwhile, and it is one file. It stands whole and checked, or not at all.
PostgreSQL has pg_dump for that: the command prints the line.

Examples:
  tenantry backup
  tenantry backup /mnt/backups/
  tenantry backup --data /var/lib/tenantry --json nightly.db --force`,
      ),
    whereTheDataIs,
  ).action(async (file: string | undefined, options: FileOptions, command: Command) => {
    const { backUpDatabase } = await import('./backup.ts')
    terminal.print(await backUpDatabase(configOf(command), file, options))
  })

  withSettings(
    program
      .command('restore')
      .description('Put a backup in the place of the database (SQLite). The service must not run.')
      .argument('<file>', 'the backup')
      .option('--force', 'also when the database cannot be opened, and nobody can tell whether a service uses it', false)
      .option('--json', 'tell as JSON what was done', false)
      .addHelpText(
        'after',
        `
The backup is checked first and stays as it is; the database that it replaces is kept beside it. Clients whose delta links know of
what came after the backup are told to start again (410 resyncRequired); no version is given out twice.
PostgreSQL has pg_restore for that: the command prints the lines.

Examples:
  tenantry restore data/backups/tenantry-20261125T081500Z.db
  tenantry restore --data /var/lib/tenantry nightly.db`,
      ),
    whereTheDataIs,
  ).action(async (file: string, options: FileOptions, command: Command) => {
    const { restoreDatabase } = await import('./backup.ts')
    terminal.print(await restoreDatabase(configOf(command), file, options))
  })

  withSettings(
    program
      .command('doctor')
      .description('Look at everything that the service needs, and say what to do where something is wrong.')
      .option('--json', 'tell as JSON what was found', false)
      .addHelpText(
        'after',
        `
Settings, data folder, disk, database, migrations, issuers and their keys, certificate, clock. Nothing is changed; the service may run or not.
Give it the settings of the service: the same variables of the environment, or the same flags.

Examples:
  tenantry doctor
  tenantry doctor --json | jq '.checks[] | select(.outcome != "ok")'

Exit code 1: there is a problem. Warnings alone are 0.`,
      ),
  ).action(async ({ json }: { json: boolean }, command: Command) => {
    const { examine, printChecks } = await import('./doctor/doctor.ts')
    const checks = await examine(() => configOf(command))
    const healthy = checks.every(({ outcome }) => outcome !== 'problem')
    terminal.print(json ? JSON.stringify({ healthy, checks }) : printChecks(checks))
    end(healthy ? 0 : 1)
  })
}
