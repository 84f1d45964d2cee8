import type { EntityType } from '../../../edm/entity-type.ts'
import { ODataError } from '../../error.ts'
import { nearestName } from '../../nearest-name.ts'
import type { CommonExpr } from '../../uri/expression/expression.ts'
import { parseExpression } from '../../uri/expression/parse-expression.ts'
import { TextReader } from '../../uri/expression/reader.ts'
import { bindThese } from './bind-aggregation.ts'
import { bindCall } from './bind-call.ts'
import { bindOperation } from './bind-operation.ts'
import { type BoundExpression, countNodes } from './bound-expression.ts'
import type { QueryLimits } from './limits.ts'
import { readLiteral } from './read-literal.ts'
import type { Shape } from './shape.ts'
import { commonType } from './types.ts'

/** What an expression is bound in. */
export interface Scope {
  readonly type: EntityType
  /** What the instances are like here. */
  readonly shape: Shape
  /** What `$these` means: the collection itself, or one group of it. Absent: nothing, as for a single entity. */
  readonly collection?: 'whole' | 'group'
  /** The system query option, for messages. */
  readonly option: string
  /** Query options with an `@`: parameter aliases. */
  readonly aliases: ReadonlyMap<string, string>
  /** Names that `$compute` has made, where they stand for their expressions. */
  readonly computed: ReadonlyMap<string, BoundExpression>
  readonly limits: QueryLimits
  /** Aliases that are being bound: one that leads back to itself is refused. */
  readonly pending: readonly string[]
  /** What was bound so far, in the whole request. */
  readonly budget: { nodes: number; transformations: number }
}

/** Gives the names of an expression their meaning and every node a type. Throws 400 with the place of what does not fit. */
export function bindExpression(expression: CommonExpr, scope: Scope): BoundExpression {
  spend(1, scope)
  switch (expression.kind) {
    case 'literal': {
      const constant = readLiteral(expression)
      return 'fault' in constant ? refuse(`${constant.fault}.`, expression.at, scope) : constant
    }
    case 'member':
      return bindMember(expression.path, expression.at, scope)
    case 'alias':
      return bindAlias(expression.name, expression.at, scope)
    case 'call':
      return bindCall(expression, scope)
    case 'unary': {
      const operand = bindExpression(expression.operand, scope)
      if (expression.operator === 'not') {
        requireType(operand, 'Edm.Boolean', "'not' takes a Boolean: write not (…) around a comparison", expression.at, scope)
        return { kind: 'not', type: 'Edm.Boolean', operand }
      }
      if (commonType(operand.type, 'Edm.Double') === undefined && operand.type !== 'Edm.Duration')
        refuse(`'-' takes a number or a duration, not ${operand.type}.`, expression.at, scope)
      return { kind: 'negate', type: operand.type, operand }
    }
    case 'binary':
      return bindOperation(expression, scope)
    case 'case': {
      const branches = expression.branches.map(({ condition, value }) => {
        const bound = bindExpression(condition, scope)
        requireType(bound, 'Edm.Boolean', "A condition of 'case' is a Boolean", condition.at, scope)
        return { condition: bound, value: bindExpression(value, scope) }
      })
      const type = branches.reduce<BoundExpression['type'] | undefined>(
        (common, { value }) => common && commonType(common, value.type),
        'null',
      )
      return type ? { kind: 'case', type, branches } : refuse("The values of 'case' are of different types.", expression.at, scope)
    }
    case 'these':
      return bindThese(expression.aggregation, expression.at, scope)
    case 'list':
      return refuse("A list stands only after 'in'.", expression.at, scope)
  }
}

/** Counts what the statement will hold: a query past the limit is refused before anything is made of it. */
export function spend(nodes: number, { budget, limits, option }: Pick<Scope, 'budget' | 'limits' | 'option'>): void {
  budget.nodes += nodes
  if (budget.nodes > limits.nodes)
    throw new ODataError('Request_UnsupportedQuery', `The query has more than ${limits.nodes} operators, functions and operands.`, {
      target: option,
    })
}

/** Refuses with the place in the option's text. */
export function refuse(message: string, at: number, scope: Pick<Scope, 'option'>): never {
  throw new ODataError('Request_BadRequest', `${scope.option}, position ${at}: ${message}`, { target: scope.option })
}

export function requireType(expression: BoundExpression, type: BoundExpression['type'], message: string, at: number, scope: Scope): void {
  if (expression.type !== type && expression.type !== 'null') refuse(`${message}, not ${expression.type}.`, at, scope)
}

/** A property, after `$it` or the name of its own type, or a computed name. Exact first, then without regard to case. */
function bindMember(path: readonly string[], at: number, scope: Scope): BoundExpression {
  const { type, computed, shape } = scope
  const names = [...path]
  if (names[0] === '$it' && names.length > 1) names.shift()
  if (names.length > 1 && (names[0] === `${type.namespace}.${type.name}` || type.synonyms.includes(names[0] ?? ''))) names.shift()
  if (names[0] === '$it' || names[0] === '$this')
    refuse(`'${names[0]}' alone is no value: write a property, such as ${type.properties.at(0)?.name}.`, at, scope)
  const [name = '', ...rest] = names
  if (rest.length > 0) refuse(`'${name}' has no members.`, at, scope)
  const made = computed.get(name)
  if (made) {
    spend(countNodes(made), scope)
    return made
  }
  const property = named(shape.properties, name)
  if (property) return { kind: 'property', type: property.type, name: property.name, comparison: property.comparison }
  // What was aggregated away is null (Data Aggregation 4.0, 3.5.3).
  const declared = named(type.properties, name)
  if (declared) return { kind: 'constant', type: declared.type, value: null }
  const near = nearestName(name, [...shape.properties.map((known) => known.name), ...computed.keys()])
  return refuse(
    `'${name.slice(0, 80)}' is not a property ${shape.entity ? `of ${type.name}` : 'here'}${near === undefined ? '' : `: did you mean '${near}'?`}.`,
    at,
    scope,
  )
}

function named<T extends { readonly name: string }>(properties: readonly T[], name: string): T | undefined {
  return properties.find((known) => known.name === name) ?? properties.find((known) => known.name.toLowerCase() === name.toLowerCase())
}

/** A parameter alias (URL Conventions 4.01, 5.1.1.13): its value is an expression of its own; one without a value is null. */
function bindAlias(name: string, at: number, scope: Scope): BoundExpression {
  if (scope.pending.includes(name)) refuse(`The parameter alias '${name}' leads back to itself.`, at, scope)
  return bindExpression(aliasExpression(name, scope), { ...scope, option: name, pending: [...scope.pending, name] })
}

/** The syntax tree of an alias's value. */
export function aliasExpression(name: string, scope: Scope): CommonExpr {
  const text = scope.aliases.get(name)
  if (text === undefined) return { kind: 'literal', type: 'null', text: 'null', at: 0 }
  const reader = new TextReader(text, name, scope.limits.depth)
  const expression = parseExpression(reader)
  reader.requireEnd('an operator or ')
  return expression
}
