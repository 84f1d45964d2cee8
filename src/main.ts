#!/usr/bin/env node
import { accessSync, constants, readFileSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

const { version, engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
  engines: { node: string }
}

// Whoever has an older runtime is told so, before anything is loaded that it may not understand.
const oldest = Number.parseInt(engines.node.replace(/\D+/, ''), 10)
if (Number.parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(`tenantry: needs Node.js ${oldest} or newer, and this is ${process.versions.node} (${process.execPath}).\n`)
  process.exitCode = 1
} else {
  // A reader that has seen enough closes the pipe: that is no failure (`tenantry … | head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  keepCompiledCode()
  const { runProgram } = await import('./cli/program.ts')
  process.exitCode = await runProgram(process.argv.slice(2), version, {
    print: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
  })
}

/** What was compiled once is kept, which saves a fifth of a start; in the user's own folder, for it is run as it is. Who has none that can be written to keeps nothing. */
function keepCompiledCode(): void {
  try {
    const home = homedir()
    if (!isAbsolute(home)) return
    accessSync(home, constants.W_OK)
    module.enableCompileCache(join(home, '.cache', 'tenantry'))
  } catch {
    // A service without a home starts as quickly as it did.
  }
}
