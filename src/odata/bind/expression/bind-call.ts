import { ODataError } from '../../error.ts'
import { nearestName } from '../../nearest-name.ts'
import type { CommonExpr, LiteralType } from '../../uri/expression/expression.ts'
import { bindExpression, refuse, type Scope } from './bind-expression.ts'
import type { BoundExpression, ValueType } from './bound-expression.ts'
import { canonicalFunctions, type Overload } from './functions.ts'
import { asDuration, readLiteral } from './read-literal.ts'
import { commonType, isInteger, isNumeric } from './types.ts'

type CallExpr = Extract<CommonExpr, { kind: 'call' }>

/** Functions of OData that a flat entity has no use for: known, so that the answer is 501 and not «unknown». */
const notOffered: ReadonlySet<string> = new Set([
  'hassubset',
  'hassubsequence',
  'geo.distance',
  'geo.intersects',
  'geo.length',
  'any',
  'all',
])

/** Binds a call of a canonical function; names match without regard to case. */
export function bindCall(call: CallExpr, scope: Scope): BoundExpression {
  const name = call.name.toLowerCase()
  if (name === 'cast' || name === 'isof') return bindTypeFunction(name, call, scope)
  if (name === 'isdefined') return bindIsDefined(call, scope)
  const overloads = Object.hasOwn(canonicalFunctions, name) ? canonicalFunctions[name] : undefined
  if (!overloads) return refuseUnknown(call, scope)
  if (call.arguments.some((argument) => argument.kind === 'list'))
    throw new ODataError('NotImplemented', `'${name}' of collections is not offered.`, { target: scope.option })
  const bound = call.arguments.map((argument, i) => {
    const value = bindExpression(argument, scope)
    return overloads.some(({ parameters }) => parameters[i] === 'Edm.Duration') ? asDuration(value) : value
  })
  const overload = overloads.find(
    ({ parameters }) => parameters.length === bound.length && parameters.every((parameter, i) => fits(bound[i]?.type ?? 'null', parameter)),
  )
  if (!overload)
    return refuse(`${describe(name, overloads)}, not ${bound.map(({ type }) => type).join(', ') || 'nothing'}.`, call.at, scope)
  refuseForeignZone(name, call, scope)
  refuseNegativeLength(name, bound, call, scope)
  const type = overload.result === 'fraction' ? fractionOf(bound[0]?.type ?? 'null') : overload.result
  return { kind: 'call', type, name, arguments: bound }
}

function fits(type: ValueType, parameter: Overload['parameters'][number]): boolean {
  if (parameter === 'number') return isNumeric(type)
  if (parameter === 'Edm.Int64') return type === 'null' || type === 'Edm.Int32' || type === 'Edm.Int64'
  return type === 'null' || type === parameter
}

/** `isdefined(displayName)`: whether the instance has the property at all (Data Aggregation 4.0, 3.5.3). */
function bindIsDefined(call: CallExpr, scope: Scope): BoundExpression {
  const [argument] = call.arguments
  if (call.arguments.length !== 1 || argument?.kind !== 'member') return refuse("'isdefined' takes a property.", call.at, scope)
  const property = bindExpression(argument, scope)
  const { variants } = scope.shape
  const having = property.kind === 'property' ? variants.filter((names) => names.includes(property.name)).length : 0
  return having > 0 && having < variants.length
    ? { kind: 'call', type: 'Edm.Boolean', name: 'isdefined', arguments: [property] }
    : { kind: 'constant', type: 'Edm.Boolean', value: having > 0 }
}

function fractionOf(type: ValueType): ValueType {
  return isInteger(type) ? 'Edm.Decimal' : type
}

function describe(name: string, overloads: readonly Overload[]): string {
  return `'${name}' takes ${overloads.map(({ parameters }) => (parameters.length === 0 ? 'nothing' : `(${parameters.join(', ')})`)).join(' or ')}`
}

function refuseUnknown(call: CallExpr, scope: Scope): never {
  const name = call.name.toLowerCase()
  if (notOffered.has(name) && !(name === 'all' || name === 'any'))
    throw new ODataError('NotImplemented', `The function '${call.name}' is not offered.`, { target: scope.option })
  const near = nearestName(name, Object.keys(canonicalFunctions))
  return refuse(
    `'${call.name.slice(0, 80)}' is not a function that applies here${near === undefined ? '' : `: did you mean '${near}'?`}.`,
    call.at,
    scope,
  )
}

/** Dates are kept in UTC: a part of a literal in another zone cannot be told (URL Conventions 4.01, 5.1.1.8.2: MUST fail). */
function refuseForeignZone(name: string, call: CallExpr, scope: Scope): void {
  const [argument] = call.arguments
  if (argument?.kind !== 'literal' || argument.type !== 'Edm.DateTimeOffset' || /(?:Z|[-+ ]00:00)$/i.test(argument.text)) return
  if (name !== 'totaloffsetminutes') refuse(`'${name}' of a literal needs it in UTC: values are kept in UTC.`, argument.at, scope)
}

