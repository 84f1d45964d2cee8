import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Ajv2020 } from '@redocly/ajv/dist/2020.js'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { model } from '../../../src/model/model.ts'
import { errorCodes } from '../../../src/odata/error.ts'
import { type OpenApiDocument, resolve, type Verb, verbs } from '../../../src/reference/document.ts'
import { customerBody } from '../../support/customer.ts'
import { useService } from '../../support/service.ts'

const service = useService()

async function openApi(): Promise<OpenApiDocument> {
  return (await service.send('GET', '/openapi.json', { as: null })).json
}

/** The concrete address of a described path. */
const concrete = (path: string, id: string) =>
  `/beta${path.replace('{id}', id).replace('{azureTenantId}', 'none').replace('{property}', 'displayName')}`

const ofEntities = (document: OpenApiDocument) => Object.entries(document.paths).filter(([path]) => /^\/(?:Customers|directory)/.test(path))

describe('/openapi.json', () => {
  test('is OpenAPI 3.1 in which a linter finds nothing', async () => {
    const answer = await service.send('GET', '/openapi.json', { as: null })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'application/json')
    assert.match(answer.json.openapi, /^3\.1\.\d$/)
    const lint = async (source: string) =>
      lintFromString({ source, absoluteRef: '/openapi.json', config: await createConfig({ extends: ['recommended'] }) })
    const problems = await lint(answer.text)
    assert.deepEqual(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer})`),
      [],
    )
    assert.ok((await lint(answer.text.replace('"operationId": "getCustomer"', '"operationId": "listCustomers"'))).length > 0)
  })

  test('is known by its ETag', async () => {
    const etag = (await service.send('GET', '/openapi.json', { as: null })).headers.get('etag') ?? ''
    assert.equal((await service.send('GET', '/openapi.json', { as: null, headers: { 'if-none-match': etag } })).status, 304)
    assert.equal((await service.send('POST', '/openapi.json', { body: {} })).status, 404)
  })

  test('names every property of the model with its bounds, and every error code', async () => {
    const { components } = await openApi()
    for (const { type } of model.entitySets) {
      const schema = components.schemas[type.name]
      const names = Object.keys(schema?.properties ?? {}).filter((name) => !name.startsWith('@'))
      assert.deepEqual(
        names,
        type.properties.map(({ name }) => name),
      )
      assert.deepEqual(
        components.schemas[`${type.name}Create`]?.required,
        type.properties.filter(({ create }) => create === 'required').map(({ name }) => name),
      )
    }
    assert.deepEqual(components.schemas.ErrorDetail?.properties?.code, { type: 'string', enum: Object.keys(errorCodes) })
  })

  test('describes the methods that addresses take, and no others', async () => {
    const document = await openApi()
    const { id } = await service.create()
    for (const [path, item] of ofEntities(document)) {
      const answer = await service.send('LOCK', concrete(path, id))
      assert.equal(answer.status, 405, path)
      const allowed = (answer.headers.get('allow') ?? '').split(', ').filter((method) => method !== 'HEAD')
      assert.deepEqual(
        verbs.filter((verb) => item[verb]).map((verb) => verb.toUpperCase()),
        verbs.map((verb) => verb.toUpperCase()).filter((verb) => allowed.includes(verb)),
        path,
      )
    }
  })

  test('describes the query options that addresses take, and no others', async () => {
    const document = await openApi()
    const { id } = await service.create()
    const samples: Readonly<Record<string, string>> = {
      $filter: "id eq 'x'",
      $search: 'a',
      $orderby: 'id',
      $select: 'id',
      $top: '1',
      $skip: '0',
      $count: 'true',
      $compute: 'length(id) as long',
      $apply: 'identity',
      $deltatoken: 'latest',
    }
    let described = 0
    for (const [path, item] of ofEntities(document)) {
      if (!item.get) continue
      const options = new Set((item.get.parameters ?? []).map((parameter) => resolve(document, 'parameters', parameter).name))
      for (const [option, value] of Object.entries(samples)) {
        const { status, json } = await service.send('GET', `${concrete(path, id)}?${option}=${encodeURIComponent(value)}`)
        const refused = status === 400 && json.error.target === option
        assert.equal(refused, !options.has(option), `${option} at ${path}: ${status} ${json?.error?.message}`)
        if (options.has(option)) described++
      }
    }
    assert.ok(described > 12)
  })

  test('what is answered is what is described', async () => {
    const document = await openApi()
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema(document, 'openapi')
    const check = (path: string, verb: Verb, answer: { readonly status: number; readonly headers: Headers; readonly json: unknown }) => {
      const response = document.paths[path]?.[verb]?.responses[answer.status]
      assert.ok(response, `${verb} ${path} answered ${answer.status}`)
      const { headers = {}, content } = resolve(document, 'responses', response)
      const pointer = '$ref' in response ? response.$ref : `#/paths/${pointerOf(path)}/${verb}/responses/${answer.status}`
      if (content?.['application/json']) {
        const validate = ajv.compile({ $ref: `openapi${pointer}/content/application~1json/schema` })
        assert.ok(validate(answer.json), `${verb} ${path}: ${ajv.errorsText(validate.errors)} ${JSON.stringify(answer.json)}`)
      } else assert.equal(answer.json, undefined)
      assert.ok(Object.keys(headers).includes('request-id') && answer.headers.get('request-id'))
    }
    const pointerOf = (path: string) => encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'))
    const created = await service.send('POST', '/beta/Customers', { body: customerBody() })
    check('/Customers', 'post', created)
    check('/Customers', 'post', await service.send('POST', '/beta/Customers', { body: customerBody({ id: created.json.id }) }))
    check('/Customers', 'post', await service.send('POST', '/beta/Customers', { body: {} }))
    check('/Customers', 'get', await service.send('GET', '/beta/Customers?$count=true&$top=1'))
    check('/Customers', 'get', await service.send('GET', '/beta/Customers', { as: null }))
    const one = `/beta/Customers/${created.json.id}`
    check('/Customers/{id}', 'get', await service.send('GET', one))
    check('/Customers/{id}', 'get', await service.send('GET', `${one}x`))
    check('/Customers/{id}', 'patch', await service.send('PATCH', one, { body: { displayName: 'Renamed' } }))
    check(
      '/Customers/{id}',
      'patch',
      await service.send('PATCH', one, { body: { displayName: 'x' }, headers: { prefer: 'return=minimal' } }),
    )
    check('/Customers/{id}', 'patch', await service.send('PATCH', one, { body: { displayName: 'x' }, headers: { 'if-match': 'W/"1"' } }))
    check('/Customers/{id}/{property}', 'get', await service.send('GET', `${one}/displayName`))
    check('/Customers/{id}', 'delete', await service.send('DELETE', one))
    const deleted = '/directory/deletedItems/microsoft.graph.Customer'
    check(deleted, 'get', await service.send('GET', `/beta${deleted}`))
    check('/directory/deletedItems/{id}', 'get', await service.send('GET', `/beta/directory/deletedItems/${created.json.id}`))
    check(
      '/directory/deletedItems/{id}/restore',
      'post',
      await service.send('POST', `/beta/directory/deletedItems/${created.json.id}/restore`),
    )
    check('/Customers/{id}', 'put', await service.send('PUT', '/beta/Customers/by-put', { body: customerBody() }))
    const alternate = `/beta/Customers(azureTenantId='${created.json.azureTenantId}')`
    check("/Customers(azureTenantId='{azureTenantId}')", 'get', await service.send('GET', alternate))
    const changes = {
      '@context': '#$delta',
      value: [
        { ...customerBody(), id: 'by-bulk' },
        { '@removed': { reason: 'changed' }, id: 'by-put' },
      ],
    }
    check('/Customers', 'patch', await service.send('PATCH', '/beta/Customers', { body: changes, headers: { 'odata-version': '4.01' } }))
    check('/Customers/delta', 'get', await service.send('GET', '/beta/Customers/delta'))
    const requests = [{ id: '1', method: 'GET', url: '/Customers' }]
    check('/$batch', 'post', await service.send('POST', '/beta/$batch', { body: { requests } }))
    check('/accessKeys', 'post', await service.send('POST', '/beta/accessKeys', { body: { displayName: 'x' } }))
    check('/accessKeys', 'get', await service.send('GET', '/beta/accessKeys'))
    assert.throws(() => check('/Customers/{id}', 'get', { status: 200, headers: new Headers({ 'request-id': 'x' }), json: { id: 1 } }))
  })

  test('its example of a body is one that is taken', async () => {
    const example = (await openApi()).paths['/Customers']?.post?.requestBody?.content['application/json']?.example
    assert.equal((await service.send('POST', '/beta/Customers', { body: example, as: 'of the example'.replaceAll(' ', '-') })).status, 201)
  })
})

