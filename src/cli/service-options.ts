import type { Command } from 'commander'
import { clientSettings } from '../client-config.ts'
import { settings } from '../config.ts'

/** How a command finds the service. */
export function withService(command: Command): Command {
  for (const { flag, value, meaning, variable, default: preset } of Object.values(clientSettings))
    command.option(
      `--${flag} <${value.toLowerCase()}>`,
      `${meaning.replaceAll('`', '')} [${variable}${preset === '' ? '' : `, ${preset}`}]`,
    )
  return command
    .option(
      `--${settings.data.flag} <folder>`,
      `data folder of a development service on this machine [${settings.data.variable}, ${settings.data.default}]`,
    )
    .option('--tenant <id>', 'the managing tenant of a token of the development issuer')
}
