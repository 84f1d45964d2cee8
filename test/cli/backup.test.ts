import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, type TestContext, test } from 'node:test'
import { customerBody } from '../support/customer.ts'
import { runCommand, type ServedProcess, serveProcess, temporaryFolder } from '../support/process.ts'

/** A folder with a database in it, and what is needed to write to a service on it. */
async function prepare(t: TestContext) {
  const data = temporaryFolder((clean) => t.after(clean))
  const token = (await runCommand(['token', '--data', data, '--https-port', '0'])).stdout.trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const serve = async () => {
    const service = await serveProcess(data)
    t.after(() => service.end('SIGKILL'))
    return service
  }
  const create = async ({ url }: ServedProcess) => {
    const answer = await fetch(`${url}/beta/Customers`, { method: 'POST', headers, body: JSON.stringify(customerBody()) })
    assert.equal(answer.status, 201)
    const { id } = (await answer.json()) as { id: string }
    return { id, etag: answer.headers.get('etag') ?? '' }
  }
  const tenantry = (...args: readonly string[]) => runCommand([...args, '--data', data])
  return { data, file: join(data, 'tenantry.db'), headers, serve, create, tenantry }
}

/** A database with so many customers, and no service on it. */
async function prepareWith(t: TestContext, customers: number) {
  const prepared = await prepare(t)
  const service = await prepared.serve()
  const created = []
  for (let i = 0; i < customers; i++) created.push(await prepared.create(service))
  await service.end('SIGTERM')
  return { ...prepared, created }
}

function idsIn(file: string): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return database
      .prepare('select id from customers order by id')
      .all()
      .map(({ id }) => String(id))
  } finally {
    database.close()
  }
}

