import { ConfigError, type Setting, settings } from './config.ts'

/** Where the commands that work on a running service find it, declared once. `docs/configuration.md` is made from this table too. */
export const clientSettings = {
  url: {
    flag: 'url',
    variable: 'TENANTRY_URL',
    value: 'URL',
    default: '',
    meaning:
      'Where the service is, such as `https://tenantry.example`. Without it: where `tenantry serve` with the same settings listens for http.',
  },
  token: {
    flag: 'token',
    variable: 'TENANTRY_TOKEN',
    value: 'TOKEN',
    default: '',
    meaning:
      'Access token for the service; rather as the variable, for others on the machine can see flags. Without it: one of the development issuer whose keys are in the data folder.',
  },
  timeout: {
    flag: 'timeout',
    variable: 'TENANTRY_TIMEOUT',
    value: 'SECONDS',
    default: '100',
    meaning: 'How long one request may take; then it is tried again, and in the end told.',
  },
} as const satisfies Record<string, Setting>

export type ClientSettingName = keyof typeof clientSettings

/** The settings of a client, read and checked. */
export interface ClientConfig {
  /** The service root with a version segment and without a slash at its end; undefined: the development service. */
  readonly root: string | undefined
  readonly token: string | undefined
  readonly timeoutSeconds: number
}

/** Reads them as {@link readConfig} does: a flag wins over a variable. Throws {@link ConfigError}. */
export function readClientConfig(
  flags: Readonly<Partial<Record<ClientSettingName, string>>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ClientConfig {
  const text = (name: ClientSettingName) => flags[name] ?? (environment[clientSettings[name].variable] || clientSettings[name].default)
  const told = (name: ClientSettingName) => (flags[name] === undefined ? clientSettings[name].variable : `--${clientSettings[name].flag}`)
  const token = text('token').trim()
  // Bytes that no header can carry; a token pasted with a line break in it, say.
  if (/[^\x21-\x7e]/.test(token)) throw new ConfigError(`${told('token')} holds characters that no token has.`)
  const seconds = Number(text('timeout'))
  if (!(seconds >= 1 && seconds <= 3_600))
    throw new ConfigError(`${told('timeout')} takes seconds from 1 to 3600, not '${text('timeout')}'.`)
  return {
    root: text('url') === '' ? undefined : rootOf(text('url'), told('url')),
    token: token === '' ? undefined : token,
    timeoutSeconds: seconds,
  }
}

/** The service root of an address that may name the version or leave it out. */
export function rootOf(address: string, told: string): string {
  const url = URL.parse(address)
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw new ConfigError(`${told} takes an address such as https://tenantry.example, not '${address}'.`)
  if (url.username !== '') throw new ConfigError(`${told} takes no user name or password: the service is asked with a token.`)
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${/\/(?:beta|v1\.0)$/.test(path) ? path : `${path}/v1.0`}`
}

/** Every variable of the environment that means something to us. */
export const variables: readonly string[] = [...Object.values(settings), ...Object.values(clientSettings)].map(({ variable }) => variable)

/** Variables that look like ours and are none: mistyped, most likely. */
export function unknownVariables(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  return Object.keys(environment).filter((name) => name.startsWith('TENANTRY_') && !variables.includes(name))
}
