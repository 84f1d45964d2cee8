import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Why there is no terminal here; undefined: there is one. */
export const noTerminal: string | undefined =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true
    ? undefined
    : 'script of util-linux is missing: it lends a command a terminal'

/** What a command wrote to its terminal, all of it, and its exit code. */
export interface Screen {
  readonly code: number | null
  readonly text: string
}

/** Runs a command of the program on a terminal of a hundred columns. `type` is told of what is written, and gives what is typed then. */
export async function runOnTerminal(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  type: (text: string) => string | undefined = () => undefined,
): Promise<Screen> {
  const line = [process.execPath, main, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const child = spawn('script', ['-qec', `stty cols 100 && exec ${line}`, '/dev/null'], {
    env: { ...process.env, NODE_TEST_CONTEXT: '', TERM: 'xterm', SHELL: '/bin/sh', ...environment },
  })
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
    const typed = type(text)
    if (typed !== undefined) child.stdin.write(typed)
  })
  const [code] = await once(child, 'close')
  return { code, text }
}