describe('backup', () => {
  test('is of one moment while the service writes, is checked, and is one file that only its owner reads', async (t) => {
    const { data, serve, create, tenantry } = await prepare(t)
    const service = await serve()
    const acknowledged: string[] = []
    let writing = true
    const writers = Array.from({ length: 8 }, async () => {
      while (writing) acknowledged.push((await create(service)).id)
    })
    while (acknowledged.length < 200) await new Promise((resolve) => setTimeout(resolve, 10))
    const before = [...acknowledged]
    const target = join(data, 'copies', 'one.db')
    mkdirSync(join(data, 'copies'))
    const { code, stdout, stderr } = await tenantry('backup', target, '--json')
    const after = acknowledged.length
    writing = false
    await Promise.all(writers)
    assert.equal(code, 0, stderr)
    assert.ok(after > before.length, 'nothing was written meanwhile')
    assert.deepEqual(readdirSync(join(data, 'copies')), ['one.db'])
    assert.equal(statSync(target).mode & 0o777, 0o600)
    const told = JSON.parse(stdout)
    const ids = idsIn(target)
    assert.deepEqual([told.file, told.customers, told.managingTenants, told.bytes], [target, ids.length, 1, statSync(target).size])
    const held = new Set(ids)
    assert.deepEqual(
      before.filter((id) => !held.has(id)),
      [],
    )
    const copy = new DatabaseSync(target, { readOnly: true })
    t.after(() => copy.close())
    assert.deepEqual({ ...copy.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' })
    // The counter, the customers and the changes are of the same moment.
    const moment = copy.prepare(
      'select (select version from managing_tenants) as counter, max(version) as newest, count(*) as changes from changes',
    )
    const { counter, newest, changes } = moment.get() ?? {}
    assert.deepEqual([newest, changes], [counter, ids.length])
  })

  test('goes into the data folder by itself, into a folder by its date, and over no other file', async (t) => {
    const { data, tenantry, file } = await prepareWith(t, 1)
    const first = await tenantry('backup')
    assert.equal(first.code, 0, first.stderr)
    const [name = ''] = readdirSync(join(data, 'backups'))
    assert.match(name, /^tenantry-\d{8}T\d{6}Z\.db$/)
    assert.equal(statSync(join(data, 'backups')).mode & 0o777, 0o700)
    assert.match(first.stdout, /^\S+: 0\.\d MB, checked; 1 customers of 1 managing tenants, 1 changes, schema \d+\.\n$/)

    const folder = temporaryFolder((clean) => t.after(clean))
    assert.equal((await tenantry('backup', folder)).code, 0)
    assert.match(readdirSync(folder).join(), /^tenantry-\d{8}T\d{6}Z\.db$/)

    writeFileSync(join(folder, 'mine.txt'), 'something else')
    const refused = await tenantry('backup', join(folder, 'mine.txt'))
    assert.deepEqual([refused.code, refused.stderr], [1, `tenantry: ${join(folder, 'mine.txt')} exists already: --force replaces it.\n`])
    assert.equal(readFileSync(join(folder, 'mine.txt'), 'utf8'), 'something else')
    assert.equal((await tenantry('backup', join(folder, 'mine.txt'), '--force')).code, 0)
    assert.equal(idsIn(join(folder, 'mine.txt')).length, 1)

    const itself = await tenantry('backup', file, '--force')
    assert.deepEqual([itself.code, itself.stderr], [1, `tenantry: ${file} is the database itself.\n`])
    assert.equal(idsIn(file).length, 1)
  })

  test('of what is no database of ours is one clear line and no file', async (t) => {
    const { data, file, tenantry } = await prepare(t)
    const missing = await tenantry('backup')
    assert.deepEqual([missing.code, missing.stderr], [1, `tenantry: ${file} does not exist.\n`])
    writeFileSync(file, 'this is no database, but somebody may need it'.repeat(50))
    const foreign = await tenantry('backup', join(data, 'copy.db'))
    assert.deepEqual([foreign.code, foreign.stderr], [1, `tenantry: ${file} is no database of Tenantry.\n`])
    assert.deepEqual(
      readdirSync(data).filter((name) => name.startsWith('copy')),
      [],
    )
  })
})

describe('restore', () => {
  test('brings back what was, keeps what it replaces, and gives no version out twice', async (t) => {
    const { data, file, headers, serve, create, tenantry } = await prepare(t)
    const service = await serve()
    const kept = await create(service)
    const backup = join(data, 'backup.db')
    assert.equal((await tenantry('backup', backup)).code, 0)
    const lost = await create(service)
    await service.end('SIGTERM')

    const { code, stdout, stderr } = await tenantry('restore', backup, '--json')
    assert.equal(code, 0, stderr)
    const told = JSON.parse(stdout)
    assert.deepEqual([told.file, told.backup, told.customers], [file, backup, 1])
    assert.match(basename(told.replaced), /^tenantry\.db\.replaced-\d{8}T\d{6}Z$/)
    assert.deepEqual(idsIn(told.replaced), [kept.id, lost.id].sort())
    assert.deepEqual(idsIn(backup), [kept.id])
    assert.deepEqual(
      readdirSync(data).filter((name) => /partial|journal|-wal|-shm/.test(name)),
      [],
    )

    const again = await serve()
    assert.equal((await fetch(`${again.url}/beta/Customers/${kept.id}`, { headers })).headers.get('etag'), kept.etag)
    assert.equal((await fetch(`${again.url}/beta/Customers/${lost.id}`, { headers })).status, 404)
    const { etag } = await create(again)
    assert.notEqual(etag, lost.etag)
    assert.ok(Number(/\d+/.exec(etag)?.[0]) > 1_000_000_000)
  })

  test('leaves delta links from before the backup good, and answers 410 to those that know of what is gone', async (t) => {
    const { data, headers, serve, create, tenantry } = await prepare(t)
    const follow = async (url: string) => {
      const answer = await fetch(url, { headers })
      const { '@odata.deltaLink': link = '', value = [] } = (await answer.json()) as {
        '@odata.deltaLink'?: string
        value?: { id: string }[]
      }
      // The service stands elsewhere after a new start.
      return { status: answer.status, link: link.replace(/^.*?(?=\/beta)/, ''), ids: value.map(({ id }) => id) }
    }
    const service = await serve()
    const kept = await create(service)
    const early = await follow(`${service.url}/beta/Customers/delta`)
    assert.deepEqual(early.ids, [kept.id])
    const backup = join(data, 'backup.db')
    assert.equal((await tenantry('backup', backup)).code, 0)
    const lost = await create(service)
    const late = await follow(service.url + early.link)
    assert.deepEqual(late.ids, [lost.id])
    await service.end('SIGTERM')
    assert.equal((await tenantry('restore', backup)).code, 0)
    const again = await serve()
    assert.equal((await follow(again.url + late.link)).status, 410)
    const created = await create(again)
    assert.equal((await follow(again.url + late.link)).status, 410)
    assert.deepEqual((await follow(again.url + early.link)).ids, [created.id])
    const anew = await follow(`${again.url}/beta/Customers/delta`)
    assert.deepEqual(anew.ids.sort(), [kept.id, created.id].sort())
    assert.deepEqual(await follow(again.url + anew.link), { status: 200, link: anew.link, ids: [] })
  })

  test('refuses while a service has the file open, be it idle, and changes nothing', async (t) => {
    const { data, file, serve, tenantry, created } = await prepareWith(t, 2)
    const backup = join(data, 'backup.db')
    assert.equal((await tenantry('backup', backup)).code, 0)
    const idle = await serve()
    const { code, stderr } = await tenantry('restore', backup)
    assert.deepEqual([code, stderr], [1, `tenantry: ${file} is open in another process: stop the service first.\n`])
    assert.equal(await (await fetch(`${idle.url}/readyz`)).text(), '{"status":"ready"}')
    assert.deepEqual(
      readdirSync(data).filter((name) => /replaced|partial/.test(name)),
      [],
    )
    await idle.end('SIGTERM')
    assert.deepEqual(idsIn(file), created.map(({ id }) => id).sort())
  })

  test('checks the backup before it touches anything', async (t) => {
    const { data, file, tenantry } = await prepareWith(t, 40)
    const good = join(data, 'good.db')
    assert.equal((await tenantry('backup', good)).code, 0)
    const before = idsIn(file)
    const damaged = join(data, 'damaged.db')
    const bytes = readFileSync(good)
    // Pages of the customers' table, and the text within them.
    bytes.fill(0x55, 8_192, 40_960)
    writeFileSync(damaged, bytes)
    const newer = join(data, 'newer.db')
    copyFileSync(good, newer)
    const database = new DatabaseSync(newer)
    database.exec('pragma user_version = 999')
    database.close()
    const foreign = join(data, 'foreign.db')
    const other = new DatabaseSync(foreign)
    other.exec('create table t (x)')
    other.close()
    for (const [backup, pattern] of [
      [damaged, /^tenantry: \S+damaged\.db is damaged.*\.\n$/],
      [newer, /^tenantry: \S+newer\.db is of a newer version of Tenantry than this one \(schema 999, this program has \d+\)\.\n$/],
      [foreign, /^tenantry: \S+foreign\.db is no database of Tenantry\.\n$/],
      [join(data, 'none.db'), /^tenantry: \S+none\.db does not exist\.\n$/],
    ] as const) {
      const { code, stderr } = await tenantry('restore', backup)
      assert.equal(code, 1)
      assert.match(stderr, pattern)
      assert.deepEqual(idsIn(file), before)
    }
    assert.deepEqual(
      readdirSync(data).filter((name) => /replaced|partial/.test(name)),
      [],
    )
  })

  test('over a database that cannot be opened asks for --force, and keeps all that was there', async (t) => {
    const { data, file, serve, tenantry, created } = await prepareWith(t, 1)
    const backup = join(data, 'backup.db')
    assert.equal((await tenantry('backup', backup)).code, 0)
    writeFileSync(file, 'broken'.repeat(2_000))
    writeFileSync(`${file}-wal`, 'a log that must not be taken for that of the restored database')
    const refused = await tenantry('restore', backup)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /^tenantry: \S+ cannot be opened, .* --force\.\n$/)
    const { code, stderr } = await tenantry('restore', backup, '--force')
    assert.equal(code, 0, stderr)
    assert.deepEqual(
      idsIn(file),
      created.map(({ id }) => id),
    )
    assert.equal(readdirSync(data).filter((name) => /^tenantry\.db\.replaced-\d+T\d+Z(?:-wal)?$/.test(name)).length, 2)
    const service = await serve()
    assert.equal((await fetch(`${service.url}/readyz`)).status, 200)
  })

  test('where there is no database yet puts one there', async (t) => {
    const { data, tenantry, created } = await prepareWith(t, 1)
    const backup = join(data, 'backup.db')
    assert.equal((await tenantry('backup', backup)).code, 0)
    const elsewhere = join(
      temporaryFolder((clean) => t.after(clean)),
      'new',
      'place',
    )
    const { code, stdout, stderr } = await runCommand(['restore', backup, '--data', elsewhere])
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stdout, /kept/)
    assert.deepEqual(
      idsIn(join(elsewhere, 'tenantry.db')),
      created.map(({ id }) => id),
    )
  })
})