function refuseNegativeLength(name: string, bound: readonly BoundExpression[], call: CallExpr, scope: Scope): void {
  const length = bound[2]
  if (name === 'substring' && length?.kind === 'constant' && Number(length.value) < 0)
    refuse("The length of 'substring' must not be negative.", call.at, scope)
}

/** Primitive types that a value of ours can have. */
const castTypes: readonly ValueType[] = [
  'Edm.Boolean',
  'Edm.String',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.Decimal',
  'Edm.Double',
  'Edm.Date',
  'Edm.TimeOfDay',
  'Edm.DateTimeOffset',
  'Edm.Duration',
  'Edm.Guid',
  'Edm.Binary',
]

/** Those that none has: nothing is of them, and nothing is cast to them. */
const foreignType =
  /^Edm\.(?:Byte|SByte|Int16|Single|Stream|Geo(?:graphy|metry)(?:Point|LineString|Polygon|MultiPoint|MultiLineString|MultiPolygon|Collection)?)$/i

/** `cast(x,Edm.String)`, `isof(x,Edm.Int32)`, `isof(microsoft.graph.Customer)` (URL Conventions 4.01, 5.1.1.10). */
function bindTypeFunction(name: 'cast' | 'isof', call: CallExpr, scope: Scope): BoundExpression {
  const typeName = typeNameOf(call.arguments.at(-1))
  const subject = call.arguments.length === 2 ? call.arguments[0] : undefined
  if (call.arguments.length === 1 || isItself(subject)) {
    if (!namesEntityType(typeName, scope)) return refuse(`'${typeName.slice(0, 80)}' is not a type that is known here.`, call.at, scope)
    if (name === 'isof') return { kind: 'constant', type: 'Edm.Boolean', value: true }
    throw new ODataError('NotImplemented', 'A cast to an entity type is not offered.', { target: scope.option })
  }
  if (!subject) return refuse(`'${name}' takes an expression and the name of a type.`, call.at, scope)
  const operand = bindExpression(subject, scope)
  const type = castTypes.find((known) => [known, known.slice(4)].some((written) => written.toLowerCase() === typeName.toLowerCase()))
  if (type)
    return name === 'cast' ? bindCast(operand, type, scope) : { kind: 'constant', type: 'Edm.Boolean', value: isOf(operand.type, type) }
  if (!foreignType.test(typeName)) return refuse(`'${typeName.slice(0, 80)}' is not a primitive type that is known here.`, call.at, scope)
  if (name === 'isof') return { kind: 'constant', type: 'Edm.Boolean', value: false }
  throw new ODataError('NotImplemented', `'cast' to ${typeName} is not offered.`, { target: scope.option })
}

function typeNameOf(expression: CommonExpr | undefined): string {
  if (expression?.kind === 'member' && expression.path.length === 1) return expression.path[0] ?? ''
  return expression?.kind === 'literal' && expression.type === 'Edm.String' ? expression.text : ''
}

function isItself(expression: CommonExpr | undefined): boolean {
  return expression?.kind === 'member' && expression.path.length === 1 && expression.path[0] === '$it'
}

function isOf(type: ValueType, of: ValueType): boolean {
  return type === of || (isNumeric(type) && isNumeric(of) && commonType(type, of) === of)
}

/** Types whose values no store casts: a literal is read here, anything else is refused. */
const readHere: ReadonlySet<ValueType> = new Set(['Edm.Duration', 'Edm.Guid', 'Edm.Binary'])

function bindCast(operand: BoundExpression, type: ValueType, scope: Scope): BoundExpression {
  if (operand.type === type || operand.type === 'null') return { kind: 'call', type, name: 'cast', arguments: [operand] }
  if (readHere.has(type) && operand.kind === 'constant' && operand.type === 'Edm.String') {
    const read = readLiteral({ kind: 'literal', type: type as LiteralType, text: String(operand.value), at: 0 })
    return 'fault' in read ? { kind: 'constant', type, value: null } : read
  }
  if (readHere.has(type) || operand.type === 'Edm.Duration' || operand.type === 'Edm.Binary')
    throw new ODataError('NotImplemented', `'cast' from ${operand.type} to ${type} is not offered.`, { target: scope.option })
  return { kind: 'call', type, name: 'cast', arguments: [operand] }
}

function namesEntityType(name: string, { type }: Scope): boolean {
  return name === type.name || name === `${type.namespace}.${type.name}` || type.synonyms.includes(name)
}
