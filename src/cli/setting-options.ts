import type { Command } from 'commander'
import { Option } from 'commander'
import { type Config, readConfig, type SettingName, settings } from '../config.ts'

const names = Object.keys(settings) as SettingName[]

/** Settings as options of a command: those that matter to it. */
export function withSettings(command: Command, wanted: readonly SettingName[] = names): Command {
  for (const name of wanted) {
    const { flag, value, meaning, variable, default: preset } = settings[name]
    const text = `${meaning} [${variable}${preset === '' ? '' : `, ${preset}`}]`
    command.addOption(
      new Option(`--${flag} <${value.toLowerCase()}>`, text).helpGroup('Settings, each a flag or a variable of the environment:'),
    )
  }
  return command
}

/** The settings that a command was called with. commander names an option's value in camel case, as our table does. */
export function configOf(command: Command): Config {
  const options: Readonly<Record<string, unknown>> = command.opts()
  return readConfig(Object.fromEntries(names.flatMap((name) => (typeof options[name] === 'string' ? [[name, options[name]]] : []))))
}
