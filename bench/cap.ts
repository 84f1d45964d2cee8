import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { model } from '../src/model/model.ts'
import type { Target } from './targets.ts'

/** What the peer is made of: its framework as npm gives it, and nothing of ours. */
const packages = { '@sap/cds': '^10.1.1', '@cap-js/sqlite': '^3.1.1', express: '^5.3.0' }

const types: Readonly<Record<string, string>> = {
  'Edm.String': 'String(256)',
  'Edm.Int32': 'Integer',
  'Edm.Boolean': 'Boolean',
  'Edm.DateTimeOffset': 'Timestamp',
}

/** SAP CAP with our entity on SQLite, as it is run in production; undefined where npm cannot bring it. */
export async function startCap(): Promise<Target | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cap-'))
  const [set] = model.entitySets
  if (!set) return undefined
  const elements = set.type.properties.map(({ name, type }) => `  ${name === set.type.key ? 'key ' : ''}${name} : ${types[type]};`)
  const files: Readonly<Record<string, string>> = {
    'package.json': JSON.stringify({
      name: 'peer',
      private: true,
      dependencies: packages,
      cds: { requires: { db: { kind: 'sqlite', credentials: { url: 'db.sqlite' } }, auth: { kind: 'dummy' } } },
    }),
    'db/schema.cds': `namespace peer;\nentity ${set.type.name} {\n${elements.join('\n')}\n}\n`,
    'srv/service.cds': `using peer from '../db/schema';\n@path: '/beta'\nservice Registry { entity ${set.name} as projection on peer.${set.type.name}; }\n`,
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const stop = () => rmSync(folder, { recursive: true, force: true })
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent'], { cwd: folder, stdio: 'ignore' })
    execFileSync(process.execPath, ['node_modules/@sap/cds/bin/deploy.js'], { cwd: folder, stdio: 'ignore' })
  } catch (error) {
    console.error(`CAP is left out: it could not be set up (${String(error).slice(0, 120)})`)
    stop()
    return undefined
  }
  const port = await freePort()
  const env = { ...process.env, NODE_ENV: 'production', PORT: String(port) }
  const child = spawn(process.execPath, ['node_modules/@sap/cds/bin/serve.js'], { cwd: folder, env, stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}/beta`
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`${url}/${set.name}?$top=1`).catch(() => undefined)
    await answer?.text()
    if (answer?.ok) break
    await sleep(100)
  }
  return {
    name: 'cap',
    url,
    pid: child.pid ?? 0,
    async stop() {
      const closed = once(child, 'exit')
      child.kill('SIGTERM')
      await closed
      stop()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
