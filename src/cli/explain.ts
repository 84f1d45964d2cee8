import type { Config } from '../config.ts'
import { dateTimeOffsetOf } from '../edm/date-time-offset.ts'
import { model } from '../model/model.ts'
import { bindRequest } from '../odata/bind/bind-request.ts'
import { ODataError } from '../odata/error.ts'
import { parseApply } from '../odata/uri/expression/parse-apply.ts'
import { parseComputeItems } from '../odata/uri/expression/parse-compute.ts'
import { parseExpression } from '../odata/uri/expression/parse-expression.ts'
import { parseOrderby } from '../odata/uri/expression/parse-orderby.ts'
import { parseSearch } from '../odata/uri/expression/parse-search.ts'
import { printExpression } from '../odata/uri/expression/print-expression.ts'
import { TextReader } from '../odata/uri/expression/reader.ts'
import { parseUri } from '../odata/uri/parse-uri.ts'
import type { ReadPlan } from '../plan/plan.ts'
import { planRequest } from '../plan/plan-request.ts'
import { explainRead } from '../store/sqlite/explain.ts'

/** What a read would do, stage by stage. */
export interface Explanation {
  readonly options: readonly { readonly name: string; readonly syntaxTree: unknown; readonly understood?: string }[]
  readonly plan: unknown
  readonly statements: readonly { readonly text: string; readonly parameters: readonly unknown[]; readonly steps: readonly string[] }[]
}

/** The syntax trees, the plan, the SQL, and how the database would carry it out. Needs no server and no data. */
export function explain(request: string, config: Pick<Config, 'limits'>): Explanation {
  const [, method = 'GET', target = ''] = /^(?:([A-Z]+) +)?(.+)$/.exec(request.trim()) ?? []
  if (!/^(?:GET|HEAD)$/.test(method) || !target.startsWith('/'))
    throw new ODataError('Request_BadRequest', 'A read can be explained: "GET /beta/Customers?$filter=…".')
  const encoded = target.replace(/[ "[\]{}\\^|<>]|[^\x20-\x7e]/gu, (char) => encodeURIComponent(char))
  const uri = parseUri(encoded)
  const bound = bindRequest(uri, { method, target: encoded, headers: {}, origin: 'http://localhost' }, model, config.limits.query)
  const principal = {
    tenantId: 'your-tenant',
    kind: 'application',
    permissions: new Set(model.entitySets.map(({ permissions }) => permissions.read)),
    applicationId: 'explain',
    operator: false,
  } as const
  const plan = planRequest(bound, principal, config.limits, {
    now: dateTimeOffsetOf(Date.now()),
    newId: () => '',
    requestId: '',
    inBatch: false,
  })
  const options = Object.entries(parsers).flatMap(([name, parse]) => {
    const text = uri.options.get(name)
    if (text === undefined) return []
    const reader = () => new TextReader(text, `$${name}`, config.limits.query.depth)
    const understood = name === 'filter' ? { understood: printExpression(parseExpression(reader())) } : {}
    return [{ name, syntaxTree: plain(parse(reader())), ...understood }]
  })
  const statements = isRead(plan)
    ? explainRead(plan, model).map(({ text, parameters, steps }) => ({ text, parameters: plain(parameters), steps }))
    : []
  return { options, plan: plain(plan), statements }
}

/** An explanation for people. */
export function printExplanation({ options, plan, statements }: Explanation): string {
  const sections: readonly (readonly [string, string])[] = [
    ...options.flatMap(({ name, syntaxTree, understood }): [string, string][] => [
      ...(understood === undefined ? [] : ([[`$${name} as understood`, understood]] as [string, string][])),
      [`Syntax tree of $${name}`, print(syntaxTree)],
    ]),
    ['Plan', print(plan)],
    ...statements.flatMap(({ text, parameters, steps }): [string, string][] => [
      ['SQL', `${text}\n${print(parameters)}`],
      ['Query plan', steps.join('\n')],
    ]),
  ]
  return sections.map(([title, text]) => `${title}\n${text.replace(/^/gm, '  ')}`).join('\n\n')
}

/** The options that have a syntax tree. */
const parsers: Readonly<Record<string, (reader: TextReader) => unknown>> = {
  apply: parseApply,
  compute: parseComputeItems,
  search: parseSearch,
  filter: parseExpression,
  orderby: parseOrderby,
}

function isRead(plan: { readonly kind: string }): plan is ReadPlan {
  return plan.kind === 'readPage' || plan.kind === 'apply' || plan.kind === 'readEntity' || plan.kind === 'count' || plan.kind === 'changes'
}

function print(value: unknown): string {
  return JSON.stringify(value, undefined, 2)
}

/** A value as JSON has it, which knows no large integers. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_name, member: unknown) => (typeof member === 'bigint' ? Number(member) : member)))
}