describe('/docs', () => {
  test('is a page that loads nothing and runs nothing', async () => {
    for (const path of ['/docs', '/docs/']) {
      const answer = await service.send('GET', path, { as: null })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
      const policy = answer.headers.get('content-security-policy') ?? ''
      assert.match(policy, /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; /)
      assert.doesNotMatch(answer.text, /<script|<link|<img|<iframe|\ssrc=|\sstyle=|\son\w+=|@import|url\(/)
      assert.doesNotMatch(answer.text, /https?:\/\/(?!localhost)/)
    }
  })

  test('has every operation, every schema and every error code, and every link leads somewhere', async () => {
    const { text } = await service.send('GET', '/docs', { as: null })
    const document = await openApi()
    const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    assert.deepEqual(ids.length, new Set(ids).size, 'ids are unique')
    for (const item of Object.values(document.paths))
      for (const verb of verbs) if (item[verb]) assert.ok(ids.includes(item[verb].operationId), item[verb].operationId)
    for (const name of Object.keys(document.components.schemas)) assert.ok(ids.includes(`schema-${name}`), name)
    for (const code of Object.keys(errorCodes)) assert.ok(text.includes(`<code>${code}</code>`), code)
    for (const [, target = ''] of text.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.includes(target), target)
  })

  test('is well formed and in order: one h1, no level left out, a language, names for its parts', async () => {
    const { text } = await service.send('GET', '/docs', { as: null })
    assert.match(text, /^<!doctype html>\n<html lang="en">/)
    const levels = [...text.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level))
    assert.equal(levels.filter((level) => level === 1).length, 1)
    const inMain = [...text.slice(text.indexOf('<main')).matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level))
    for (const [i, level] of inMain.entries()) assert.ok(i === 0 || level <= (inMain[i - 1] ?? 0) + 1)
    const stack: string[] = []
    for (const [, close, name = '', rest = ''] of text.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/g)) {
      if (/^(?:meta|wbr|br)$/.test(name)) continue
      if (close) assert.equal(stack.pop(), name)
      else if (!rest.endsWith('/')) stack.push(name)
    }
    assert.deepEqual(stack, [])
  })
})
