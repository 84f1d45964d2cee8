import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { validate } from 'dockerfile-utils'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service } from 'kubernetes-models/v1/Service'
import { parse, parseAllDocuments } from 'yaml'
import { settings } from '../../src/config.ts'
import { runCommand, serveProcess, temporaryFolder } from '../support/process.ts'

// What can be known of the files for containers, clusters and systemd without any of them.

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const dockerfile = read('Dockerfile')

test('every setting that they name is one', () => {
  const known: ReadonlySet<string> = new Set(Object.values(settings).map(({ variable }) => variable))
  const files = ['Dockerfile', 'compose.yaml', ...globSync('deploy/**/*.*', { cwd: root }), 'docs/operations.md']
  assert.ok(files.length >= 8)
  for (const file of files)
    for (const [name] of read(file).matchAll(/TENANTRY_[A-Z_]*[A-Z]/g)) assert.ok(known.has(name), `${file}: ${name}`)
})

describe('the Dockerfile', () => {
  test('has no fault that a linter finds', () => {
    assert.deepEqual(
      validate(dockerfile).map(({ message }) => message),
      [],
    )
  })

  test('copies what stands here and is not ignored', () => {
    const admitted: readonly string[] = read('.dockerignore').match(/(?<=^!).+$/gm) ?? []
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))
    assert.ok(copied.length >= 6)
    for (const name of copied) assert.ok(existsSync(join(root, name)) && admitted.includes(name), name)
    assert.deepEqual([...admitted].sort(), [...new Set(copied)].sort())
  })

  test('has the version of the runtime that the package asks for', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } }
    for (const [, version] of dockerfile.matchAll(/^FROM node:(\d+)/gm)) assert.equal(`>=${version}`, engines.node)
  })

  test('asks a service for its health: a program that ends with 0 when one answers, and with 1 when none does', async (t) => {
    const [, json = ''] = /HEALTHCHECK [\s\S]*?CMD (\[.*\])$/m.exec(dockerfile) ?? []
    const [, ...args] = JSON.parse(json) as string[]
    const check = (port: string) =>
      spawnSync(process.execPath, args, { env: { ...process.env, TENANTRY_PORT: port }, timeout: 20_000 }).status
    assert.equal(check('1'), 1)
    const service = await serveProcess(temporaryFolder((clean) => t.after(clean)))
    t.after(() => service.end('SIGKILL'))
    // The check is a process of its own, but waiting for it stops this one, and nothing here has to answer.
    assert.equal(check(new URL(service.url).port), 0)
  })

  test('without an issuer says what is missing', async () => {
    const { code, stderr } = await runCommand(['serve'], { TENANTRY_HOST: '0.0.0.0' })
    assert.equal(code, 2)
    assert.match(stderr, /TENANTRY_ISSUERS/)
  })
})

test('compose.yaml gives the service time to finish, and waits for the database', () => {
  const { services } = parse(read('compose.yaml'))
  assert.ok(Number.parseInt(services.tenantry.stop_grace_period, 10) > Number(settings.drainSeconds.default))
  assert.deepEqual(services.tenantry.depends_on, { database: { condition: 'service_healthy' } })
  assert.ok(services.database.healthcheck)
})

describe('the manifests', () => {
  const kinds = { Deployment, PodDisruptionBudget, Service }
  const { resources } = parse(read('deploy/kubernetes/kustomization.yaml')) as { resources: readonly string[] }
  // biome-ignore lint/suspicious/noExplicitAny: a manifest is what its schema says, which is what is tested
  const documents: readonly any[] = resources.flatMap((file) =>
    parseAllDocuments(read(`deploy/kubernetes/${file}`)).map((document) => document.toJS()),
  )

  for (const document of documents) {
    test(`${document.kind} is as the schema of Kubernetes has it`, () => {
      new kinds[document.kind as keyof typeof kinds](document).validate()
      assert.throws(() =>
        new kinds[document.kind as keyof typeof kinds]({ ...document, spec: { ...document.spec, selector: 7 } }).validate(),
      )
    })
  }

  test('ask what the service answers, for two servers', async (t) => {
    const { replicas, template } = documents.find(({ kind }) => kind === 'Deployment').spec
    const [container] = template.spec.containers
    assert.equal(replicas, 2)
    const service = await serveProcess(temporaryFolder((clean) => t.after(clean)))
    t.after(() => service.end('SIGKILL'))
    for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'])
      assert.equal((await fetch(`${service.url}${container[probe].httpGet.path}`)).status, 200)
    assert.ok(template.spec.terminationGracePeriodSeconds > Number(settings.drainSeconds.default) + 5)
  })
})

test('every metric that docs/operations.md names is told', async (t) => {
  const service = await serveProcess(temporaryFolder((clean) => t.after(clean)))
  t.after(() => service.end('SIGKILL'))
  const told = await (await fetch(`${service.url}/metrics`)).text()
  const named = new Set(read('docs/operations.md').match(/\b(?:tenantry|nodejs|process)_[a-z0-9_]+(?:_total|_seconds|_bytes|_fds)\b/g))
  assert.ok(named.size >= 8)
  for (const name of named) assert.match(told, new RegExp(`^# TYPE ${name} `, 'm'))
})

const systemd = spawnSync('systemd-analyze', ['--version']).status === 0

test('systemd finds no fault in the units', { skip: systemd ? false : 'systemd-analyze is not installed' }, (t) => {
  const folder = temporaryFolder((clean) => t.after(clean))
  const units = globSync('deploy/systemd/*', { cwd: root })
  for (const unit of units) {
    // It looks for the program and the user on this machine.
    const text = read(unit)
      .replaceAll('/usr/local/bin/tenantry', '/bin/true')
      .replace(/^(User|Group)=.*$/gm, '$1=root')
    writeFileSync(join(folder, basename(unit)), text)
  }
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...units.map((unit) => join(folder, basename(unit)))], {
    encoding: 'utf8',
  })
  assert.deepEqual([status, stderr], [0, ''])
})
